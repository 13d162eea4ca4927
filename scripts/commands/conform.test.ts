/** `dupmark conform` from outside: what it prints, keeps and ends with. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readConformance, readExpectations } from '../../bench/conform/document.js';
import { inTemporaryFolder } from '../../bench/targets/testing.js';
import { PROJECT_FOLDER } from '../../bench/worker/files.js';

const Conform = suite('dupmark conform');
const PROGRAM = join(PROJECT_FOLDER, 'dist', 'scripts', 'dupmark.js');

function conform(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [PROGRAM, 'conform', '--offline', '--targets', 'bundled', ...args],
      { env: { ...process.env, NO_COLOR: '1' }, timeout: 120_000 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

Conform('--update writes what is expected, then all is as expected; another expectation is exit code 1', () =>
  inTemporaryFolder(async (folder) => {
    const file = join(folder, 'expectations.json');
    const flags = ['--settings', 'options,server-name', '--results', folder, '--expectations', file];
    const first = await conform(...flags, '--update');
    assert.is(first.code, 0, first.stderr);
    assert.equal(Object.keys(readExpectations(file).settings), [
      ...['options', 'options +session', 'server-name', 'server-name +session'],
    ]);

    const second = await conform(...flags);
    assert.is(second.code, 0, second.stderr);
    assert.match(second.stdout, /^Surprises/);
    assert.match(second.stdout, /server-name +LOST/);
    for (const kept of readdirSync(join(folder, 'conformance'))) {
      const document = readConformance(join(folder, 'conformance', kept));
      const [options, serverName] = ['options', 'server-name'].map((id) =>
        document.cells.find(({ setting }) => setting === id),
      );
      assert.equal(
        [options?.inherited, serverName?.inherited],
        ['shows it', ''],
        'no SSL_CTX has a server name',
      );
    }
    const [kept = ''] = readdirSync(join(folder, 'conformance')).sort().reverse();
    const again = await conform('--show', join(folder, 'conformance', kept));
    assert.is(again.code, 0, again.stderr);
    assert.is(again.stdout, second.stdout, 'a stored document is printed as when it was observed');
    writeFileSync(join(folder, 'cut.json'), '{"schemaVersion":1}');
    const cut = await conform('--show', join(folder, 'cut.json'));
    assert.is(cut.code, 2);
    assert.match(cut.stderr, /cut\.json: id: /);

    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('not carried', 'own copy'));
    const third = await conform(...flags);
    assert.is(third.code, 1, third.stderr);
    assert.match(third.stdout, /server-name · bundled \(.*\): expected own copy, seen not carried/);
  }),
);

Conform('says in one line what it does not know', async () => {
  for (const flags of [
    ['--settings', 'nonesuch'],
    ['--explain', 'nonesuch'],
    ['--explain', 'options=7'],
  ]) {
    const { code, stderr, stdout } = await conform(...flags);
    assert.is(code, 2);
    assert.is(stdout, '');
    assert.match(stderr, new RegExp(`^dupmark: ${flags[0]}: '(nonesuch|7)' is not a`, 'm'));
  }
});

Conform.run();
