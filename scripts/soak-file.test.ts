import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { soakDocumentSchema } from '../bench/document/soak-schema.js';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

const folder = mkdtempSync(join(tmpdir(), 'dupmark-soak-file-'));
const example = (name: string) => join(PROJECT_FOLDER, 'examples', name);
const soak = (...args: string[]) =>
  spawnSync(process.execPath, [join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js'), 'soak', ...args], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', GITHUB_ACTIONS: '' },
  });
/** A soak file of so much code, as somebody without a package of their own has it, and its only cell. */
function soakOf(name: string, code: string, ...args: string[]) {
  const file = join(folder, name);
  writeFileSync(file, code);
  const { status, stdout, stderr } = soak(file, '--results', folder, '--json', '-', ...args);
  const document = stdout === '' ? null : soakDocumentSchema.parse(JSON.parse(stdout));
  return { status, stderr, document, cell: document?.cells[0] };
}
/** Eight checkpoints are the least that can convict. */
const BUDGET = 'cycles: 80, checkpointCycles: 10, warmCycles: 10';
const SMALL = `budget: { ${BUDGET} }`;

test("Node's tls over loopback is clean, and a socket that a Map retains is found with the Map", () => {
  const code = `import tls from ${JSON.stringify(example('tls.soak.ts'))};
    export default { ...tls, ${SMALL} };`;
  const clean = soakOf('tls.ts', code);
  assert.is(clean.status, 0, clean.stderr);
  assert.is(clean.cell?.cycles, 80);
  // The OpenSSL inside this Node, through the preloaded hooks.
  assert.ok((clean.cell?.checkpoints[0]?.allocations ?? 0) > 0);
  const leaking = soakOf('tls.ts', code, '--plant', 'retained-socket:8');
  assert.is(leaking.status, 1, leaking.stderr);
  assert.is(leaking.cell?.verdict, 'leak');
  const [finding] = leaking.cell?.findings ?? [];
  assert.is(finding?.oracle, 'objects');
  assert.match(finding?.message ?? '', /10 more live TLSSocket/);
  assert.ok(finding?.retainers.some((line) => line.includes('sessionsById')));
  const run = join(folder, 'runs', leaking.document?.id ?? '');
  assert.is(readdirSync(run).filter((name) => name.endsWith('.heapsnapshot')).length, 2);
  const again = soak('--replay', join(run, 'replay-0.json'), '--results', folder);
  assert.is(again.status, 1, again.stderr);
  assert.match(again.stdout, /10 more live TLSSocket/);
});

test('what a file throws is a finding with its line and cycle', () => {
  const { status, cell } = soakOf(
    'throws.ts',
    `import { defineSoak } from 'dupmark';
export default defineSoak({
  ${SMALL},
  cycle(_: undefined, { number }: { number: number }) {
    if (number === 23) throw new TypeError('not so');
  },
});`,
  );
  assert.is(status, 1);
  assert.is(cell?.verdict, 'fault');
  const [finding] = cell?.findings ?? [];
  assert.is(finding?.oracle, 'failure');
  assert.is(finding?.cycle, 23);
  assert.is(finding?.message, 'cycle threw: TypeError: not so (throws.ts:5)');
  assert.is(cell?.replay?.cycles, 24);
});

test('a file that does not come back, ends its process or leaves an error uncaught is a finding', () => {
  const code = (body: string) =>
    `export default { budget: { ${BUDGET}, callSeconds: 1 },
      cycle(state, { number }) { if (number === 5) ${body} } };`;
  const hangs = soakOf('hangs.mjs', code('return new Promise(() => {});'));
  assert.match(hangs.cell?.findings[0]?.message ?? hangs.stderr, /cycle did not come back within 1 s/);
  const spins = soakOf('spins.mjs', code('for (;;);'));
  assert.match(spins.cell?.findings[0]?.message ?? '', /did not answer 'fileCycles' within 21 s/);
  const exits = soakOf('exits.mjs', code('process.exit(7);'));
  assert.match(exits.cell?.findings[0]?.message ?? '', /ended with exit code 7/);
  const leaves = soakOf('leaves.mjs', code("setImmediate(() => { throw new Error('late'); });"));
  assert.match(leaves.cell?.findings[0]?.message ?? '', /an error that nobody caught: Error: late/);
  for (const { status, cell } of [hangs, spins, exits, leaves]) {
    assert.is(status, 1);
    assert.is(cell?.verdict, 'fault');
  }
});

test('a time box ends also what does not answer, and that is no finding', () => {
  const spins = `export default { ${SMALL}, cycle() { for (;;); } };`;
  const { status, cell, document } = soakOf('box.mjs', spins, '--minutes', '0.1');
  assert.is(status, 3);
  assert.is(cell?.verdict, 'inconclusive');
  assert.is(cell?.reason, 'the time ended before an answer came');
  assert.is(document?.end, 'budget');
});

test('CommonJS files are soaked as well', () => {
  const { status, cell, stderr } = soakOf(
    'common.cjs',
    `class Kept {} const kept = [];
     module.exports = { classes: [Kept], ${SMALL}, cycle: () => { kept.push(new Kept()); } };`,
  );
  assert.is(status, 1, stderr);
  assert.match(cell?.reason ?? '', /80 more live Kept than after warming up \(10, now 90/);
});

test('the self-test of a file catches its plants, and fails for one that nothing shows', () => {
  const code = (body: string) => `class Kept {} const kept = [];
    export default { classes: [Kept], ${SMALL}, cycle(_, { planted }) { const one = new Kept(); ${body} },
      plants: { keeps: { about: 'an array keeps it', names: 'kept' } } };`;
  const file = join(folder, 'plants.mjs');
  const selfTest = () => soak(file, '--selftest', '--clean', '0', '--results', folder);
  writeFileSync(file, code("if (planted('keeps')) kept.push(one);"));
  const found = selfTest();
  assert.is(found.status, 0, found.stderr);
  assert.match(found.stdout, /1 of 1 caught, 1 named rightly/);
  writeFileSync(file, code(''));
  const missed = selfTest();
  assert.is(missed.status, 4, missed.stderr);
  assert.match(missed.stdout, /MISSED: keeps on bundled/);
});

test('what is no soak file, and a target that is no Node, are refused with a reason', () => {
  for (const [name, code, reason] of [
    ['none.mjs', 'export const x = 1;', /its default export is not defineSoak/],
    ['empty.mjs', 'export default {};', /has no function 'cycle'/],
    ['typo.mjs', 'export default { cycle() {}, clases: [] };', /'clases' is not a part of a soak/],
    ['syntax.ts', 'export default {', /cannot be loaded/],
    [
      'budget.mjs',
      "export default { cycle() {}, budget: { cycles: 'many' } };",
      /'budget.cycles' is not a number/,
    ],
  ] as const) {
    const { status, stderr } = soakOf(name, code);
    assert.is(status, 2, name);
    assert.match(stderr, reason);
  }
  assert.match(
    soak(example('holders.soak.ts'), '--targets', 'system').stderr,
    /--targets: a soak file runs in a Node/,
  );
  assert.match(soak('nowhere.ts').stderr, /there is no file/);
  assert.match(soak(example('holders.soak.ts'), '--threads', '3').stderr, /--threads: belongs to/);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
