// A gate of your own: a new build of OpenSSL may not allocate more for a handle than the one in use, nor lose a reference.
//
//   node own-gate.mjs BASE CONTENDER      as in: node own-gate.mjs system prefix:/opt/openssl
import { bench, CouldNotRun, gate, soak } from 'dupmark';

const [base = 'system', contender = 'bundled'] = process.argv.slice(2);
const results = process.env.RESULTS ?? 'results';

try {
  const run = await bench({
    targets: [base, contender],
    suite: 'smoke',
    blocks: Number(process.env.BLOCKS ?? 12),
    results,
  });
  const [first, second] = run.document.targets.filter(({ twinOf }) => twinOf === null);
  const { offences, unanswered } = gate(run.compare(first.id, second.id), 'bytes>10%', 'allocations>5');
  for (const { limit, scenario, seen } of offences) console.log(`${limit}: ${scenario}: ${seen}`);
  for (const { limit, reason } of unanswered) console.log(`${limit}: cannot be held against anything: ${reason}`);

  const { cells } = await soak({ targets: [contender], scenarios: ['new', 'up-ref'], cycles: 100_000, results });
  const lost = cells.filter(({ verdict }) => verdict === 'leak' || verdict === 'fault');
  for (const { scenario, reason } of lost) console.log(`${scenario}: ${reason}`);

  console.log(`${offences.length} beyond a limit, ${lost.length} of ${cells.length} soaks found something`);
  process.exitCode = offences.length + lost.length > 0 ? 1 : 0;
} catch (error) {
  if (!(error instanceof CouldNotRun)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
