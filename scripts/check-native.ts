/**
 * Checks the native core with tools that see what tests cannot: cppcheck reads it, memcheck watches the driver, and
 * builds with AddressSanitizer and UndefinedBehaviorSanitizer and with ThreadSanitizer run it. Each applies every setting
 * at every level, both ways, on every target that runs on this machine's own C library; threads side by side are run
 * by the sanitizers.
 *
 * node dist/scripts/check-native.js [--require]: with --require a tool that is missing is a failure.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ExitCode } from '../bench/core/errors.js';
import { OPERATION_NAMES } from '../bench/core/operation.js';
import { SHARES_HANDLE, SHARING_NAMES } from '../bench/core/sharing.js';
import type { Target } from '../bench/core/target.js';
import { chooseCLibrary, defaultRequests, resolveTargets } from '../bench/targets/index.js';
import { DRIVER_FILE, PROJECT_FOLDER } from '../bench/worker/files.js';

const NATIVE = join(PROJECT_FOLDER, 'native');
const SANITIZERS = '-fsanitize=address,undefined -fno-sanitize-recover=undefined';
const THREAD_SANITIZER = '-fsanitize=thread';
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

function librariesOf({ library }: Target): string[] {
  if (library.kind !== 'shared') throw new TypeError('the driver opens shared libraries only');
  return ['--libcrypto', library.libcrypto, '--libssl', library.libssl];
}

/** The driver's arguments that go through the whole catalogue on one library. */
function everySetting(target: Target): string[] {
  return [...librariesOf(target), '--every-setting'];
}

/** The driver's arguments for each operation by three threads, few times, with all that can be shared. */
function everySharing(target: Target): readonly string[][] {
  return OPERATION_NAMES.flatMap((operation) =>
    SHARING_NAMES.filter((sharing) => sharing !== 'handle' || SHARES_HANDLE.has(operation)).map((sharing) => [
      ...librariesOf(target),
      ...['--operation', operation, '--threads', '3', '--sharing', sharing],
      ...['--iterations', '40', '--rounds', '3'],
    ]),
  );
}

/** Builds the driver with a sanitizer; null, with a note, where that cannot be done. */
function sanitizedDriver(name: string, flags: string): string | null {
  const folder = join('build', name);
  const built = run('make', [`-j${availableParallelism()}`, `OUT=${folder}`, `EXTRA=${flags}`, 'driver']);
  if (built === null) return join(NATIVE, folder, 'dupmark_driver');
  notAvailable(`${name} driver`, built);
  return null;
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
  const driver = sanitizedDriver('sanitized', SANITIZERS);
  if (driver === null) return;
  for (const target of targets) {
    report(`ASan and UBSan, every setting on ${target.id}`, run(driver, everySetting(target)));
    report(`ASan and UBSan, threads on ${target.id}`, runAll(driver, everySharing(target)));
  }
}

/**
 * Races of our own: OpenSSL is not built for ThreadSanitizer, which so cannot see its locks and atomic operations, and
 * is told to leave it alone.
 */
function runThreadSanitized(targets: readonly Target[]): void {
  const driver = sanitizedDriver('thread-sanitized', THREAD_SANITIZER);
  if (driver === null) return;
  const environment = { TSAN_OPTIONS: 'ignore_noninstrumented_modules=1:exitcode=66' };
  for (const target of targets) {
    report(`ThreadSanitizer, threads on ${target.id}`, runAll(driver, everySharing(target), environment));
  }
}

/** Runs a program with each list of arguments; null, or what the first that failed said. */
function runAll(
  command: string,
  lists: readonly string[][],
  environment: Record<string, string> = {},
): string | null {
  for (const args of lists) {
    // Without address randomisation: ThreadSanitizer of older compilers does not know the layouts of newer kernels.
    const problem = run('setarch', ['-R', command, ...args], environment);
    if (problem !== null) return `${args.slice(4).join(' ')}: ${problem}`;
  }
  return null;
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
runThreadSanitized(onHost);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? ExitCode.fine : ExitCode.finding;
