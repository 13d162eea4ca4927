import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openSuite, parsePolicy } from './apt.js';
import { checkedMirror, debianArchive } from './apt-archive.js';
import { run } from './child.js';
import { newestLibrary, resolveDebian } from './debian.js';
import { inTemporaryFolder, refusal, withEnvironment } from './testing.js';

const hasApt = (await run('apt-get', ['--version'], { timeoutMs: 20_000 })).status === 0;
const hasKeyring = await debianArchive({ DUPMARK_DEBIAN_MIRROR: 'http://mirror.example.org/debian' }).then(
  () => true,
  () => false,
);

test('reading apt-cache policy', () => {
  const text = `libssl3t64:
  Installed: (none)
  Candidate: 3.5.9-1~deb13u1
  Version table:
     3.5.9-1~deb13u1 500
        500 http://mirror.example.org/debian trixie/main amd64 Packages
libssl-virtual:
  Installed: (none)
  Candidate: (none)
libstdc++6:
  Candidate: 14.2.0-19
`;
  assert.equal(parsePolicy(text), [
    { package: 'libssl3t64', version: '3.5.9-1~deb13u1' },
    { package: 'libstdc++6', version: '14.2.0-19' },
  ]);
});

test('the newest library package of a suite', () => {
  const newest = (...names: string[]) =>
    newestLibrary(names.map((name) => ({ package: name, version: '1' })))?.package;
  assert.is(newest('libssl1.1', 'libssl3', 'libssl3t64', 'libssl-dev', 'libssl-doc'), 'libssl3t64');
  assert.is(newest('libssl4', 'libssl3t64'), 'libssl4');
  assert.is(newest('libssl10', 'libssl4t64'), 'libssl10');
  assert.is(newest('libssl1.0.2', 'libssl-ocaml'), undefined);
});

test('which archive: named by the user, else from the sources, else one line on how to get one', async () => {
  await inTemporaryFolder(async (etc) => {
    mkdirSync(join(etc, 'sources.list.d'));
    const nothing = await refusal(() => debianArchive({}, etc));
    assert.match(nothing, /name no Debian mirror; set DUPMARK_DEBIAN_MIRROR to the URL of one/);
    assert.match(nothing, /debian-archive-keyring/);
    // Any file serves as a keyring here: only apt reads it.
    const keyring = join(etc, 'company.gpg');
    writeFileSync(keyring, '');
    writeFileSync(
      join(etc, 'sources.list.d', 'x.sources'),
      `Types: deb\nURIs: http://mirror.example.org/debian\nSuites: bookworm\nComponents: main\nSigned-By: ${keyring}\n`,
    );
    writeFileSync(join(etc, 'sources.list.d', 'x.save'), 'deb http://old.example.org/debian bookworm main\n');
    assert.equal(await debianArchive({}, etc), {
      main: 'http://mirror.example.org/debian',
      security: null,
      keyring,
    });
    if (!hasKeyring) return;
    const named = await debianArchive({ DUPMARK_DEBIAN_MIRROR: 'https://other.example.org/debian' }, etc);
    assert.is(named.main, 'https://other.example.org/debian');
    assert.is(named.security, 'https://other.example.org/debian-security');
    assert.match(named.keyring, /debian-archive-keyring/);
  });
});

test('a mirror that is no URL, or could carry more than one', async () => {
  for (const wrong of [
    'mirror.example.org',
    'ftp://mirror.example.org/debian',
    'http://',
    'http://a b',
    'file:x',
  ]) {
    assert.match(
      await refusal(() => checkedMirror(wrong)),
      /^DUPMARK_DEBIAN_MIRROR: '.*' is not an http, https or file URL$/,
    );
  }
  assert.match(await refusal(() => checkedMirror('http://x.example.org/\nSuites: y')), /is not an http/);
  assert.is(checkedMirror('file:/srv/debian'), 'file:/srv/debian');
});

/** A mirror on disk, made by the test, that carries no valid signature. */
async function withMirror(action: (cache: string) => Promise<void>): Promise<void> {
  if (!hasApt || !hasKeyring) {
    console.log('  (apt or debian-archive-keyring is not installed: left out)');
    return;
  }
  await inTemporaryFolder(async (folder) => {
    const release = join(folder, 'debian', 'dists', 'trixie');
    mkdirSync(release, { recursive: true });
    writeFileSync(
      join(release, 'Release'),
      'Origin: Debian\nSuite: stable\nCodename: trixie\nDate: Sat, 06 Jan 2024 00:00:00 UTC\nArchitectures: amd64 arm64\nComponents: main\nSHA256:\n',
    );
    const cache = join(folder, 'cache');
    await withEnvironment(
      { DUPMARK_CACHE: cache, DUPMARK_DEBIAN_MIRROR: `file:${join(folder, 'debian')}` },
      () => action(cache),
    );
  });
}

test('an archive without a signature is refused, and nothing is left', async () => {
  await withMirror(async (cache) => {
    assert.match(await refusal(() => resolveDebian('trixie')), /^debian:trixie: .*is not signed/);
    assert.equal(readdirSync(join(cache, 'entries')), []);
  });
});

test('a suite that the mirror lacks', async () => {
  await withMirror(async () => {
    assert.match(await refusal(() => openSuite('nosuch')), /^debian:nosuch: file:.* has no such suite$/);
  });
});

test('offline, with nothing cached', async () => {
  await withMirror(async () => {
    assert.match(
      await refusal(() => resolveDebian('trixie', { offline: true })),
      /^debian:trixie: is not in the cache, and this is offline; with a network, 'dupmark targets add debian:trixie' gets it$/,
    );
    assert.match(await refusal(() => openSuite('trixie', { offline: true })), /offline/);
  });
});

test('a mirror that does not answer', async () => {
  await withMirror(() =>
    withEnvironment(
      { DUPMARK_DEBIAN_MIRROR: 'http://127.0.0.1:9/debian', http_proxy: undefined, no_proxy: '127.0.0.1' },
      async () => {
        const message = await refusal(() => resolveDebian('trixie'));
        assert.match(message, /^debian:trixie: apt-get update: /);
        assert.match(message, /127\.0\.0\.1:9/);
      },
    ),
  );
});

test.run();
