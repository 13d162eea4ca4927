/**
 * Runs the tests: every dist/**\/*.test.js in a process of its own. uvu exits 0 when a file forgets `.run()`, when
 * a test throws undefined and when an `after.each` throws, so that its word is not taken: a file passes only if it
 * says how many tests it ran, ran at least one, and all of them passed.
 *
 * node dist/scripts/test.js [PART OF A PATH]...
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { PROJECT_FOLDER } from '../bench/worker/files.js';
import { type FileResult, readUvuOutput } from './uvu-output.js';

/** No file of fast tests takes this long: it hangs. The fetches of a first run are the slowest. */
const FILE_MS = 600_000;

function testFiles(parts: readonly string[]): string[] {
  const folder = join(PROJECT_FOLDER, 'dist');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        file.endsWith('.test.js') && (parts.length === 0 || parts.some((part) => file.includes(part))),
    )
    .map((file) => join(folder, file))
    .sort();
}

function runFile(file: string): Promise<FileResult> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--enable-source-maps', file], {
      cwd: PROJECT_FOLDER,
      env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const watchdog = setTimeout(() => child.kill('SIGKILL'), FILE_MS);
    child.on('close', (code) => {
      clearTimeout(watchdog);
      resolve(readUvuOutput(output, code));
    });
  });
}

const files = testFiles(process.argv.slice(2));
const queue = [...files];
let passed = 0;
let failed = 0;
let skipped = 0;

async function work(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const started = performance.now();
    const result = await runFile(file);
    passed += result.passed;
    failed += result.failed;
    skipped += result.skipped;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const name = relative(join(PROJECT_FOLDER, 'dist'), file);
    process.stdout.write(
      `${result.failed === 0 ? 'ok  ' : 'FAIL'} ${name} (${result.passed} tests, ${seconds} s)\n`,
    );
    for (const note of result.notes) process.stdout.write(`     ${note}\n`);
    if (result.failed > 0) process.stdout.write(`${result.output}\n`);
  }
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
if (files.length === 0) {
  process.stdout.write('no test file was found: run `make build` first\n');
  failed += 1;
}
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`);
process.exitCode = failed === 0 ? 0 : 1;
