import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { opensslVersionIn } from './openssl-pair.js';
import { assertSupportedPlatform } from './platform.js';
import { resolvePrefix } from './prefix.js';
import { findSystemPair } from './system.js';
import { inTemporaryFolder, refusal } from './testing.js';

const { multiarch, machine } = assertSupportedPlatform();
const system = await findSystemPair();
const libsslName = basename(system.libssl);
const libcryptoName = basename(system.libcrypto);

/** Links the system's libraries into a folder of a new prefix. */
function install(prefix: string, folder: string, files: readonly string[]): void {
  mkdirSync(join(prefix, folder), { recursive: true });
  for (const file of files) symlinkSync(file, join(prefix, folder, basename(file)));
}

test('libraries in the prefix itself, in lib, lib64 and the multiarch folder', async () => {
  for (const folder of ['.', 'lib', 'lib64', join('lib', multiarch)]) {
    await inTemporaryFolder(async (prefix) => {
      install(prefix, folder, [system.libssl, system.libcrypto]);
      const target = await resolvePrefix(prefix);
      assert.is(target.id, `prefix:${prefix}`);
      assert.is(target.provider, 'prefix');
      assert.is(target.package, null);
      assert.equal(target.library, { kind: 'shared', ...system });
      assert.equal(Object.keys(target.sha256).sort(), [system.libcrypto, system.libssl].sort());
      assert.match(target.glibcNeeded ?? '', /^2\.\d+$/);
    });
  }
});

test('a relative path becomes an absolute id', async () => {
  await inTemporaryFolder(async (prefix) => {
    install(prefix, 'lib', [system.libssl, system.libcrypto]);
    const before = process.cwd();
    process.chdir(prefix);
    try {
      assert.is((await resolvePrefix('.')).id, `prefix:${process.cwd()}`);
    } finally {
      process.chdir(before);
    }
  });
});

test('a prefix that cannot be used gets one line that says why', async () => {
  await inTemporaryFolder(async (folder) => {
    const prefixWith = (name: string, libssl: Buffer | string | null, withLibcrypto = true): string => {
      const prefix = join(folder, name);
      install(prefix, 'lib', withLibcrypto ? [system.libcrypto] : []);
      if (libssl !== null) writeFileSync(join(prefix, 'lib', libsslName), libssl);
      return prefix;
    };
    const whole = readFileSync(system.libssl);
    const other = Buffer.from(whole);
    other.writeUInt16LE(machine === 'x86-64' ? 183 : 62, 18);
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, Number(damaged.readBigUInt64LE(32)) + 56);
    writeFileSync(join(folder, 'file'), '');
    const cases: [string, RegExp][] = [
      [join(folder, 'nonesuch'), /^prefix:.*nonesuch: no such folder$/],
      [join(folder, 'file'), /^prefix:.*file: is not a folder$/],
      [prefixWith('empty', null), /^prefix:.*empty: no libssl\.so found \(looked in .*lib64.*\)$/],
      [prefixWith('alone', whole, false), /has no libcrypto beside it \(looked for libcrypto\.so/],
      [prefixWith('text', 'INPUT(x)'), /libssl\.so.*: is not an ELF file$/],
      [prefixWith('cut', whole.subarray(0, whole.length - 100)), /libssl\.so.*: is truncated/],
      [prefixWith('other', other), /libssl\.so.*: is for another architecture/],
      [prefixWith('damaged', damaged), /libssl\.so.*: (damaged ELF file|is truncated)/],
      [prefixWith('impostor', readFileSync(system.libcrypto)), /does not define SSL_new/],
    ];
    for (const [prefix, expected] of cases)
      assert.match(await refusal(() => resolvePrefix(prefix)), expected);
  });
});

test('a libcrypto that is damaged is named', async () => {
  await inTemporaryFolder(async (prefix) => {
    install(prefix, 'lib', [system.libssl]);
    writeFileSync(join(prefix, 'lib', libcryptoName), readFileSync(system.libcrypto).subarray(0, 5000));
    assert.match(await refusal(() => resolvePrefix(prefix)), new RegExp(`${libcryptoName}: is truncated`));
  });
});

test('a libssl without SSL_dup and SSL_up_ref resolves: what it lacks is reported later', async () => {
  await inTemporaryFolder(async (prefix) => {
    mkdirSync(join(prefix, 'lib'));
    copyFileSync(system.libcrypto, join(prefix, 'lib', libcryptoName));
    // The names stay as long as they were, so that everything else in the file is still right.
    const text = readFileSync(system.libssl).toString('latin1');
    const without = text
      .replaceAll('\0SSL_dup\0', '\0XSL_dup\0')
      .replaceAll('\0SSL_up_ref\0', '\0XSL_up_ref\0');
    writeFileSync(join(prefix, 'lib', libsslName), Buffer.from(without, 'latin1'));
    const target = await resolvePrefix(prefix);
    assert.is(target.library.kind, 'shared');
  });
});

test('the newest of several versions is taken, and libcrypto by what libssl asks for', async () => {
  await inTemporaryFolder(async (prefix) => {
    install(prefix, 'lib', [system.libssl, system.libcrypto]);
    // A newer libssl whose own number has no libcrypto beside it, as LibreSSL numbers its libraries.
    copyFileSync(system.libssl, join(prefix, 'lib', 'libssl.so.99'));
    const { library } = await resolvePrefix(prefix);
    assert.ok(library.kind === 'shared' && library.libssl.endsWith('libssl.so.99'));
    assert.ok(library.kind === 'shared' && library.libcrypto === system.libcrypto);
  });
});

test('the version in the text of a library', async () => {
  const version = await opensslVersionIn(system.libcrypto);
  assert.match(version ?? '', /^\d+\.\d+\.\d+[a-z]*$/);
  const own = process.config.variables.node_shared_openssl !== true;
  const expected = own ? process.versions.openssl?.replace(/[+-].*$/, '') : undefined;
  assert.is(await opensslVersionIn(process.execPath), expected ?? null);
  assert.is(await opensslVersionIn('/etc/passwd'), null);
  try {
    const said = execFileSync('openssl', ['version'], { encoding: 'utf8' });
    const library = /Library: OpenSSL (\S+)/.exec(said)?.[1];
    if (library !== undefined) assert.is(version, library);
  } catch {
    console.log('  (the openssl program is not installed: comparison left out)');
  }
});

test.run();
