/**
 * Compiles dupmark's declarations of OpenSSL (native/openssl_abi.h) against the real headers of every version that
 * Debian ships, so that a wrong signature or SSL_ctrl number fails here and not in a measurement.
 *
 * node dist/scripts/check-headers.js [--offline] [SUITE]...
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAbi } from '../bench/conform/abi-text.js';
import { headerCheck } from '../bench/conform/headers.js';
import { ExitCode, messageOf } from '../bench/core/errors.js';
import { resolveHeaders } from '../bench/targets/headers.js';

const SUITES = ['bullseye', 'bookworm', 'trixie', 'forky', 'experimental'];

/** Errors of one suite, one line each; none when all is as declared. */
async function check(suite: string, offline: boolean): Promise<readonly string[]> {
  const headers = await resolveHeaders(suite, {
    offline,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  const abi = readAbi();
  const include = headers.include.filter((folder) => existsSync(join(folder, 'openssl')));
  const { source, lacking, lackingRequired } = headerCheck(abi, include);
  const folder = mkdtempSync(join(tmpdir(), 'dupmark-headers-'));
  try {
    const file = join(folder, `${suite}.cc`);
    writeFileSync(file, source);
    const { status, stderr } = spawnSync(
      process.env.CXX ?? 'g++',
      ['-std=c++17', '-fsyntax-only', '-w', ...include.map((one) => `-I${one}`), file],
      { encoding: 'utf8' },
    );
    const errors =
      status === 0 ? [] : (stderr ?? 'no compiler').split('\n').filter((line) => /error:/.test(line));
    const compared = abi.functions.length + abi.constants.length - lacking.length;
    process.stdout.write(
      `${headers.package}: ${compared} declarations compared, ${lacking.length} not in this version\n`,
    );
    return [
      ...lackingRequired.map((name) => `${suite}: ${name} is required, and these headers lack it`),
      ...(status === 0 || errors.length > 0 ? errors : [`${suite}: the check does not compile: ${stderr}`]),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const words = process.argv.slice(2);
const offline = words.includes('--offline');
const asked = words.filter((word) => !word.startsWith('--'));
process.exitCode = ExitCode.fine;
for (const suite of asked.length > 0 ? asked : SUITES) {
  try {
    const errors = await check(suite, offline);
    for (const error of errors) process.stdout.write(`  ${error}\n`);
    if (errors.length > 0) process.exitCode = ExitCode.finding;
  } catch (error) {
    process.stderr.write(`check-headers: ${messageOf(error)}\n`);
    process.exitCode = ExitCode.couldNotRun;
  }
}
