/** `dupmark threads`: what SSL_new and its like cost when several threads do the same, and what the threads share. */
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { badValue, ExitCode } from '../../bench/core/errors.js';
import { SEED_MAX } from '../../bench/core/order.js';
import { parseScenario, type Scenario } from '../../bench/core/scenario.js';
import { parseSettings } from '../../bench/core/setting.js';
import { isSharing, SHARING_NAMES, SHARINGS, type Sharing } from '../../bench/core/sharing.js';
import type { TargetRequest } from '../../bench/core/target.js';
import { beginEnvironment, endEnvironment } from '../../bench/document/environment.js';
import { readChecked } from '../../bench/document/read.js';
import { recordScenario } from '../../bench/document/record.js';
import { newRunId } from '../../bench/document/store.js';
import { keepStored } from '../../bench/document/stored.js';
import {
  type AllocatorBatch,
  type AllocatorRecord,
  type TeamBatch,
  THREADS_SCHEMA_VERSION,
  type ThreadsDocument,
  threadsDocumentSchema,
} from '../../bench/document/threads-schema.js';
import { renderThreads, threadsMarkdown } from '../../bench/report/threads.js';
import { availableCpus } from '../../bench/run/crew.js';
import { teamScenarios, threadScenarios } from '../../bench/suites/threads.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { measureAllocators } from '../../bench/threads/allocators.js';
import { measureThreads } from '../../bench/threads/run.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { onInterrupt, progress, say, writeJson } from '../console.js';
import { commaList, duration, findTargets, seed, targetList, wholeNumber } from '../flags.js';
import { fillPageFile } from '../page-file.js';
import { proveTargets } from '../prove-targets.js';
import { dupmarkVersion } from '../version.js';

interface ThreadsFlags {
  readonly targets?: readonly TargetRequest[];
  readonly threads: readonly number[];
  readonly sharing: readonly Sharing[];
  readonly scenario?: readonly Scenario[];
  readonly blocks: number;
  readonly rounds: number;
  readonly roundUs: number;
  readonly budget: number;
  readonly seed?: number;
  readonly pin: boolean;
  readonly allocators: boolean;
  readonly offline: boolean;
  readonly results: string;
  readonly show?: string;
  readonly page?: string;
  readonly json?: string;
}

const THREADS_MOST = 256;
/** The object of this setting is the same for all handles of a process: threads meet at its reference count. */
const SHARED_SETTING = 'certificate';

/** 1, 2, 4 … to twice the CPUs, so that turns are among them. */
function usualThreads(cpus: number): readonly number[] {
  const counts: number[] = [];
  for (let threads = 1; threads <= 2 * cpus; threads *= 2) counts.push(threads);
  return counts;
}

export function threadsCommand(): Command {
  const usual = usualThreads(availableParallelism());
  return new Command('threads')
    .description('Time operations in several threads at once, sharing an SSL_CTX, a handle or nothing.')
    .option(
      '--targets <list>',
      'targets to measure (default: bundled and OpenSSL 1.1.1, 3.0, 3.5 and 4.0)',
      targetList('--targets'),
    )
    .option(
      '--threads <list>',
      'numbers of threads; 1 is always among them',
      commaList('--threads', wholeNumber('--threads', 1, THREADS_MOST)),
      usual,
    )
    .option(
      '--sharing <list>',
      `what threads share: ${SHARING_NAMES.join(', ')}`,
      commaList('--sharing', readSharing),
      ['context', 'separate', 'handle'] as const,
    )
    .option(
      '--scenario <name...>',
      'instead of all operations, scenarios by their names, as in dup[certificate] or new-bio:tls-server',
      (text: string, before: readonly Scenario[] | undefined) => [...(before ?? []), parseScenario(text)],
    )
    .option('--blocks <n>', 'blocks: fresh processes of every target', wholeNumber('--blocks', 1, 1000), 8)
    .option(
      '--rounds <n>',
      'rounds of every number of threads in a block',
      wholeNumber('--rounds', 1, 10_000),
      8,
    )
    .option(
      '--round-us <n>',
      'what one thread alone takes for a round, in microseconds',
      wholeNumber('--round-us', 10, 10_000_000),
      2000,
    )
    .option(
      '--budget <time>',
      'begin no further block after this long, as 90, 90s or 5m',
      duration('--budget'),
      180_000,
    )
    .option('--seed <n>', 'the order of everything (default: random, and printed)', seed)
    .option('--no-pin', 'let the threads run on any CPU')
    .option(
      '--allocators',
      'also vary the allocator: arenas and thread cache of glibc, jemalloc, mimalloc',
      false,
    )
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option('--results <folder>', 'where documents are kept', RESULTS_FOLDER)
    .option('--show <file>', 'measure nothing: show a stored threads.json')
    .option('--page <file>', 'also write the tables into a Markdown page, between its marks')
    .option('--json <file>', 'also write the document there (- for standard output, instead of the tables)')
    .addHelpText(
      'after',
      `
Sharing:
${SHARING_NAMES.map((name) => `  ${name.padEnd(10)}${SHARINGS[name]}`).join('\n')}
  A handle's use cannot be shared (openssl-threads(7)), its references can: handle goes with up-ref and dup-started.

Exit codes: 0 fine · 2 could not run, or a target was refused · 3 the budget ended before 6 blocks, the fewest for an interval ·
130 and 143 interrupted, with what was measured kept`,
    )
    .action(threads);
}

async function threads(flags: ThreadsFlags): Promise<void> {
  if (flags.show !== undefined)
    return show(readChecked(flags.show, threadsDocumentSchema, THREADS_SCHEMA_VERSION), flags);
  assertBuilt();
  const targets = await findTargets(flags.targets, { offline: flags.offline, say });
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  const chosenSeed = flags.seed ?? randomInt(SEED_MAX);
  say(`seed ${chosenSeed} · ${cLibrary.kind === 'host' ? "this machine's C library" : cLibrary.package}`);
  const interruption = onInterrupt();
  const { measured, records, catalogue } = await proveTargets(targets, cLibrary);
  const scenarios =
    flags.scenario === undefined
      ? threadScenarios(parseSettings(SHARED_SETTING, catalogue), flags.sharing)
      : teamScenarios(flags.scenario.map(hot), flags.sharing);
  const cpusUsable = availableCpus();
  const plan = {
    targets: measured,
    cLibrary,
    scenarios,
    threads: [...new Set([1, ...flags.threads])].sort((a, b) => a - b),
    // The last first: what else the machine does it does on the first, and one thread alone is what all are held against.
    cpus: flags.pin ? [...cpusUsable].reverse() : [],
    blocks: flags.blocks,
    rounds: flags.rounds,
    roundNs: flags.roundUs * 1000,
    seed: chosenSeed,
    budgetMs: flags.budget,
    signal: interruption.signal,
  };
  const begun = beginEnvironment(null);
  const startedAt = new Date();
  const batches: TeamBatch[] = [];
  const availability: ThreadsDocument['availability'][number][] = [];
  const events: ThreadsDocument['events'][number][] = [];
  const allocatorBatches: AllocatorBatch[] = [];
  let allocators: readonly AllocatorRecord[] = [];
  let end: ThreadsDocument['end'];
  const shown = progress('measuring');
  try {
    end = await measureThreads(plan, {
      batch: (batch) => batches.push(batch),
      availability: (one) => availability.push(one),
      event: (event) => events.push(event),
      progress: shown.update,
    });
    if (flags.allocators && end !== 'interrupted') {
      const varied = await measureAllocators(plan, (batch) => allocatorBatches.push(batch), shown.update);
      allocators = varied.allocators;
      if (varied.end !== 'complete') end = varied.end;
    }
  } finally {
    shown.end();
  }
  const iterationsOf = (name: string) => batches.find((one) => one.scenario === name)?.iterations ?? null;
  const distinct = new Map(
    scenarios.map(({ scenario }) => [recordScenario(scenario).name, recordScenario(scenario)]),
  );
  const document: ThreadsDocument = {
    kind: 'dupmark-threads',
    schemaVersion: THREADS_SCHEMA_VERSION,
    id: newRunId(startedAt),
    dupmark: dupmarkVersion(),
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    end,
    command: process.argv.slice(2),
    seed: chosenSeed,
    environment: endEnvironment(begun),
    cLibrary,
    plan: {
      threads: plan.threads,
      blocks: plan.blocks,
      rounds: plan.rounds,
      roundLengthNs: plan.roundNs,
      cpus: plan.cpus,
      cpusUsable: cpusUsable.length,
    },
    targets: records,
    scenarios: [...distinct.values()].map((one) => ({ ...one, iterations: iterationsOf(one.name) })),
    availability,
    batches,
    allocators,
    allocatorBatches,
    events,
  };
  const folder = keepStored(flags.results, 'threads', document);
  show(document, flags);
  if (flags.json !== '-') say(`kept in ${folder}`);
  process.exitCode = interruption.exitCode() ?? exitCodeOf(document);
}

function show(document: ThreadsDocument, flags: ThreadsFlags): void {
  if (flags.json !== undefined) writeJson(flags.json, document);
  if (flags.page !== undefined) fillPageFile(flags.page, threadsMarkdown(document));
  if (flags.json !== '-') process.stdout.write(renderThreads(document));
}

/** With fewer blocks than an interval takes there is nothing to conclude from, if the budget is what ended it. */
const BLOCKS_FOR_INTERVAL = 6;

function exitCodeOf({ end, batches, targets }: ThreadsDocument): ExitCode {
  if (batches.length === 0 || targets.some(({ refused }) => refused !== null)) return ExitCode.couldNotRun;
  const blocks = new Set(batches.map(({ block }) => block)).size;
  return end === 'budget' && blocks < BLOCKS_FOR_INTERVAL ? ExitCode.inconclusive : ExitCode.fine;
}

function hot(one: Scenario): Scenario {
  if (one.phase === 'both' && one.live === 1) return one;
  throw badValue(
    '--scenario',
    `${one.operation}/${one.phase}@${one.live}`,
    'for threads, which time creation and free together, one handle at a time',
  );
}

function readSharing(text: string): Sharing {
  if (!isSharing(text)) {
    throw badValue('--sharing', text, `what threads can share (accepted: ${SHARING_NAMES.join(', ')})`);
  }
  return text;
}
