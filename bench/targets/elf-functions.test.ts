/** Against what the compiler makes here: a static library, and a stripped library linked from it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { archiveFunctions, buildIdOf, fileOffset, functionPlaces, functionsAt } from './elf-functions.js';

const test = suite('targets/elf functions');
const folder = mkdtempSync(join(tmpdir(), 'dupmark-functions-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Calls, a load through the offset table, constants and a table: what a linker fills in. */
const SOURCE = `
extern int other(int);
extern int shared_number;
static const char *const names[] = {"one", "two"};
__attribute__((noinline)) static int hidden_sum(int a) { return other(a) * 3 + shared_number; }
__attribute__((noinline)) static const char *hidden_name(int a) { return names[a & 1]; }
int exported(int a) { return hidden_sum(a) + hidden_name(a)[0]; }
int other(int a) { return a ^ 85; }
int shared_number = 4;
`;

function made(): { archive: Buffer; full: Buffer; stripped: Buffer } {
  const at = (name: string) => join(folder, name);
  writeFileSync(at('a.c'), SOURCE);
  const run = (command: string, ...args: string[]) => {
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    assert.is(status, 0, stderr);
  };
  run('gcc', '-O2', '-fPIC', '-c', at('a.c'), '-o', at('a.o'));
  run('ar', 'rcs', at('a.a'), at('a.o'));
  run('gcc', '-shared', '-Wl,--build-id=0x00ff1234', '-o', at('a.so'), at('a.o'));
  run('strip', '-o', at('stripped.so'), at('a.so'));
  return {
    archive: readFileSync(at('a.a')),
    full: readFileSync(at('a.so')),
    stripped: readFileSync(at('stripped.so')),
  };
}

test('a stripped library’s functions are known by their code', () => {
  const { archive, full, stripped } = made();
  assert.equal(functionPlaces(stripped), []);
  const functions = archiveFunctions(archive);
  assert.equal(functions.map(({ name }) => name).sort(), ['exported', 'hidden_name', 'hidden_sum', 'other']);
  for (const { name, address } of functionPlaces(full)) {
    if (!functions.some((one) => one.name === name)) continue;
    const offset = fileOffset(stripped, address);
    assert.ok(offset !== null);
    assert.equal(functionsAt(stripped, offset, functions), [name]);
    assert.equal(functionsAt(stripped, offset + 1, functions), [], 'one byte further is no function');
  }
  assert.is(buildIdOf(stripped), '00ff1234');
});

test('what a linker fills in counts for nothing, every other byte counts', () => {
  const { archive, full } = made();
  const functions = archiveFunctions(archive);
  const one = functions.find(({ name }) => name === 'hidden_sum');
  const place = functionPlaces(full).find(({ name }) => name === 'hidden_sum');
  assert.ok(one !== undefined && place !== undefined);
  const offset = fileOffset(full, place.address) ?? 0;
  assert.ok(one.filled.some((byte) => byte !== 0) && one.filled.some((byte) => byte === 0));
  one.filled.forEach((filled, i) => {
    const changed = Buffer.from(full);
    changed[offset + i] = (changed[offset + i] ?? 0) ^ 0xff;
    assert.equal(functionsAt(changed, offset, [one]), filled === 0 ? [] : ['hidden_sum'], `byte ${i}`);
  });
});

test('damaged and foreign files have no functions, and end no program', () => {
  const { archive, full } = made();
  const text = Buffer.from('no archive and no ELF file at all, only text that is longer than a header is');
  for (const file of [Buffer.alloc(0), text, full.subarray(0, 200), archive.subarray(0, 100)]) {
    assert.equal(functionPlaces(file), []);
    assert.equal(archiveFunctions(file), []);
    assert.is(buildIdOf(file.subarray(0, 100)), null);
    assert.is(fileOffset(file.subarray(0, 60), 0), null);
  }
  for (let i = 0; i < 300; i++) {
    const damaged = Buffer.from(archive);
    damaged[(i * 7919) % damaged.length] = (i * 31) & 0xff;
    archiveFunctions(damaged);
    functionPlaces(damaged.subarray(68));
  }
});

test.run();
