import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from '../core/errors.js';
import {
  cacheFolder,
  type FetchFolders,
  findEntry,
  isTarget,
  listEntries,
  obtainEntry,
  removeEntry,
  verifyEntry,
} from './cache.js';
import { inTemporaryFolder, refusal, withEnvironment } from './testing.js';

const CACHE_MODULE = new URL('./cache.js', import.meta.url).href;

function fill(content: string, count = { fetches: 0 }) {
  return async ({ entry }: FetchFolders): Promise<{ package: string }> => {
    count.fetches += 1;
    writeFileSync(join(entry, 'file'), content);
    return { package: 'thing 1.0 (here)' };
  };
}

/** Runs an action with an empty cache, and gives it the folder. */
function withCache<T>(action: (folder: string) => Promise<T>): Promise<T> {
  return inTemporaryFolder((folder) => withEnvironment({ DUPMARK_CACHE: folder }, () => action(folder)));
}

/** A process that fetches the entry `key`: it says `begun`, waits for `hold`, then ends the fetch. */
function fetchingProcess(key: string, hold: string): ChildProcess {
  const script = `
    import { existsSync, writeFileSync } from 'node:fs';
    import { join } from 'node:path';
    import { obtainEntry } from ${JSON.stringify(CACHE_MODULE)};
    await obtainEntry(${JSON.stringify(key)}, 'thing', false, async ({ entry }) => {
      writeFileSync(join(entry, 'file'), 'half');
      console.log('begun');
      while (!existsSync(${JSON.stringify(hold)})) await new Promise((done) => setTimeout(done, 10));
      writeFileSync(join(entry, 'file'), 'whole');
      return { package: 'thing 1.0 (here)' };
    });
    console.log('done');`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function said(child: ChildProcess, word: string): Promise<void> {
  if (child.stdout === null) throw new Error('no stdout');
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    if (String(chunk).includes(word)) return;
  }
  throw new Error(`the child never said ${word}`);
}

test('which folder: own variable, then XDG, then the home folder', () => {
  assert.is(cacheFolder({ DUPMARK_CACHE: '/a/b', XDG_CACHE_HOME: '/x' }), '/a/b');
  assert.is(cacheFolder({ DUPMARK_CACHE: '', XDG_CACHE_HOME: '/x' }), '/x/dupmark');
  assert.match(cacheFolder({ XDG_CACHE_HOME: 'relative' }), /\/\.cache\/dupmark$/);
  assert.match(cacheFolder({ DUPMARK_CACHE: 'relative' }), /^\/.*\/relative$/);
});

test('an entry is fetched once, and again only on refresh', async () => {
  await withCache(async (folder) => {
    const count = { fetches: 0 };
    assert.is(await findEntry('k'), null);
    const first = await obtainEntry('k', 'thing', false, fill('one', count));
    assert.is(first.folder, join(folder, 'entries', 'k'));
    assert.is(first.manifest.package, 'thing 1.0 (here)');
    assert.match(first.manifest.files.file ?? '', /^[0-9a-f]{64}$/);
    await obtainEntry('k', 'thing', false, fill('two', count));
    assert.is(count.fetches, 1);
    await obtainEntry('k', 'thing', true, fill('two', count));
    assert.is(readFileSync(join(first.folder, 'file'), 'utf8'), 'two');
    assert.equal(readdirSync(join(folder, 'entries')), ['k']);
    assert.equal(
      (await listEntries()).map(({ key }) => key),
      ['k'],
    );
    assert.is(await removeEntry('k'), true);
    assert.is(await removeEntry('k'), false);
    assert.equal(readdirSync(join(folder, 'entries')), []);
  });
});

test('two requests in one process share one fetch', async () => {
  await withCache(async () => {
    const count = { fetches: 0 };
    await Promise.all([1, 2, 3].map(() => obtainEntry('k', 'thing', false, fill('one', count))));
    assert.is(count.fetches, 1);
  });
});

test('a fetch that fails leaves nothing', async () => {
  await withCache(async (folder) => {
    const message = await refusal(() =>
      obtainEntry('k', 'thing', false, async ({ entry }) => {
        writeFileSync(join(entry, 'file'), 'half');
        throw new CouldNotRun('thing: no network');
      }),
    );
    assert.is(message, 'thing: no network');
    assert.equal(readdirSync(join(folder, 'entries')), []);
  });
});

test('a refresh that fails keeps what was there', async () => {
  await withCache(async () => {
    await obtainEntry('k', 'thing', false, fill('one'));
    await refusal(() =>
      obtainEntry('k', 'thing', true, async () => {
        throw new CouldNotRun('thing: no network');
      }),
    );
    const entry = await findEntry('k');
    assert.ok(entry !== null);
    if (entry !== null) assert.equal(await verifyEntry(entry), []);
  });
});

test('kill -9 during a fetch leaves no entry, and the next fetch sweeps up', async () => {
  await withCache(async (folder) => {
    const child = fetchingProcess('k', join(folder, 'never'));
    await said(child, 'begun');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.is(await findEntry('k'), null);
    assert.equal(await listEntries(), []);
    assert.is(readdirSync(join(folder, 'entries')).length, 1, 'the temporary folder is still there');
    await obtainEntry('other', 'thing', false, fill('one'));
    assert.equal(readdirSync(join(folder, 'entries')), ['other']);
  });
});

test('a temporary folder of a living process is left alone', async () => {
  await withCache(async (folder) => {
    const hold = join(folder, 'go-on');
    const child = fetchingProcess('k', hold);
    await said(child, 'begun');
    await obtainEntry('other', 'thing', false, fill('one'));
    assert.is(readdirSync(join(folder, 'entries')).length, 2);
    writeFileSync(hold, '');
    const [status] = await once(child, 'exit');
    assert.is(status, 0);
    assert.equal(readdirSync(join(folder, 'entries')), ['k', 'other']);
  });
});

test('two processes that fetch the same both end well, and one entry remains', async () => {
  await withCache(async (folder) => {
    const hold = join(folder, 'go-on');
    const children = [fetchingProcess('k', hold), fetchingProcess('k', hold)];
    await Promise.all(children.map((child) => said(child, 'begun')));
    writeFileSync(hold, '');
    const ends = await Promise.all(children.map((child) => once(child, 'exit')));
    assert.equal(
      ends.map(([status]) => status),
      [0, 0],
    );
    const entry = await findEntry('k');
    assert.ok(entry !== null);
    if (entry === null) return;
    assert.is(readFileSync(join(entry.folder, 'file'), 'utf8'), 'whole');
    assert.equal(await verifyEntry(entry), []);
    assert.equal(readdirSync(join(folder, 'entries')), ['k']);
  });
});

test('verify finds a changed, a missing and an extra file', async () => {
  await withCache(async () => {
    const entry = await obtainEntry('k', 'thing', false, async (folders) => {
      writeFileSync(join(folders.entry, 'gone'), 'x');
      return fill('one')(folders);
    });
    assert.equal(await verifyEntry(entry), []);
    writeFileSync(join(entry.folder, 'file'), 'One');
    writeFileSync(join(entry.folder, 'extra'), 'x');
    rmSync(join(entry.folder, 'gone'));
    assert.equal((await verifyEntry(entry)).sort(), [
      'extra does not belong there',
      'file has changed since it was fetched (sha256 differs)',
      'gone is missing',
    ]);
  });
});

test('an entry whose manifest is damaged counts as none and is fetched again', async () => {
  await withCache(async () => {
    const { folder } = await obtainEntry('k', 'thing', false, fill('one'));
    writeFileSync(join(folder, 'manifest.json'), '{"schema":1');
    assert.is(await findEntry('k'), null);
    await obtainEntry('k', 'thing', false, fill('two'));
    assert.is(readFileSync(join(folder, 'file'), 'utf8'), 'two');
  });
});

test('a cache folder that cannot be written gets one line that names it and the way out', async () => {
  await inTemporaryFolder(async (folder) => {
    // Below a plain file nobody can create a folder, not even root, whom permission bits do not stop.
    const file = join(folder, 'file');
    writeFileSync(file, '');
    await withEnvironment({ DUPMARK_CACHE: join(file, 'cache') }, async () => {
      const message = await refusal(() => obtainEntry('k', 'thing', false, fill('one')));
      assert.match(message, /^cannot write to the cache folder .*file\/cache \(ENOTDIR/);
      assert.match(message, /set DUPMARK_CACHE/);
      assert.equal(await listEntries(), []);
    });
    assert.not.ok(existsSync(join(file, 'cache')));
  });
});

test('an entry that this dupmark does not know is no target, and no error', () =>
  withCache(async () => {
    for (const what of ['debian:trixie', 'c-library:trixie', 'something-new:trixie', '\u001b[31m', '']) {
      await obtainEntry(`key-${what.length}`, what, false, fill('x'));
    }
    const targets = (await listEntries()).filter(isTarget).map(({ manifest }) => manifest.what);
    assert.equal(targets, ['debian:trixie']);
  }));

test.run();
