import { existsSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveBundled } from './bundled.js';
import { parseLdconfig, resolveSystem } from './system.js';
import { usesSharedOpenssl, workerNode } from './worker-node.js';

test('the system target', async () => {
  const target = await resolveSystem({ offline: true });
  assert.is(target.id, 'system');
  assert.ok(target.library.kind === 'shared');
  if (target.library.kind !== 'shared') return;
  assert.ok(existsSync(target.library.libssl) && existsSync(target.library.libcrypto));
  assert.match(target.library.libssl, /\/libssl\.so/);
  if (existsSync('/var/lib/dpkg/status')) {
    assert.match(target.package ?? '', /^libssl\S* \d\S+ \(installed, a\S+\)$/);
  }
});

test('reading ldconfig -p', () => {
  const text = `12 libs found in cache \`/etc/ld.so.cache'
\tlibssl3.so (libc6,x86-64) => /lib/x86_64-linux-gnu/libssl3.so
\tlibssl.so.3 (libc6,x86-64) => /lib/x86_64-linux-gnu/libssl.so.3
\tlibssl.so.1.1 (libc6,AArch64) => /usr/lib/aarch64-linux-gnu/libssl.so.1.1
\tlibssl.so.3 (libc6, hwcap: 0x8) => /usr/lib32/libssl.so.3
`;
  assert.equal(parseLdconfig(text, 'x86-64'), ['/lib/x86_64-linux-gnu']);
  assert.equal(parseLdconfig(text, 'AArch64'), ['/usr/lib/aarch64-linux-gnu']);
});

test('the bundled target', async () => {
  const target = await resolveBundled();
  assert.is(target.id, 'bundled');
  assert.is(target.node, process.execPath);
  assert.equal(target.library, { kind: 'inside-node' });
  assert.match(target.glibcNeeded ?? '', /^2\.\d+$/);
  if (!usesSharedOpenssl()) assert.equal(Object.keys(target.sha256), [process.execPath]);
});

test('workers of shared libraries run under this Node unless it has a shared OpenSSL itself', async () => {
  if (!usesSharedOpenssl()) assert.is(await workerNode(), process.execPath);
});

test.run();
