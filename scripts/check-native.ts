/**
 * Checks the native core with tools that see what tests cannot: cppcheck reads it, memcheck watches the driver, and
 * a build with AddressSanitizer and UndefinedBehaviorSanitizer runs it. Each applies every setting at every level,
 * both ways, on every target that runs on this machine's own C library.
 *
 * node dist/scripts/check-native.js [--require]: with --require a tool that is missing is a failure.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ExitCode } from '../bench/core/errors.js';
import type { Target } from '../bench/core/target.js';
import { chooseCLibrary, defaultRequests, resolveTargets } from '../bench/targets/index.js';
import { DRIVER_FILE, PROJECT_FOLDER } from '../bench/worker/files.js';

const NATIVE = join(PROJECT_FOLDER, 'native');
const SANITIZERS = '-fsanitize=address,undefined -fno-sanitize-recover=undefined';
const require = process.argv.includes('--require');

let passed = 0;
let failed = 0;

function report(what: string, problem: string | null): void {
  if (problem === null) passed += 1;
  else failed += 1;
  process.stdout.write(
    `${problem === null ? 'ok  ' : 'FAIL'} ${what}${problem === null ? '' : `\n${problem}`}\n`,
  );
}

function notAvailable(what: string, why: string): void {
  if (require) report(what, why);
  else process.stdout.write(`note: ${what}: not available here: ${why}\n`);
}

/** Runs a program; null when it ended with 0, else what it said. */
function run(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): string | null {
  const ended = spawnSync(command, args, {
    cwd: NATIVE,
    encoding: 'utf8',
    env: { ...process.env, OPENSSL_CONF: '/dev/null', ...environment },
    maxBuffer: 1 << 26,
  });
  if (ended.status === 0) return null;
  return (
    `${ended.stdout}${ended.stderr}`.slice(-6000) ||
    `ended with ${ended.signal ?? ended.status ?? ended.error}`
  );
}

function isHere(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
}

function readWithCppcheck(): void {
  if (!isHere('cppcheck')) {
    notAvailable('cppcheck', 'it is not installed');
    return;
  }
  const args = [
    '--enable=warning,performance,portability',
    '--inline-suppr',
    '--error-exitcode=1',
    '--quiet',
  ];
  report(
    'cppcheck',
    run('cppcheck', [...args, '--std=c++17', '--suppress=missingIncludeSystem', '-ibuild', '.']),
  );
}

/** The driver's arguments that go through the whole catalogue on one library. */
function everySetting({ library }: Target): string[] {
  if (library.kind !== 'shared') throw new TypeError('the driver opens shared libraries only');
  return ['--libcrypto', library.libcrypto, '--libssl', library.libssl, '--every-setting'];
}

function watchWithMemcheck(targets: readonly Target[]): void {
  if (!isHere('valgrind')) {
    notAvailable('memcheck', 'valgrind is not installed');
    return;
  }
  const kinds = 'definite,indirect';
  const args = [
    '-q',
    '--leak-check=full',
    `--show-leak-kinds=${kinds}`,
    `--errors-for-leak-kinds=${kinds}`,
    '--error-exitcode=9',
  ];
  for (const target of targets) {
    report(
      `memcheck, every setting on ${target.id}`,
      run('valgrind', [...args, DRIVER_FILE, ...everySetting(target)]),
    );
  }
}

function runSanitized(targets: readonly Target[]): void {
  const folder = join('build', 'sanitized');
  const built = run('make', [
    `-j${availableParallelism()}`,
    `OUT=${folder}`,
    `EXTRA=${SANITIZERS}`,
    'driver',
  ]);
  if (built !== null) {
    notAvailable('sanitized driver', built);
    return;
  }
  for (const target of targets) {
    report(
      `ASan and UBSan, every setting on ${target.id}`,
      run(join(NATIVE, folder, 'dupmark_driver'), everySetting(target)),
    );
  }
}

const { targets } = await resolveTargets([...defaultRequests(), { provider: 'system' }]);
const onHost: Target[] = [];
for (const target of targets) {
  if (target.library.kind !== 'shared') continue;
  if ((await chooseCLibrary([target])).kind === 'host') onHost.push(target);
  else
    process.stdout.write(
      `note: ${target.id} needs a newer C library than this machine's: not watched here\n`,
    );
}
readWithCppcheck();
watchWithMemcheck(onHost);
runSanitized(onHost);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? ExitCode.fine : ExitCode.finding;
