/**
 * How many instructions one iteration takes: the driver (native/driver.cc, the addon's own core without Node) under
 * valgrind's callgrind, which collects inside the counted loop only. The loop runs twice, the second time with twice
 * the iterations: the difference, by the iterations, is one iteration, and how far the second count is from
 * twice the first is what the figure is worth. Exact: no clock, no noise, and no processor's own counters.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { messageOf } from '../core/errors.js';
import type { FunctionInstructions, InstructionReading } from '../core/sample.js';
import type { Scenario } from '../core/scenario.js';
import type { CLibrary, Target } from '../core/target.js';
import { failureLine, run } from '../targets/child.js';
import { DRIVER_FILE } from '../worker/files.js';
import { driverArguments } from '../worker/native-program.js';
import { ownSettingsEnvironment } from '../worker/own-settings.js';
import { loaded } from '../worker/worker-process.js';
import { type CallgrindProfile, readCallgrind } from './callgrind.js';

/** The shorter count. Enough that a table that grows now and then does so in both counts alike. */
export const ITERATIONS = 100;
/** Two counts further than this (0.1 %) from proportional are no exact figure. */
export const SPREAD_MAX = 0.001;
/** The function of native/driver.cc that is counted. */
export const COUNTED = 'dupmark_counted';
/** Valgrind runs a program 30 to 50 times slower; the dearest scenario takes seconds, and minutes on a busy machine. */
const TIMEOUT_MS = 300_000;
/** Functions kept: those that take at least this share of an iteration, and no more than so many. */
const SHARE_MIN = 0.01;
const FUNCTIONS_MAX = 40;

/** Counts one scenario on one target. Never rejects: what goes wrong is the reason. */
export async function countInstructions(
  target: Target,
  cLibrary: CLibrary,
  scenario: Scenario,
): Promise<InstructionReading> {
  try {
    const [once, twice] = await withDumps(target, cLibrary, scenario, [], (dumps) =>
      dumps.map((file) => readCallgrind(readFileSync(file, 'utf8'))),
    );
    if (once === undefined || twice === undefined) return no('callgrind did not find the counted loop');
    return subtract(once, twice, ITERATIONS);
  } catch (error) {
    return no(messageOf(error));
  }
}

/**
 * Runs a scenario under callgrind and gives `read` the files of the two counts, the second of twice the iterations.
 * `more` are further flags of callgrind. Throws an Error with the reason when it cannot be done here.
 */
export async function withDumps<T>(
  target: Target,
  cLibrary: CLibrary,
  scenario: Scenario,
  more: readonly string[],
  read: (dumps: readonly string[]) => T,
): Promise<T> {
  if (target.library.kind !== 'shared') {
    throw new Error('this OpenSSL is inside the node executable, where valgrind cannot run it by itself');
  }
  if (scenario.phase !== 'both') throw new Error('creation and free are counted together only');
  const folder = mkdtempSync(join(tmpdir(), 'dupmark-callgrind-'));
  try {
    const { command, args } = loaded(DRIVER_FILE, cLibrary);
    const ended = await run(
      'valgrind',
      [
        ...[
          '-q',
          `--log-file=${join(folder, 'log')}`,
          '--tool=callgrind',
          `--callgrind-out-file=${join(folder, 'out')}`,
        ],
        ...[`--toggle-collect=${COUNTED}`, `--dump-after=${COUNTED}`, ...more],
        ...['--compress-strings=no', '--compress-pos=no', command, ...args],
        ...driverArguments(target.library, scenario),
        ...['--iterations', String(ITERATIONS), '--count'],
      ],
      { timeoutMs: TIMEOUT_MS, env: { OPENSSL_CONF: '/dev/null', ...ownSettingsEnvironment() } },
    );
    if (ended.status !== 0) throw new Error(failureLine('valgrind', ended));
    const dumps = readdirSync(folder)
      .filter((name) => /^out\.\d+$/.test(name))
      .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
      .map((name) => join(folder, name));
    return read(dumps);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function no(reason: string): InstructionReading {
  return { kind: 'not-available', reason };
}

/** One iteration out of a count of `iterations` and one of twice as many. */
export function subtract(
  once: CallgrindProfile,
  twice: CallgrindProfile,
  iterations: number,
): InstructionReading {
  const perIteration = (twice.total - once.total) / iterations;
  if (!(perIteration > 0)) return no('twice the iterations did not take more instructions');
  // The first count holds the fixed part of the loop as well, a few hundred instructions: leave room for those.
  const fixed = once.total - perIteration * iterations;
  const spread = Math.max(0, Math.abs(fixed) - FIXED_MAX) / (perIteration * iterations);
  if (spread > SPREAD_MAX) {
    return no(
      `twice the iterations did not take twice the instructions (${once.total} and ${twice.total}): they are not all alike`,
    );
  }
  const functions: FunctionInstructions[] = [];
  for (const [key, { name, object, self, inclusive }] of twice.functions) {
    const before = once.functions.get(key);
    const own = {
      name,
      library: basename(object),
      inclusive: (inclusive - (before?.inclusive ?? 0)) / iterations,
      self: (self - (before?.self ?? 0)) / iterations,
    };
    // Functions without a name say nothing, and the driver's own frames are all there is.
    if (/^(0x|\()/.test(name) || own.library === basename(DRIVER_FILE)) continue;
    if (own.inclusive < SHARE_MIN * perIteration) continue;
    if (own.inclusive <= perIteration && own.self >= 0) functions.push(own);
  }
  functions.sort((a, b) => b.inclusive - a.inclusive || (a.name < b.name ? -1 : 1));
  return {
    kind: 'exact',
    perIteration,
    iterations,
    spread,
    functions: functions.slice(0, FUNCTIONS_MAX),
  };
}

/** Instructions that entering and leaving the loop and reading the clock may take. */
const FIXED_MAX = 1000;
