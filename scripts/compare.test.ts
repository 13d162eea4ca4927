/** `dupmark compare` from outside, on stored runs: needs no OpenSSL. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { appendBatch, closeRun, createRun } from '../bench/document/store.js';
import { exampleBatches, exampleDocument } from '../bench/document/testing.js';
import { PROJECT_FOLDER } from '../bench/worker/files.js';

const test = suite('dupmark compare');

const folder = mkdtempSync(join(tmpdir(), 'dupmark-compare-'));
test.after(() => {
  rmSync(folder, { recursive: true });
});

/** Stores a run like the example's, with dup on trixie so much slower and bigger, and other libraries but the first. */
function store(id: string, slower: number, bytes: number): string {
  const batches = exampleBatches().map((one) =>
    one.target === 'debian:trixie' && one.scenario === 'dup'
      ? { ...one, roundNs: one.roundNs.map((ns) => ns * slower) }
      : one,
  );
  const example = exampleDocument({ id }, batches);
  const document = {
    ...example,
    targets: example.targets.map((one, i) =>
      i === 0 ? one : { ...one, sha256: { [`/${id}/libssl.so`]: 'ab'.repeat(32) } },
    ),
    memory: example.memory.map((one) =>
      one.target === 'debian:trixie' && one.scenario === 'dup' && one.reading.kind === 'exact'
        ? { ...one, reading: { ...one.reading, requestedBytes: one.reading.requestedBytes + bytes } }
        : one,
    ),
  };
  const run = createRun(folder, document);
  for (const batch of batches) appendBatch(run, batch);
  closeRun(run);
  return run.folder;
}

const before = store('20260801T120000Z-aaaaaa', 1, 0);
const same = store('20260802T120000Z-bbbbbb', 1, 0);
const worse = store('20260803T120000Z-cccccc', 1.1, 16);

function compare(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js'), 'compare', ...args, '--results', folder],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

test('the gate lets what is the same pass, and names what is not', () => {
  assert.is(compare(before, same, '--fail-on', 'time>3%', 'bytes>0').status, 0);
  const { status, stdout } = compare(before, worse, '--fail-on', 'time>3%', 'bytes>0');
  assert.is(status, 1);
  assert.match(stdout, /FAIL time>3%: dup on debian:trixie: time \+1\d\.\d\d %/);
  assert.match(stdout, /FAIL bytes>0: dup on debian:trixie: bytes requested 10536 → 10552/);
  assert.is(stdout.match(/^FAIL/gm)?.length, 2);
  assert.is(compare(before, worse, '--fail-on', 'time>20%', 'bytes>16').status, 0);
});

test('runs are named by id, folder or file', () => {
  assert.is(compare('20260801T120000Z-aaaaaa', join(worse, 'run.json')).status, 0);
  const missing = compare('20260801T120000Z-zzzzzz', worse);
  assert.is(missing.status, 2);
  assert.match(missing.stderr, /no such run .*the latest is 20260803T120000Z-cccccc/);
});

test('every format', () => {
  assert.match(
    compare(before, worse, '--format', 'markdown').stdout,
    /^\| `dup on debian:trixie` \| slower 1\.1/m,
  );
  assert.match(compare(before, worse, '--format', 'csv').stdout, /^dup,debian:trixie,slower,1\.(09|1)/m);
  const value = JSON.parse(compare(before, worse, '--format', 'json').stdout) as {
    cells: readonly unknown[];
  };
  assert.is(value.cells.length, 30);
  assert.equal(JSON.parse(compare(before, worse, '--json', '-').stdout), value);
});

test('bad input: one clear line and exit code 2', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[before, 'bundled'], /is a target and .* a stored run: compare two of a kind/],
    [[before, worse, '--fail-on', 'time>3'], /--fail-on: 'time>3' is not a limit of time in percent/],
    [[before, worse, '--format', 'xml'], /--format: 'xml' is not a format \(accepted: text/],
    [[before, worse, '--fail-on', 'instructions>1%'], /^$/],
    [['bundled', 'bundled'], /are one target, bundled/],
    [['bundled'], /missing required argument/],
    [['nonsense', 'bundled'], /'nonsense' is not a target/],
  ];
  for (const [args, message] of cases) {
    const { status, stderr } = compare(...args);
    assert.is(status, 2, args.join(' '));
    assert.match(stderr.trim(), message);
  }
  const { stdout } = compare(before, worse, '--fail-on', 'instructions>1%');
  assert.match(stdout, /CANNOT TELL instructions>1%: .*not counted in this run/);
});

test.run();
