// A setting of your own (max-early-data.c beside this file): does SSL_dup carry it, and what does it cost?
//
//   node observe.mjs [TARGET]
import { fileURLToPath } from 'node:url';
import { bench, openTarget } from 'dupmark';

process.env.DUPMARK_OWN_SETTINGS = fileURLToPath(new URL('max-early-data.c', import.meta.url));
const id = process.argv[2] ?? 'bundled';

const target = await openTarget(id);
const { carried, detail } = await target.conform('own-max-early-data');
console.log(`${target.facts.version}: ${carried} (${detail})`);
await target.close();

const { document } = await bench({
  targets: [id],
  scenarios: ['new', 'new-configure[own-max-early-data]', 'dup[own-max-early-data]'],
  blocks: Number(process.env.BLOCKS ?? 12),
  results: process.env.RESULTS ?? 'results',
});
for (const { scenario, summary } of document.cells) {
  if (summary !== null) console.log(`${scenario}: ${summary.medianNs.toFixed(0)} ns`);
}
