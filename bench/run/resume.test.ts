import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Availability } from '../core/sample.js';
import type { Target } from '../core/target.js';
import { beginEnvironment } from '../document/environment.js';
import { readRun } from '../document/read.js';
import { reopenRun } from '../document/reopen.js';
import { appendBatch, closeRun, createRun, ROUNDS_FILE } from '../document/store.js';
import { exampleBatches, exampleDocument } from '../document/testing.js';
import { assertSame, isMeasured, readResumed, runFolder } from './resume.js';

const test = suite('run/resume');
const folders: string[] = [];
test.after(() => folders.forEach((one) => void rmSync(one, { recursive: true, force: true })));

const AVAILABLE: Availability = { kind: 'available' };

/** A stored run with the first `blocks` of its 8 blocks measured. */
function stored(blocks: number) {
  const results = mkdtempSync(path.join(tmpdir(), 'dupmark-resume-'));
  folders.push(results);
  const whole = exampleDocument();
  const document = {
    ...whole,
    availability: whole.scenarios.flatMap(({ name: scenario }) =>
      whole.targets.map(({ id: target }) => ({ target, scenario, availability: AVAILABLE })),
    ),
  };
  const run = createRun(results, document);
  const batches = exampleBatches().filter(({ block }) => block < blocks);
  for (const batch of batches) appendBatch(run, batch);
  closeRun(run);
  return { results, folder: run.folder, document, batches };
}

test('a run that was killed goes on where it was: whole rounds stay, the half-written line goes', () => {
  const { folder, batches } = stored(3);
  appendFileSync(path.join(folder, ROUNDS_FILE), '{"block":3,"target":"bund');
  const resumed = readResumed(folder);
  assert.is(resumed.done.batches.length, batches.length);
  assert.ok(resumed.done.has(2, 'dup') && !resumed.done.has(3, 'dup'));
  assert.is(isMeasured(resumed), false);

  const reopened = reopenRun(folder, resumed.done.batches);
  const next = exampleBatches().find(({ block }) => block === 3);
  assert.ok(next);
  if (next !== undefined) appendBatch(reopened, next);
  closeRun(reopened);
  const read = readRun(folder);
  assert.equal(read.batches, [...batches, next]);
  assert.equal(read.document.warnings, []);
  assert.ok(readFileSync(path.join(folder, ROUNDS_FILE), 'utf8').endsWith('\n'));
});

test('what is damaged is never overwritten: it stays beside, however often the run is gone on with', () => {
  const { folder, batches } = stored(2);
  const file = path.join(folder, ROUNDS_FILE);
  for (const [number, damage] of [
    [1, 'not JSON at all\n'],
    [2, '{"block":'],
  ] as const) {
    appendFileSync(file, damage);
    const before = readFileSync(file, 'utf8');
    closeRun(reopenRun(folder, readResumed(folder).done.batches));
    assert.is(readFileSync(`${file}.${number}`, 'utf8'), before);
    assert.equal(readRun(folder).batches, batches);
  }
  // Nothing is left out here, and no third copy is made.
  closeRun(reopenRun(folder, readResumed(folder).done.batches));
  assert.equal(readdirSync(folder).sort(), [ROUNDS_FILE, `${ROUNDS_FILE}.1`, `${ROUNDS_FILE}.2`, 'run.json']);
});

test('a run is measured when every block has all that its targets can do', () => {
  assert.is(isMeasured(readResumed(stored(8).folder)), true);
  assert.is(isMeasured(readResumed(stored(7).folder)), false);
  const unasked = { ...readResumed(stored(8).folder) };
  assert.is(isMeasured({ ...unasked, document: { ...unasked.document, availability: [] } }), false);
});

test('a run is found by id or folder, and nothing else is taken for one', () => {
  const { results, folder, document } = stored(1);
  assert.is(runFolder(document.id, results), folder);
  assert.is(runFolder(folder, '/nowhere'), folder);
  assert.throws(() => runFolder('20260101T000000Z-aaaaaa', results), /is no run's id/);
  assert.throws(() => runFolder(results, results), /--resume/);
});

test('other files, another C library or another machine are refused', () => {
  const { document: example } = stored(1);
  const document = { ...example, environment: beginEnvironment(null).environment };
  const targets = document.targets.map(
    ({ id, provider, package: name, library, sha256 }): Target => ({
      id,
      provider,
      package: name,
      library,
      sha256,
      node: '/usr/bin/node',
      glibcNeeded: null,
    }),
  );
  const { cLibrary } = document;
  assertSame(document, targets, cLibrary);
  const changed = targets.map((one, i) => (i === 1 ? { ...one, sha256: { '/lib': 'f'.repeat(64) } } : one));
  assert.throws(() => assertSame(document, changed, cLibrary), /the files of debian:bullseye are not those/);
  assert.throws(() => assertSame(document, targets.slice(1), cLibrary), /bundled cannot be had/);
  assert.throws(() => assertSame(document, targets, { kind: 'host', version: '2.36' }), /ran on glibc/);
  const other = { ...document, environment: { ...document.environment, cpuModel: 'another CPU' } };
  assert.throws(() => assertSame(other, targets, cLibrary), /the CPU was another CPU/);
});

test.run();
