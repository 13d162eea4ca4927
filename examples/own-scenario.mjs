// What does a handle with your own settings cost, set anew or duplicated, on two versions of OpenSSL?
//
//   node own-scenario.mjs [TARGET]...
import { bench, openTarget, Scenario } from 'dupmark';

const targets = process.argv.length > 2 ? process.argv.slice(2) : ['bundled', 'openssl@3.5'];
const settings = ['cipher-list=20', 'verify', 'certificate=ecdsa'];

const { document, folder } = await bench({
  targets,
  scenarios: ['new', Scenario.of('new-configure', { settings }), Scenario.of('dup', { settings })],
  blocks: Number(process.env.BLOCKS ?? 12),
  results: process.env.RESULTS ?? 'results',
});

for (const { target, scenario, summary, dupToNewConfigure } of document.cells) {
  if (summary === null) continue;
  const saved = dupToNewConfigure === null ? '' : `, ${dupToNewConfigure.ratio.toFixed(2)} × set anew`;
  console.log(`${target.padEnd(24)} ${scenario.padEnd(64)} ${summary.medianNs.toFixed(0)} ns${saved}`);
}
console.log(`kept in ${folder}`);

// Is anything lost on the way? Each setting is observed on a duplicate.
for (const id of targets) {
  const target = await openTarget(id);
  for (const setting of settings) {
    const [name, level] = setting.split('=');
    const { carried } = await target.conform(name, { level });
    console.log(`${target.facts.version}: SSL_dup and ${name}: ${carried}`);
  }
  await target.close();
}
