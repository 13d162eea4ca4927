import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assertSupportedPlatform, loadedLibraries, thisHost } from './platform.js';
import { refusal } from './testing.js';

test('this machine', () => {
  const platform = assertSupportedPlatform();
  assert.match(platform.glibc, /^2\.\d+$/);
  assert.is(thisHost().platform, 'linux');
  assert.ok(loadedLibraries().some((path) => /\/libc\.so\.6$/.test(path)));
});

test('arm64 is supported', () => {
  const platform = assertSupportedPlatform({ platform: 'linux', arch: 'arm64', glibc: '2.36' });
  assert.is(platform.debian, 'arm64');
  assert.is(platform.loader, 'ld-linux-aarch64.so.1');
});

test('elsewhere one line says what this is instead', async () => {
  const on = (platform: string, arch: string, glibc: string | null) =>
    refusal(() => assertSupportedPlatform({ platform, arch, glibc }));
  const needs = 'dupmark needs Linux with glibc on x86-64 or arm64';
  assert.is(await on('darwin', 'arm64', null), `${needs}; this is darwin`);
  assert.is(await on('linux', 'ia32', '2.36'), `${needs}; this Node is built for ia32`);
  assert.match(await on('linux', 'x64', null), /; this Node reports no glibc \(musl/);
});

test.run();
