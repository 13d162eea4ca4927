import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lastMeaningfulLine, run, runOrFail, unpackOrFail } from './child.js';
import { inTemporaryFolder, refusal } from './testing.js';

const node = process.execPath;

test('a command that succeeds', async () => {
  const text = await runOrFail('x', node, ['-p', 'process.argv[1] + process.env.LC_ALL', 'a;b $c'], {
    timeoutMs: 20_000,
  });
  assert.is(text, 'a;b $cC\n');
});

test('a command that fails gives its last meaningful line', async () => {
  const script = 'console.error("one\\nE: the \\u001breason\\n\\n"); process.exit(3)';
  assert.is(
    await refusal(() => runOrFail('x', node, ['-e', script], { timeoutMs: 20_000 })),
    `x: ${node}: the ?reason`,
  );
  assert.is(
    await refusal(() => runOrFail('x', node, ['-e', 'process.exit(3)'], { timeoutMs: 20_000 })),
    `x: ${node} failed with exit code 3`,
  );
});

test('a command that is not installed, that hangs, that is killed', async () => {
  assert.is(
    await refusal(() => runOrFail('x', 'no-such-command', [], { timeoutMs: 20_000 })),
    'x: no-such-command is not installed',
  );
  const hung = await run(node, ['-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 200 });
  assert.match(hung.trouble ?? '', /was stopped after 0 s/);
  const killed = await run(node, ['-e', 'process.kill(process.pid, "SIGTERM")'], { timeoutMs: 20_000 });
  assert.match(killed.trouble ?? '', /was ended by SIGTERM/);
});

test('what unpacks may not write a file of more than 1 GiB, and its other failures are its own', () =>
  inTemporaryFolder(async (folder) => {
    const unpack = (command: string, args: readonly string[]) =>
      unpackOrFail('x', command, args, { timeoutMs: 20_000, fills: folder });
    const file = join(folder, 'huge');
    await unpack('truncate', ['-s', '1G', file]);
    assert.is(
      await refusal(() => unpack('truncate', ['-s', '1025M', file])),
      'x: a file in its archive is larger than 1 GiB',
    );
    assert.is(statSync(file).size, 2 ** 30);
    assert.match(await refusal(() => unpack('tar', ['-xf', '/dev/null/none'])), /^x: tar: /);
  }));

test('which line says what went wrong', () => {
  const apt = `W: something
E: Failed to fetch http://mirror.example.org/x  Could not resolve 'mirror.example.org'
E: Some index files failed to download. They have been ignored, or old ones used instead.
`;
  assert.match(lastMeaningfulLine(apt) ?? '', /^Failed to fetch .* Could not resolve/);
  assert.match(
    lastMeaningfulLine(
      'tar: x: No space left on device\ntar: Exiting with failure status due to previous errors\n',
    ) ?? '',
    /No space left/,
  );
  assert.is(lastMeaningfulLine(' \n'), null);
});

test.run();
