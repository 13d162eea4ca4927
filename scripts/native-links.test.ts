import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findSystemPair } from '../bench/targets/system.js';
import { inTemporaryFolder } from '../bench/targets/testing.js';
import { BUILT_FILES, PROJECT_FOLDER } from '../bench/worker/files.js';
import { linkedOpenssl } from './native-links.js';

const Links = suite('native links');

Links('nothing that is built links OpenSSL', () => {
  for (const file of BUILT_FILES) assert.equal(linkedOpenssl(file), [], file);
  assert.not.match(readFileSync(join(PROJECT_FOLDER, 'native', 'Makefile'), 'utf8'), /-l(ssl|crypto)\b/);
});

Links('a file that does link it is found out', async () => {
  const { libssl } = await findSystemPair();
  await inTemporaryFolder(async (folder) => {
    const source = join(folder, 'linked.c');
    writeFileSync(source, 'void* SSL_new(void*); void* call(void* ctx) { return SSL_new(ctx); }\n');
    const output = join(folder, 'linked.so');
    execFileSync('cc', ['-shared', '-fPIC', source, libssl, '-o', output]);
    assert.is(linkedOpenssl(output).length, 1);
    assert.match(linkedOpenssl(output)[0] ?? '', /^libssl\.so/);
  });
});

Links.run();
