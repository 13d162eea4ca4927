import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from '../core/errors.js';
import { renderHeap, renderHeapChange } from '../report/heap.js';
import { compareConstructors } from '../soak/retained.js';
import { plantChoice } from '../soak/run.js';
import { snapshotOnSignal } from '../soak/snapshot-signal.js';
import { SoakWorker } from '../soak/soak-worker.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { summarise, writeSnapshots } from './heap.js';

const test = suite('profile/heap');
const folder = mkdtempSync(join(tmpdir(), 'dupmark-heap-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const target = await resolveTarget({ provider: 'bundled' }, { offline: true });
const cLibrary = await chooseCLibrary([target], { offline: true });

test('handles that a plant keeps are in the difference, each counted', async () => {
  const { files, cycles } = await writeSnapshots({
    target,
    cLibrary,
    scenario: 'handles-dropped',
    cycles: 2000,
    seed: 3,
    plant: plantChoice({ kind: 'js-map', rate: 100 }, 3),
    folder,
    signal: new AbortController().signal,
    onCycles: () => {},
  });
  assert.is(cycles, 2000);
  assert.is(statSync(files[1]).mode & 0o077, 0, 'only its owner may read it');
  const [before, after] = [await summarise(files[0]), await summarise(files[1])];
  const changes = compareConstructors(before.constructors, after.constructors);
  const handles = changes.find(({ name }) => name === 'SslHandle');
  assert.ok(handles !== undefined);
  assert.is(handles.count.after - handles.count.before, 20);
  assert.match(renderHeapChange(before, after, changes, 1000), /│ SslHandle +│ +\d+ → \d+ │ +\+20 │/);
  assert.match(renderHeap(after, 3), /constructors more/);
});

test('SIGUSR2 writes a snapshot of a running worker', async () => {
  const said: string[] = [];
  const stop = snapshotOnSignal(join(folder, 'signal'), (line) => said.push(line));
  const worker = new SoakWorker(target, cLibrary);
  try {
    await worker.open();
    process.kill(process.pid, 'SIGUSR2');
    for (let i = 0; i < 600 && said.length === 0; i++) await sleep(100);
    const file = /SIGUSR2: heap snapshot by (?:v8|heapdump) of bundled's worker in (.*)$/.exec(
      said[0] ?? '',
    )?.[1];
    assert.ok(file !== undefined, said.join());
    assert.ok((await summarise(file)).objects > 1000);
  } finally {
    stop();
    await worker.stop();
  }
  assert.is(SoakWorker.running.size, 0);
});

test('what is no snapshot is refused in one line', async () => {
  const file = join(folder, 'no.heapsnapshot');
  writeFileSync(file, '{"snapshot": {}}');
  try {
    await summarise(file);
    assert.unreachable('it was not refused');
  } catch (error) {
    assert.instance(error, CouldNotRun);
    assert.match((error as Error).message, /^\S*no\.heapsnapshot: .*cut short/);
  }
});

test.run();
