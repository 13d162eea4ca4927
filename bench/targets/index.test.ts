import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { formatTargetId, type Target } from '../core/target.js';
import { obtainEntry } from './cache.js';
import {
  addTarget,
  cachedTargets,
  chooseCLibrary,
  defaultRequests,
  removeTarget,
  resolveTargets,
  verifyTargets,
} from './index.js';
import { assertSupportedPlatform } from './platform.js';
import { inTemporaryFolder, refusal, withEnvironment } from './testing.js';

const withEmptyCache = <T>(action: () => Promise<T>): Promise<T> =>
  inTemporaryFolder((folder) => withEnvironment({ DUPMARK_CACHE: folder }, action));

test('the default requests', () => {
  assert.equal(defaultRequests().map(formatTargetId), [
    'openssl@1.1.1',
    'openssl@3.0',
    'openssl@3.5',
    'openssl@4.0',
    'bundled',
  ]);
});

// Elsewhere shared libraries' workers run under a Node release, which an empty cache does not have.
const nodeHasItsOwn = process.config.variables.node_shared_openssl !== true;
if (!nodeHasItsOwn) console.log('note: this Node has a shared OpenSSL: an offline case is left out');

(nodeHasItsOwn ? test : test.skip)(
  'offline with an empty cache: what is there, and a line for each that is not',
  async () => {
    await withEmptyCache(async () => {
      const { targets, missing } = await resolveTargets(
        [
          { provider: 'system' },
          { provider: 'debian', suite: 'trixie' },
          { provider: 'node', version: '16.20.2' },
          { provider: 'alias', series: '9.9' },
          { provider: 'prefix', path: '/nonesuch' },
          { provider: 'bundled' },
          { provider: 'system' },
          { provider: 'node', version: '16.20.2' },
        ],
        { offline: true },
      );
      assert.equal(
        targets.map(({ id }) => id),
        ['system', 'bundled'],
      );
      assert.equal(
        missing.map(({ id }) => id),
        ['debian:trixie', 'node@16.20.2', 'openssl@9.9', 'prefix:/nonesuch'],
      );
      for (const { reason } of missing) assert.not.match(reason, /\n/);
      assert.match(missing[0]?.reason ?? '', /'dupmark targets add debian:trixie' gets it$/);
      assert.match(missing[2]?.reason ?? '', /\(system is .*; bundled is /);
    });
  },
);

test('the defaults offline: series that the system or Node itself has are still had', async () => {
  await withEmptyCache(async () => {
    const { targets, missing } = await resolveTargets(defaultRequests(), { offline: true });
    assert.is(new Set(targets.map(({ id }) => id)).size, targets.length);
    assert.ok(targets.some(({ id }) => id === 'bundled'));
    assert.ok(missing.every(({ id }) => id.startsWith('openssl@')));
  });
});

test('an empty cache lists and verifies to nothing', async () => {
  await withEmptyCache(async () => {
    assert.equal(await cachedTargets(), { targets: [], missing: [] });
    assert.equal(await verifyTargets(), []);
  });
});

test('adding what needs no fetching just resolves it', async () => {
  await withEmptyCache(async () => assert.is((await addTarget({ provider: 'bundled' })).id, 'bundled'));
});

test('removing', async () => {
  await withEmptyCache(async () => {
    assert.match(await refusal(() => removeTarget('system')), /^system: is not in the cache \(only debian/);
    assert.is(await refusal(() => removeTarget('node@16.20.2')), 'node@16.20.2: is not in the cache');
    assert.match(
      await refusal(() => removeTarget('nonsense')),
      /^targets remove: 'nonsense' is not a target/,
    );
    const { debian } = assertSupportedPlatform();
    const nothing = async () => ({ package: 'thing 1.0' });
    for (const suite of ['trixie', 'bookworm']) {
      await obtainEntry(`debian-${suite}-${debian}`, `debian:${suite}`, false, nothing);
    }
    await obtainEntry(`c-library-trixie-${debian}`, 'c-library:trixie', false, nothing);
    const ids = async (): Promise<string[]> => (await verifyTargets()).map(({ id }) => id);
    await removeTarget('debian:bookworm');
    assert.equal(await ids(), ['c-library:trixie', 'debian:trixie']);
    await removeTarget('debian:trixie');
    assert.equal(await ids(), [], 'the C library goes with the last target that may need it');
  });
});

const needing = (glibcNeeded: string | null): Target => ({
  id: `debian:${glibcNeeded}`,
  provider: 'debian',
  node: process.execPath,
  library: { kind: 'inside-node' },
  package: null,
  glibcNeeded,
  sha256: {},
});

test('the C library of this machine where it is enough', async () => {
  const { glibc } = assertSupportedPlatform();
  const host = { kind: 'host', version: glibc };
  assert.equal(await chooseCLibrary([]), host);
  assert.equal(await chooseCLibrary([needing('2.4'), needing(null), needing(glibc)]), host);
});

test('a C library that cannot be had: the line says who needs it', async () => {
  await withEmptyCache(async () => {
    const message = await refusal(() =>
      chooseCLibrary([needing('2.4'), needing('2.999')], { offline: true }),
    );
    assert.match(
      message,
      /^debian:2\.999 needs glibc 2\.999, this machine has 2\.\d+, and a newer one could not/,
    );
    assert.match(message, /offline/);
  });
});

test.run();
