/**
 * Measures threads side by side: in every block a fresh worker of each target; in it, scenario after scenario, a team of
 * threads of which each round uses one, two … all. Targets and numbers of threads take turns round by round, so that
 * what the machine does for a while it does to all. Workers are not pinned to one CPU as in other benches: their threads
 * are, each to one of all CPUs.
 */
import { messageOf } from '../core/errors.js';
import { shuffled, turnOrder } from '../core/order.js';
import { scenarioName } from '../core/scenario.js';
import type { CLibrary, Target } from '../core/target.js';
import type { TeamBatch, ThreadsDocument } from '../document/threads-schema.js';
import { openWorker, specOf } from '../run/survey.js';
import { type TeamScenario, teamScenarioName } from '../suites/threads.js';
import type { TeamRound } from '../worker/team-messages.js';
import { WorkerGone, type WorkerProcess } from '../worker/worker-process.js';

export interface ThreadsPlan {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  readonly scenarios: readonly TeamScenario[];
  readonly threads: readonly number[];
  /** Empty pins no thread. */
  readonly cpus: readonly number[];
  readonly blocks: number;
  readonly rounds: number;
  readonly roundNs: number;
  readonly seed: number;
  /** Milliseconds after which no further block is begun. */
  readonly budgetMs: number;
  readonly signal: AbortSignal;
}

type Available = ThreadsDocument['availability'][number];
type Event = ThreadsDocument['events'][number];

export interface ThreadsListener {
  readonly batch: (batch: TeamBatch) => void;
  readonly availability: (one: Available) => void;
  readonly event: (event: Event) => void;
  readonly progress: (done: number, total: number, what: string) => void;
}

export async function measureThreads(
  plan: ThreadsPlan,
  listener: ThreadsListener,
): Promise<ThreadsDocument['end']> {
  const started = performance.now();
  const iterations = new Map<string, number>();
  const total = plan.blocks * plan.scenarios.length;
  for (let block = 0; block < plan.blocks; block++) {
    if (plan.signal.aborted) return 'interrupted';
    if (block > 0 && performance.now() - started > plan.budgetMs) return 'budget';
    const workers = new Map<string, WorkerProcess>();
    try {
      for (const target of shuffled(plan.targets, plan.seed, block)) {
        await hire(plan, listener, workers, target, block);
      }
      for (const [i, one] of shuffled(plan.scenarios, plan.seed, block).entries()) {
        if (plan.signal.aborted) return 'interrupted';
        listener.progress(block * plan.scenarios.length + i, total, teamScenarioName(one));
        await measureScenario(plan, listener, workers, block, one, iterations);
      }
    } finally {
      await Promise.all([...workers.values()].map((worker) => worker.stop()));
    }
  }
  return plan.signal.aborted ? 'interrupted' : 'complete';
}

async function hire(
  plan: ThreadsPlan,
  listener: ThreadsListener,
  workers: Map<string, WorkerProcess>,
  target: Target,
  block: number,
): Promise<void> {
  try {
    const { worker } = await openWorker(target, plan.cLibrary, { countAllocations: false, boardFd: null });
    workers.set(target.id, worker);
  } catch (error) {
    listener.event({ target: target.id, block, scenario: '-', message: messageOf(error) });
  }
}

async function measureScenario(
  plan: ThreadsPlan,
  listener: ThreadsListener,
  workers: Map<string, WorkerProcess>,
  block: number,
  one: TeamScenario,
  iterationsOf: Map<string, number>,
): Promise<void> {
  const scenario = scenarioName(one.scenario);
  const key = { scenario, sharing: one.sharing, packed: one.packed };
  const lose = async (target: string, error: unknown) => {
    listener.event({ target, block, scenario: teamScenarioName(one), message: messageOf(error) });
    const worker = workers.get(target);
    workers.delete(target);
    await worker?.stop();
  };
  const ready: WorkerProcess[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const [target, worker] of [...workers]) {
    try {
      const availability = await worker.ask('teamPrepare', {
        spec: {
          scenario: specOf(one.scenario),
          sharing: one.sharing,
          threads: Math.max(...plan.threads),
          cpus: plan.cpus,
        },
      });
      if (block === 0) listener.availability({ target, ...key, availability });
      if (availability.kind !== 'available') continue;
      if (!iterationsOf.has(scenario)) {
        least = Math.min(least, await worker.ask('teamCalibrate', { roundNs: plan.roundNs }));
      }
      ready.push(worker);
    } catch (error) {
      await lose(target, error);
    }
  }
  // The same for every target, sharing and number of threads, so that all rounds of a series are alike.
  if (Number.isFinite(least) && !iterationsOf.has(scenario)) iterationsOf.set(scenario, least);
  const iterations = iterationsOf.get(scenario);
  if (iterations === undefined) return;

  const batches = new Map<string, RoundValues>();
  const salt = [block, plan.scenarios.indexOf(one)];
  const turns = ready.flatMap((worker) => plan.threads.map((threads) => ({ worker, threads })));
  const order = turnOrder(
    turns.map((_, i) => i),
    plan.rounds,
    plan.seed,
    ...salt,
  );
  for (const turn of order) {
    const { worker, threads } = turns[turn] as (typeof turns)[number];
    const target = worker.target.id;
    if (plan.signal.aborted) break;
    if (!workers.has(target)) continue;
    try {
      const round = await worker.ask('teamRound', { round: { threads, iterations, packed: one.packed } });
      const batchKey = `${target}\n${threads}`;
      const values = batches.get(batchKey) ?? { target, threads, latencyNs: [], cpuNs: [], intervalNs: [] };
      batches.set(batchKey, values);
      addRound(values, round, iterations);
    } catch (error) {
      await lose(target, error);
    }
  }
  for (const values of batches.values()) listener.batch({ block, ...key, iterations, ...values });
  for (const [target, worker] of [...workers]) {
    await worker.ask('teamRelease', {}).catch((error: unknown) => {
      if (error instanceof WorkerGone) return lose(target, error);
      throw error;
    });
  }
}

export interface RoundValues {
  readonly target: string;
  readonly threads: number;
  readonly latencyNs: number[];
  readonly cpuNs: number[];
  readonly intervalNs: number[];
}

/** Puts what a round measured in nanoseconds per operation. */
export function addRound(
  values: Pick<RoundValues, 'latencyNs' | 'cpuNs' | 'intervalNs'>,
  round: TeamRound,
  iterations: number,
): void {
  values.latencyNs.push(digits(average(round.elapsedNs) / iterations));
  values.cpuNs.push(digits(average(round.cpuNs) / iterations));
  values.intervalNs.push(digits(round.wallNs / round.operations));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}

/** Five digits: far below what rounds differ by, and half the size of a stored run. */
function digits(ns: number): number {
  return Number(ns.toPrecision(5));
}
