/**
 * What the allocator has to do with it: the same threads on variations of glibc's allocator, and on others where they are
 * installed. Through the driver (native/driver.cc), since the addon binds its library so deep that a preloaded allocator
 * is not seen; all variations run through it, so that they are compared with each other and with nothing else.
 */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { messageOf } from '../core/errors.js';
import { shuffled } from '../core/order.js';
import { type Scenario, scenario, scenarioName } from '../core/scenario.js';
import type { CLibrary, Target } from '../core/target.js';
import type { AllocatorBatch, AllocatorRecord, ThreadsDocument } from '../document/threads-schema.js';
import { specOf } from '../run/survey.js';
import { failureLine, run } from '../targets/child.js';
import { DRIVER_FILE } from '../worker/files.js';
import { driverArguments } from '../worker/native-program.js';
import { loaded } from '../worker/worker-process.js';
import { addRound, type RoundValues, type ThreadsListener } from './run.js';

/** A variation: what is set, and how its effect is seen. */
export interface AllocatorVariation {
  readonly name: string;
  readonly about: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The file names of a library to preload, in the order of preference; none for glibc's own. */
  readonly libraries: readonly string[];
  /** What of the driver's report shows that it is what it says. */
  readonly holds: (facts: AllocatorBatch['facts'], threads: number) => boolean;
}

const NO_THREAD_CACHE = { GLIBC_TUNABLES: 'glibc.malloc.tcache_count=0' };
const ONE_ARENA = { MALLOC_ARENA_MAX: '1' };

export const ALLOCATORS: readonly AllocatorVariation[] = [
  {
    name: 'glibc',
    about: 'as it comes: an arena for each thread, and a cache of what the thread freed (tcache)',
    environment: {},
    libraries: [],
    holds: ({ arenas, threadCache }, threads) =>
      threadCache === true && arenas !== null && (threads === 1 || arenas > 1),
  },
  {
    name: 'glibc-one-arena',
    about: 'MALLOC_ARENA_MAX=1: all threads share one arena and its lock',
    environment: ONE_ARENA,
    libraries: [],
    holds: ({ arenas, threadCache }) => arenas === 1 && threadCache === true,
  },
  {
    name: 'glibc-no-thread-cache',
    about: 'glibc.malloc.tcache_count=0: every malloc and free goes to the arena',
    environment: NO_THREAD_CACHE,
    libraries: [],
    holds: ({ arenas, threadCache }) => threadCache === false && arenas !== null,
  },
  {
    name: 'glibc-one-arena-no-thread-cache',
    about: 'both: every malloc and free of every thread takes one lock',
    environment: { ...ONE_ARENA, ...NO_THREAD_CACHE },
    libraries: [],
    holds: ({ arenas, threadCache }) => arenas === 1 && threadCache === false,
  },
  {
    name: 'jemalloc',
    about: 'preloaded (Debian: libjemalloc2)',
    environment: {},
    libraries: ['libjemalloc.so.2'],
    holds: ({ home }) => home.includes('jemalloc'),
  },
  {
    name: 'mimalloc',
    about: 'preloaded (Debian: libmimalloc2.0)',
    environment: {},
    libraries: ['libmimalloc.so.2', 'libmimalloc.so.2.0', 'libmimalloc.so.2.1', 'libmimalloc.so'],
    holds: ({ home }) => home.includes('mimalloc'),
  },
];

const MULTIARCH: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** Where a library of this machine lies; null when it is not installed. */
export function installedLibrary(names: readonly string[], exists = existsSync): string | null {
  const folders = [`/usr/lib/${MULTIARCH[process.arch] ?? ''}`, '/usr/lib64', '/usr/lib', '/usr/local/lib'];
  for (const name of names) {
    const found = folders.map((folder) => `${folder}/${name}`).find((file) => exists(file));
    if (found !== undefined) return found;
  }
  return null;
}

/** What allocators are compared on: they are all that SSL_new and its BIOs need of the C library. */
export const ALLOCATOR_SCENARIOS: readonly Scenario[] = [scenario('new'), scenario('new-bio')];

const answer = z.object({
  allocator: z.object({
    home: z.string(),
    arenas: z.number().nullable(),
    threadCache: z.boolean().nullable(),
  }),
  iterations: z.number(),
  rounds: z.array(
    z.object({
      wallNs: z.number(),
      operations: z.number(),
      elapsedNs: z.array(z.number()),
      cpuNs: z.array(z.number()),
    }),
  ),
});

export interface AllocatorsPlan {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  readonly threads: readonly number[];
  readonly cpus: readonly number[];
  readonly blocks: number;
  readonly rounds: number;
  readonly roundNs: number;
  readonly seed: number;
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}

/** A process takes a start, a calibration and its rounds; far more is a hang. */
const PROCESS_MS = 60_000;

/** Measures every variation; each process is one variation on one target with one number of threads. */
export async function measureAllocators(
  plan: AllocatorsPlan,
  onBatch: (batch: AllocatorBatch) => void,
  onProgress: ThreadsListener['progress'],
): Promise<{ readonly allocators: readonly AllocatorRecord[]; readonly end: ThreadsDocument['end'] }> {
  const started = performance.now();
  const reasons = new Map<string, string>();
  const preloads = new Map<string, string>();
  for (const { name, libraries } of ALLOCATORS) {
    const found = libraries.length === 0 ? '' : installedLibrary(libraries);
    if (found === null) reasons.set(name, `not available here: no ${libraries[0]} is installed`);
    else preloads.set(name, found);
  }
  const records = () =>
    ALLOCATORS.map(({ name, about }) => ({ name, about, notAvailable: reasons.get(name) ?? null }));
  const cases = ALLOCATORS.filter(({ name }) => !reasons.has(name)).flatMap((allocator) =>
    plan.targets.flatMap((target) =>
      ALLOCATOR_SCENARIOS.flatMap((one) =>
        plan.threads.map((threads) => ({ allocator, target, one, threads })),
      ),
    ),
  );
  for (let block = 0; block < plan.blocks; block++) {
    if (block > 0 && performance.now() - started > plan.budgetMs)
      return { allocators: records(), end: 'budget' };
    for (const [i, one] of shuffled(cases, plan.seed, block).entries()) {
      if (plan.signal.aborted) return { allocators: records(), end: 'interrupted' };
      onProgress(block * cases.length + i, plan.blocks * cases.length, one.allocator.name);
      if (reasons.has(one.allocator.name) || one.target.library.kind !== 'shared') continue;
      const values: RoundValues = {
        target: one.target.id,
        threads: one.threads,
        latencyNs: [],
        cpuNs: [],
        intervalNs: [],
      };
      const measured = await runDriver(plan, one, preloads.get(one.allocator.name) ?? '');
      if (typeof measured === 'string') {
        reasons.set(one.allocator.name, measured);
        continue;
      }
      for (const round of measured.rounds) addRound(values, round, measured.iterations);
      onBatch({
        allocator: one.allocator.name,
        facts: measured.allocator,
        block,
        scenario: scenarioName(one.one),
        sharing: 'context',
        packed: false,
        iterations: measured.iterations,
        ...values,
      });
    }
  }
  return { allocators: records(), end: 'complete' };
}

interface Case {
  readonly allocator: AllocatorVariation;
  readonly target: Target;
  readonly one: Scenario;
  readonly threads: number;
}

/** What the driver measured, or why it is not to be used. */
async function runDriver(
  plan: AllocatorsPlan,
  { allocator, target: { id, library }, one, threads }: Case,
  preload: string,
): Promise<z.infer<typeof answer> | string> {
  if (library.kind !== 'shared') return 'the OpenSSL inside node cannot be opened by another program';
  const { command, args } = loaded(DRIVER_FILE, plan.cLibrary);
  const environment = { OPENSSL_CONF: '/dev/null', ...allocator.environment };
  const ended = await run(
    command,
    [
      ...args,
      ...driverArguments(library, specOf(one)),
      ...['--threads', String(threads), '--sharing', 'context', '--rounds', String(plan.rounds)],
      ...['--round-us', String(Math.round(plan.roundNs / 1000))],
      ...plan.cpus.flatMap((cpu) => ['--thread-cpu', String(cpu)]),
    ],
    { timeoutMs: PROCESS_MS, env: preload === '' ? environment : { ...environment, LD_PRELOAD: preload } },
  );
  if (ended.status !== 0) return `not available here: ${id}: ${failureLine('the driver', ended)}`;
  try {
    const measured = answer.parse(JSON.parse(ended.stdout));
    if (allocator.holds(measured.allocator, threads)) return measured;
    return `it did not take effect: ${JSON.stringify(measured.allocator)}`;
  } catch (error) {
    return `not available here: ${messageOf(error)}`;
  }
}
