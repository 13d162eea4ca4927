import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inTemporaryFolder } from '../targets/testing.js';
import { type Abi, readAbi } from './abi-text.js';
import { headerCheck } from './headers.js';

const Headers = suite('check of headers');

Headers('reads every declaration of the native part', () => {
  const { functions, constants, types } = readAbi();
  assert.ok(functions.length > 150 && constants.length > 60);
  assert.is(functions.find(({ name }) => name === 'SSL_new')?.parameters, '(SSL_CTX*)');
  assert.is(functions.find(({ name }) => name === 'SSL_new')?.required, true);
  const index = functions.find(({ name }) => name === 'CRYPTO_get_ex_new_index');
  assert.match(index?.parameters ?? '', /^\(int, long, void\*, void \(\*\)\(.*\)\)$/);
  assert.ok(types.includes('typedef struct ssl_st SSL;'));
  assert.ok(types.every((type) => (type.match(/\{/g) ?? []).length === (type.match(/\}/g) ?? []).length));
});

/** Whether the check compiles against a header with this text. */
async function agrees(abi: Abi, header: string): Promise<boolean> {
  return inTemporaryFolder(async (folder) => {
    mkdirSync(join(folder, 'openssl'));
    writeFileSync(join(folder, 'openssl', 'ssl.h'), header);
    const { source } = headerCheck(abi, [folder]);
    writeFileSync(join(folder, 'check.cc'), source);
    const { status } = spawnSync('g++', [
      '-std=c++17',
      '-fsyntax-only',
      `-I${folder}`,
      join(folder, 'check.cc'),
    ]);
    return status === 0;
  });
}

Headers('a right declaration passes, a wrong signature, number or result does not', async () => {
  if (spawnSync('g++', ['--version']).status !== 0) {
    process.stdout.write('note: no g++ here, so that no check was compiled\n');
    return;
  }
  const header =
    'struct ssl_st; extern "C" { const char* f(const ssl_st*, int); int g(ssl_st*); }\n#define N 7\n';
  const types = ['typedef struct ssl_st SSL;'];
  const f = { required: true, result: 'const char*', name: 'f', parameters: '(const SSL*, int)' };
  const n = { name: 'N', value: '7' };
  const ours = (functions: Abi['functions'], constants: Abi['constants'] = [n]): Abi => ({
    types,
    functions,
    constants,
  });
  assert.ok(await agrees(ours([f]), header));
  assert.ok(await agrees(ours([{ ...f, parameters: '(SSL*, int)' }]), header), 'const may differ');
  assert.ok(
    await agrees(ours([{ ...f, name: 'g', result: 'void', parameters: '(SSL*)' }]), header),
    'unused result',
  );
  assert.not(await agrees(ours([{ ...f, parameters: '(const SSL*, long)' }]), header));
  assert.not(await agrees(ours([{ ...f, parameters: '(const SSL*)' }]), header));
  assert.not(await agrees(ours([{ ...f, result: 'long' }]), header));
  assert.not(await agrees(ours([f], [{ ...n, value: '8' }]), header));
});

Headers('says what the headers lack', async () => {
  await inTemporaryFolder(async (folder) => {
    mkdirSync(join(folder, 'openssl'));
    writeFileSync(join(folder, 'openssl', 'ssl.h'), '');
    const abi = readAbi();
    const { lacking, lackingRequired } = headerCheck(abi, [folder]);
    assert.is(lacking.length, abi.functions.length + abi.constants.length);
    assert.ok(lackingRequired.includes('SSL_new'));
  });
});

Headers.run();
