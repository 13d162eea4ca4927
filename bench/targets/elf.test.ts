import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from '../core/errors.js';
import { compareVersions } from '../core/target.js';
import { parseElf, readElf } from './elf.js';
import { assertSupportedPlatform, type Machine } from './platform.js';
import { findSystemPair } from './system.js';
import { inTemporaryFolder, refusal } from './testing.js';

const { machine } = assertSupportedPlatform();
const pair = await findSystemPair();
const content = readFileSync(pair.libssl);

function parseBytes(bytes: Buffer, wanted: Machine = machine) {
  const source = {
    sizeBytes: bytes.length,
    read: (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  return parseElf('/x/libssl.so', source, wanted);
}

test('a real libssl', () => {
  const elf = readElf(pair.libssl, machine);
  assert.is(elf.type, 'shared');
  assert.is(elf.machine, machine);
  assert.match(elf.soname ?? '', /^libssl\.so\.[0-9.]+$/);
  assert.ok(elf.needed.some((name) => name.startsWith('libcrypto.so')));
  assert.equal(
    [...elf.exports(['SSL_new', 'SSL_dup', 'SSL_up_ref', 'SSL_nonesuch', 'CRYPTO_malloc'])],
    ['SSL_new', 'SSL_dup', 'SSL_up_ref'],
  );
  assert.ok(readElf(pair.libcrypto, machine).exports(['CRYPTO_malloc']).has('CRYPTO_malloc'));
});

test('the running node executable', () => {
  const elf = readElf(process.execPath, machine);
  assert.ok(elf.needed.includes('libc.so.6'));
  assert.match(elf.glibcNeeded ?? '', /^2\.\d+$/);
});

test('the highest glibc version agrees with a plain search of the file', () => {
  // Version names are stored as text, so that their set in the file is an independent witness.
  const names = content.toString('latin1').matchAll(/\0GLIBC_(\d+\.\d+)(?=\0)/g);
  const sorted = [...names].map((match) => match[1] ?? '').sort(compareVersions);
  assert.is(readElf(pair.libssl, machine).glibcNeeded, sorted.at(-1));
});

test('agrees with readelf where binutils are there', () => {
  let text: string;
  try {
    text = execFileSync('readelf', ['-dW', '--dyn-syms', pair.libcrypto], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, LC_ALL: 'C' },
    });
  } catch {
    console.log('  (readelf is not installed: comparison left out)');
    return;
  }
  const elf = readElf(pair.libcrypto, machine);
  const needed = [...text.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map((match) => match[1]);
  assert.equal(elf.needed, needed);
  const defined = [...text.matchAll(/^ *\d+: \w+ +\S+ \w+ +\w+ +\w+ +(\w+) (\w+)@/gm)]
    .filter((match) => match[1] !== 'UND')
    .map((match) => match[2] ?? '');
  assert.ok(defined.length > 1000);
  assert.is(elf.exports(defined).size, new Set(defined).size);
});

test('each kind of wrong file gets one line that names it', async () => {
  await inTemporaryFolder(async (folder) => {
    const put = (name: string, bytes: Buffer | string): string => {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    };
    const other = Buffer.from(content);
    other.writeUInt16LE(machine === 'x86-64' ? 183 : 62, 18);
    const bits = Buffer.from(content);
    bits.writeUInt8(1, 4);
    bits.writeUInt16LE(3, 18);
    mkdirSync(join(folder, 'folder.so'));
    const cases: [string, RegExp][] = [
      [put('text.so', 'INPUT(libssl.so.3)\n'), /text\.so: is not an ELF file/],
      [put('empty.so', ''), /empty\.so: is not an ELF file/],
      [put('header.so', content.subarray(0, 40)), /header\.so: is truncated/],
      [put('half.so', content.subarray(0, content.length / 2)), /half\.so: is truncated/],
      [put('last.so', content.subarray(0, content.length - 1)), /last\.so: is truncated/],
      [put('other.so', other), /other\.so: is for another architecture, (arm64|x86-64); this machine is /],
      [put('bits.so', bits), /bits\.so: is for another architecture, 32-bit x86 \(32-bit\)/],
      [join(folder, 'folder.so'), /folder\.so: is not a file/],
      [join(folder, 'nonesuch.so'), /nonesuch\.so: cannot be read \(ENOENT/],
    ];
    for (const [path, expected] of cases) assert.match(await refusal(() => readElf(path, machine)), expected);
  });
});

test('a copy cut anywhere is refused, never accepted', async () => {
  await inTemporaryFolder(async (folder) => {
    const copy = join(folder, 'libssl.so');
    copyFileSync(pair.libssl, copy);
    for (let length = content.length - 1; length > 0; length = Math.floor(length * 0.8)) {
      truncateSync(copy, length);
      assert.match(await refusal(() => readElf(copy, machine)), /is truncated|is not an ELF file/);
    }
  });
});

function readsOrRefuses(bytes: Buffer): void {
  try {
    parseBytes(bytes).exports(['SSL_new']);
  } catch (thrown) {
    assert.instance(thrown, CouldNotRun);
  }
}

test('no bytes make it crash: random files', () => {
  const header = content.subarray(0, 64);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.boolean(), (bytes, withHeader) => {
      readsOrRefuses(withHeader ? Buffer.concat([header, bytes]) : Buffer.from(bytes));
    }),
    { numRuns: 500 },
  );
});

test('no bytes make it crash: damaged copies of a real library', () => {
  const change = fc.record({ at: fc.integer({ min: 0, max: 4095 }), to: fc.integer({ min: 0, max: 255 }) });
  // The headers, and the dynamic section that stands near the end of the data.
  const dynamicAt = content.length - 64 * 1024;
  const length = fc.option(fc.integer({ min: 64, max: content.length }), { freq: 3 });
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      length,
      (changes, head, cut) => {
        const bytes = Buffer.from(content);
        for (const { at, to } of changes) bytes.writeUInt8(to, head ? at % 1024 : dynamicAt + at * 16);
        readsOrRefuses(cut === null ? bytes : bytes.subarray(0, cut));
      },
    ),
    { numRuns: 300 },
  );
});

test('no bytes make it crash: every field of the dynamic section set to extremes', () => {
  const at = dynamicSection();
  for (let offset = at; offset < at + 512; offset += 8) {
    for (const value of [0n, 1n, 0xffffn, 0xffffffffn, 1n << 52n, (1n << 64n) - 1n]) {
      const bytes = Buffer.from(content);
      bytes.writeBigUInt64LE(value, offset);
      readsOrRefuses(bytes);
    }
  }
});

/** The file offset of PT_DYNAMIC. */
function dynamicSection(): number {
  const start = Number(content.readBigUInt64LE(32));
  for (let i = 0; i < content.readUInt16LE(56); i++) {
    if (content.readUInt32LE(start + i * 56) === 2)
      return Number(content.readBigUInt64LE(start + i * 56 + 8));
  }
  throw new Error('no PT_DYNAMIC');
}

test.run();
