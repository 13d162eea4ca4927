import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HeapWatch } from './heap-watch.js';

const { writeSnapshot } = createRequire(import.meta.url)('../worker/heap-snapshot.cjs') as {
  writeSnapshot(file: string): Promise<'heapdump' | 'v8'>;
};

class WatchedByTheHeapTest {
  readonly name = 'one';
}

const folder = mkdtempSync(join(tmpdir(), 'dupmark-heap-watch-'));
const notes: string[] = [];
const watchWith = (take: (file: string) => Promise<'heapdump' | 'v8'>) =>
  new HeapWatch({
    take,
    folder,
    name: 'a target/b',
    classes: ['WatchedByTheHeapTest'],
    onTrouble: (note) => notes.push(note),
  });
const kept: WatchedByTheHeapTest[] = [new WatchedByTheHeapTest()];

test('nothing is kept when nothing grew', async () => {
  const watch = watchWith(writeSnapshot);
  await watch.begin();
  const reading = await watch.look();
  assert.equal(reading?.classes, [{ name: 'WatchedByTheHeapTest', live: 1, before: 1, fresh: 0 }]);
  watch.end();
  assert.equal(readdirSync(folder), []);
});

test('what grew is counted and named, and both snapshots stay, for their owner only', async () => {
  const watch = watchWith(writeSnapshot);
  await watch.begin();
  for (let i = 0; i < 3; i++) kept.push(new WatchedByTheHeapTest());
  const reading = await watch.look();
  assert.is(reading?.classes[0]?.fresh, 3);
  assert.match(reading?.retainersOf('WatchedByTheHeapTest').join() ?? '', /kept of/);
  assert.ok(
    reading?.grownClasses(1000).some(({ name, more }) => name === 'WatchedByTheHeapTest' && more === 3),
  );
  watch.keep();
  watch.end();
  const files = readdirSync(folder).sort();
  assert.equal(files, ['a_target_b-after.heapsnapshot', 'a_target_b-before.heapsnapshot']);
  for (const file of files) {
    assert.is(statSync(join(folder, file)).mode & 0o777, 0o600);
    rmSync(join(folder, file));
  }
});

test('a disk that fills up is told once, leaves nothing half written, and is no end', async () => {
  let full = false;
  const watch = watchWith(async (file) => {
    const writer = await writeSnapshot(file);
    if (full) truncateSync(file, 1000);
    return writer;
  });
  await watch.begin();
  full = true;
  assert.is(await watch.look(), null);
  assert.is(await watch.look(), null);
  assert.is(notes.length, 1);
  assert.match(notes[0] ?? '', /no heap snapshot: .* is cut short/);
  full = false;
  assert.ok((await watch.look()) !== null);
  watch.end();
  assert.equal(readdirSync(folder), []);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
