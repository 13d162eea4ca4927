/** `dupmark soak`: repeats scenarios millions of times and says whether a handle was lost, and whose it was. */
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { badValue, CouldNotRun, ExitCode, messageOf, printable } from '../../bench/core/errors.js';
import { SEED_MAX } from '../../bench/core/order.js';
import { parseSettings } from '../../bench/core/setting.js';
import { parseTargetId, type Target, type TargetRequest } from '../../bench/core/target.js';
import {
  type Finding,
  type Replay,
  replaySchema,
  type SoakDocument,
  type Verdict,
} from '../../bench/document/soak-schema.js';
import { newRunId, writeWhole } from '../../bench/document/store.js';
import { keepStored } from '../../bench/document/stored.js';
import { shellWord } from '../../bench/report/markup.js';
import { formatCount, renderSoak } from '../../bench/report/soak.js';
import { annotationsOf, jobSummaryOf, junitOf, sarifOf } from '../../bench/report/soak-ci.js';
import { describeCatalogue, openWorker } from '../../bench/run/survey.js';
import { runFileCell } from '../../bench/soak/file-cell.js';
import { assertNodes, selfTestAll, selfTestFile, soakFile } from '../../bench/soak/file-run.js';
import { isHandleScenario, runHandlesCell } from '../../bench/soak/handles-cell.js';
import { findingsOf } from '../../bench/soak/judge.js';
import { repeat } from '../../bench/soak/reduce.js';
import { type SoakRun, soak } from '../../bench/soak/run.js';
import type { SelfTest } from '../../bench/soak/selftest.js';
import { snapshotOnSignal } from '../../bench/soak/snapshot-signal.js';
import { SoakWorker, WorkerGone } from '../../bench/soak/soak-worker.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { assertBuilt, RESULTS_FOLDER, SELFTEST_SOAK_FILES } from '../../bench/worker/files.js';
import { onInterrupt, print, progress, say, writeJson } from '../console.js';
import { commaList, findTargets, readPlant, seed, targetList, wholeNumber } from '../flags.js';
import { annotate, summarise } from '../github.js';
import { renderSelfTest } from '../soak-selftest-table.js';
import { dupmarkVersion } from '../version.js';

interface SoakFlags {
  readonly targets?: readonly TargetRequest[];
  readonly scenario?: readonly string[];
  readonly settings?: string;
  readonly cycles?: number;
  readonly minutes?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly plant?: { readonly kind: string; readonly rate: number };
  readonly replay?: string;
  readonly selftest: boolean;
  readonly clean?: number;
  readonly offline: boolean;
  readonly results: string;
  readonly json?: string;
  readonly junit?: string;
  readonly sarif?: string;
}

/** Without --cycles and --minutes. */
const DEFAULT_MINUTES = 1;
const CYCLES_MAX = 1e15;
const THREADS = 4;
const CLEAN_SOAKS = 50;
const CLEAN_FILE_SOAKS = 3;
const SOAK_FILE = /\.(ts|mts|js|mjs|cjs)$/;
/** The steps of a replay are a few; a file this large is none. */
const REPLAY_BYTES_MAX = 16 * 2 ** 20;

export function soakCommand(): Command {
  return new Command('soak')
    .description(
      'Repeat SSL_new, SSL_dup, SSL_up_ref and SSL_free without end, or the code of a file of your own, and say whether something was lost.',
    )
    .argument(
      '[file]',
      'soak this instead: a .ts, .js, .mjs or .cjs file whose default export is defineSoak({ … })',
    )
    .option(
      '--targets <list>',
      'targets to soak (default: bundled and OpenSSL 1.1.1, 3.0, 3.5 and 4.0)',
      targetList('--targets'),
    )
    .option(
      '--scenario <list>',
      'scenarios (default: all)',
      commaList('--scenario', (part) => part),
    )
    .option(
      '--settings <list>',
      'settings for the scenarios that take any, as ID or ID=LEVEL; or "all": bare, then each of the catalogue alone',
    )
    .option('--cycles <n>', 'cycles of each scenario on each target (1e10 may be written so)', readCycles)
    .option(
      '--minutes <n>',
      `minutes for everything together (default: ${DEFAULT_MINUTES} without --cycles)`,
      readMinutes,
    )
    .option(
      '--threads <n>',
      `threads of the scenario threads (default: ${THREADS})`,
      wholeNumber('--threads', 2, 64),
    )
    .option('--seed <n>', 'of random walks and plants (default: random, and printed)', seed)
    .option('--plant <kind:rate>', 'a deliberate fault, once in RATE cycles, to see it found', readPlant)
    .option('--replay <file>', 'repeat what a finding left behind, and nothing else')
    .option('--selftest', 'every plant on every target, then clean soaks: does the detector detect?', false)
    .option(
      '--clean <n>',
      `with --selftest: clean soaks with seeds of their own (default: ${CLEAN_SOAKS}, of a file ${CLEAN_FILE_SOAKS} a target)`,
      wholeNumber('--clean', 0, 10_000),
    )
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option('--results <folder>', 'where soaks are kept', RESULTS_FOLDER)
    .option('--json <file>', 'also write the document there (- for standard output, instead of the table)')
    .option('--junit <file>', 'also write JUnit XML there')
    .option('--sarif <file>', 'also write SARIF there')
    .addHelpText(
      'after',
      `
Verdicts: leak (an exact oracle saw it) · fault (a free too many, or a crash) · maybe (only a slope rose, or
something grew once) · none · inconclusive

SIGUSR2 writes a heap snapshot of the worker under results/profiles, and the soak goes on.

Exit codes: 0 none · 1 a leak or a fault · 2 could not run, or a target was refused · 3 maybe or inconclusive ·
4 with --selftest: a plant was missed or wrongly named, or a clean soak raised an alarm ·
130 and 143 interrupted, with the verdict so far`,
    )
    .action(run);
}

async function run(given: string | undefined, flags: SoakFlags): Promise<void> {
  assertBuilt();
  if (flags.replay !== undefined) return replay(flags.replay, flags);
  const file = given === undefined ? null : soakFilePath(given, flags);
  const targets = await findTargets(
    flags.targets ?? (file === null ? undefined : [{ provider: 'bundled' }]),
    {
      offline: flags.offline,
      say,
    },
  );
  if (file !== null) assertNodes(targets);
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  const chosenSeed = flags.seed ?? randomInt(SEED_MAX);
  say(`seed ${chosenSeed}`);
  const interruption = onInterrupt();
  const shown = progress(flags.selftest ? 'self-test' : 'soaking');
  if (flags.selftest) {
    const timeLeft = flags.minutes === undefined ? [] : [AbortSignal.timeout(msLeft(flags.minutes))];
    const plan = {
      targets,
      cLibrary,
      seed: chosenSeed,
      cleanSoaks: flags.clean ?? (file === null ? CLEAN_SOAKS : CLEAN_FILE_SOAKS),
      signal: AbortSignal.any([interruption.signal, ...timeLeft]),
      onProgress: shown.update,
    };
    try {
      const outcome = await (file === null
        ? selfTestAll(plan, SELFTEST_SOAK_FILES)
        : selfTestFile(plan, file));
      shown.end();
      if (flags.json !== undefined) writeJson(flags.json, outcome);
      if (flags.json !== '-') process.stdout.write(renderSelfTest(outcome));
      process.exitCode = interruption.exitCode() ?? exitCodeOfSelfTest(outcome);
    } finally {
      shown.end();
    }
    return;
  }
  const common: SoakRun = {
    targets,
    cLibrary,
    seed: chosenSeed,
    cycles: flags.cycles ?? null,
    budgetMs: budgetMs(flags, file),
    plant: flags.plant ?? null,
    results: flags.results,
    dupmark: dupmarkVersion(),
    command: process.argv.slice(2),
    signal: interruption.signal,
    onProgress: ({ done, total, target, scenario, cycles, note }) => {
      if (note !== undefined) say(`${scenario} on ${target}: ${note}`);
      shown.update(done, total, `${scenario} on ${target}: ${formatCount(cycles)} cycles`);
    },
    onRefused: (target, reason) => say(`refused ${target}: ${reason}`),
  };
  let document: SoakDocument;
  const stopListening = snapshotOnSignal(join(flags.results, 'profiles'), say);
  try {
    document =
      file !== null
        ? await soakFile({ ...common, file })
        : await soak({
            ...common,
            scenarios: flags.scenario ?? null,
            settings: await chooseSettings(flags.settings, targets, cLibrary),
            threads: flags.threads ?? THREADS,
          });
  } finally {
    stopListening();
    shown.end();
  }
  const folder = keep(flags.results, document);
  writeOutputs(flags, document);
  if (flags.json !== '-') {
    process.stdout.write(renderSoak(document));
    say(`kept in ${folder}`);
  }
  process.exitCode = interruption.exitCode() ?? exitCodeOf(document);
}

function exitCodeOfSelfTest({ holds, complete }: SelfTest): ExitCode {
  if (!holds) return ExitCode.detectorFailed;
  return complete ? ExitCode.fine : ExitCode.inconclusive;
}

/** What is left of a time box that began with the process, whose clock this is. */
function msLeft(minutes: number): number {
  return Math.max(1, Math.ceil(minutes * 60_000 - performance.now()));
}

/** Milliseconds for everything together; null where cycles, or the file's own budget, say how long. */
function budgetMs({ minutes, cycles }: SoakFlags, file: string | null): number | null {
  if (minutes !== undefined) return msLeft(minutes);
  return cycles !== undefined || file !== null ? null : DEFAULT_MINUTES * 60_000;
}

/** Throws CouldNotRun for a file that is none, and for flags that belong to dupmark's own scenarios. */
function soakFilePath(given: string, flags: SoakFlags): string {
  const own = (['scenario', 'settings', 'threads'] as const).find((flag) => flags[flag] !== undefined);
  if (own !== undefined) throw new CouldNotRun(`--${own}: belongs to dupmark's own scenarios, not to a file`);
  if (!SOAK_FILE.test(given)) throw badValue('soak', given, 'a .ts, .mts, .js, .mjs or .cjs file');
  const file = resolve(given);
  if (!existsSync(file)) throw new CouldNotRun(`soak: there is no file ${printable(file)}`);
  return file;
}

function exitCodeOf(document: SoakDocument): ExitCode {
  const has = (...verdicts: Verdict[]) => document.cells.some(({ verdict }) => verdicts.includes(verdict));
  if (has('leak', 'fault')) return ExitCode.finding;
  if (document.targets.some(({ refused }) => refused !== null)) return ExitCode.couldNotRun;
  if (has('maybe', 'inconclusive') || document.end !== 'complete') return ExitCode.inconclusive;
  // Where nothing could run nothing was found either.
  return document.cells.every(({ verdict }) => verdict === 'not-available')
    ? ExitCode.couldNotRun
    : ExitCode.fine;
}

/** Keeps the document, and each replay in a file of its own. Throws CouldNotRun when the folder cannot be used. */
function keep(results: string, document: SoakDocument): string {
  const folder = keepStored(results, 'soak', document);
  document.cells.forEach(({ replay: one, target, scenario }, i) => {
    if (one === null) return;
    const file = join(folder, `replay-${i}.json`);
    writeWhole(file, `${JSON.stringify(one, null, 2)}\n`);
    say(`to repeat ${scenario} on ${target}: dupmark soak --replay ${shellWord(file)}`);
  });
  return folder;
}

function writeOutputs(flags: SoakFlags, document: SoakDocument): void {
  if (flags.json !== undefined) writeJson(flags.json, document);
  const write = (flag: string, file: string | undefined, text: () => string) => {
    if (file === undefined) return;
    try {
      writeFileSync(file, text());
    } catch (error) {
      throw new CouldNotRun(`${flag}: cannot write ${file}: ${messageOf(error)}`);
    }
  };
  write('--junit', flags.junit, () => junitOf(document));
  write('--sarif', flags.sarif, () => `${JSON.stringify(sarifOf(document), null, 2)}\n`);
  annotate(annotationsOf(document));
  summarise(() => jobSummaryOf(document));
}

async function replay(file: string, flags: SoakFlags): Promise<void> {
  const wanted = readReplay(file);
  const targets = await findTargets(flags.targets ?? [parseTargetId(wanted.target, '--replay')], {
    offline: flags.offline,
    say,
  });
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  let found = false;
  for (const target of targets) {
    const worker = new SoakWorker(target, cLibrary, { runsUserCode: wanted.file !== null });
    try {
      const findings =
        wanted.file !== null || isHandleScenario(wanted.scenario)
          ? await repeatWhole(worker, wanted, flags.results)
          : findingsOf(await repeat(worker, wanted), wanted.steps === null ? wanted.firstCycle : null);
      found = found || findings.length > 0;
      for (const { oracle, message } of findings) print(`${target.id} · ${oracle}: ${message}`);
      if (findings.length === 0) print(`${target.id}: nothing was left behind`);
    } catch (error) {
      if (!(error instanceof WorkerGone)) throw new CouldNotRun(`--replay: ${messageOf(error)}`);
      found = true;
      print(`${target.id} · crash: ${messageOf(error)}`);
    } finally {
      await worker.stop();
    }
  }
  process.exitCode = found ? ExitCode.finding : ExitCode.fine;
}

/** JavaScript handles and soak files are repeated from the first cycle on: what the collector does depends on all before. */
async function repeatWhole(worker: SoakWorker, wanted: Replay, results: string): Promise<readonly Finding[]> {
  const { scenario, file, settings, seed: wantedSeed, plant, threads, cycles } = wanted;
  const spec = { scenario, settings, seed: wantedSeed, plant, threads };
  const limits = { cycles, deadline: null, signal: new AbortController().signal };
  const snapshots = join(results, 'runs', newRunId());
  const cell =
    file === null
      ? await runHandlesCell(worker, spec, limits, snapshots)
      : await runFileCell(worker, { file, seed: wantedSeed, plant }, limits, snapshots);
  if (cell.verdict === 'not-available' || cell.verdict === 'inconclusive') throw new Error(cell.reason);
  return cell.findings;
}

function readReplay(file: string): Replay {
  let text: string;
  try {
    const status = statSync(file);
    if (!status.isFile() || status.size > REPLAY_BYTES_MAX) throw new Error('it is no file of a replay');
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CouldNotRun(`--replay: cannot read ${file}: ${messageOf(error)}`);
  }
  try {
    return replaySchema.parse(JSON.parse(text));
  } catch {
    throw new CouldNotRun(`--replay: ${file} is not a replay of this dupmark`);
  }
}

async function chooseSettings(
  text: string | undefined,
  targets: readonly Target[],
  cLibrary: Awaited<ReturnType<typeof chooseCLibrary>>,
) {
  const [first] = targets;
  if (text === undefined || first === undefined) return [[]];
  const { worker } = await openWorker(first, cLibrary, { countAllocations: true, boardFd: null });
  try {
    const catalogue = await describeCatalogue(worker);
    if (text !== 'all') return [parseSettings(text, catalogue)];
    const each = parseSettings(catalogue.map(({ id }) => id).join(','), catalogue);
    return [[], ...each.map((choice) => [choice])];
  } finally {
    await worker.stop();
  }
}

function readCycles(text: string): number {
  const value = /^\d+(e\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= CYCLES_MAX))
    throw badValue('--cycles', text, 'a number of cycles from 1 to 1e15');
  return value;
}

function readMinutes(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value > 0 && value <= 100_000)) throw badValue('--minutes', text, 'a number of minutes above 0');
  return value;
}
