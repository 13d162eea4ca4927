import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readSnapshot } from './snapshot.js';

class KeptForTheSnapshotTest {
  readonly name = 'ü "quoted" \\ \u2028';
}

const keeper = new Map<string, KeptForTheSnapshotTest>();
const folder = mkdtempSync(join(tmpdir(), 'dupmark-snapshot-'));
const file = join(folder, 'one.heapsnapshot');

test('objects of a class are counted, and what holds one is told', async () => {
  for (let i = 0; i < 7; i++) keeper.set(`key ${i}`, new KeptForTheSnapshotTest());
  writeHeapSnapshot(file);
  const snapshot = await readSnapshot(file);
  assert.is(snapshot.idsOf('KeptForTheSnapshotTest').length, 7);
  const path = snapshot.retainersOf('KeptForTheSnapshotTest').join(' < ');
  assert.match(path, /of Map/);
  assert.match(path, /keeper of system \/ Context/);
  assert.is(snapshot.idsOf('NoSuchClassAnywhere').length, 0);
  assert.equal([...snapshot.retainersOf('KeptForTheSnapshotTest', () => false)], []);
});

test('a snapshot that is cut short is refused', async () => {
  truncateSync(file, statSync(file).size - 100);
  let message = '';
  try {
    await readSnapshot(file);
  } catch (error) {
    message = (error as Error).message;
  }
  assert.match(message, /cut short/);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
