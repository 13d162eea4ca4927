/** The timed part of a run: block after block of fresh workers, batch after batch, until all is done or time is up. */

import { messageOf } from '../core/errors.js';
import { SEED_MAX, scenarioOrder, seededInt, shuffled } from '../core/order.js';
import type { Batch } from '../core/sample.js';
import { type Scenario, scenarioName } from '../core/scenario.js';
import type { CLibrary, Target } from '../core/target.js';
import { runBatch } from '../worker/batch.js';
import { Board } from '../worker/board.js';
import type { Plant } from '../worker/messages.js';
import { WorkerGone } from '../worker/worker-process.js';
import { Crew, type CrewEvent, type Member } from './crew.js';
import { CRASHES_MAX, type Done, NOTHING_DONE } from './progress.js';
import { specOf } from './survey.js';

export interface MeasurePlan {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  readonly scenarios: readonly Scenario[];
  /** Whether a target can run a scenario, by the survey. */
  readonly isAvailable: (target: string, scenario: string) => boolean;
  readonly taintsProcess: (scenario: Scenario) => boolean;
  /** The most blocks. */
  readonly blocks: number;
  /**
   * Asked before every block: the names of the scenarios that are worth another one; null for all. None ends the
   * measurement.
   */
  readonly undecided?: (blocksDone: number) => ReadonlySet<string> | null;
  readonly rounds: number;
  readonly roundNs: number;
  readonly cpu: number | null;
  readonly seed: number;
  /** Iterations to use instead of those that calibration found. */
  readonly iterationsFor?: (scenario: Scenario, calibrated: number) => number;
  readonly plantOf?: (target: string) => Plant | undefined;
  /** Milliseconds after which no further block is begun. */
  readonly budgetMs: number;
  /** What is measured already, and left as it is; nothing where it is not named. */
  readonly done?: Done;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
}

/** What a measurement tells while it goes on. */
export interface MeasureListener {
  readonly batch: (batch: Batch) => void;
  readonly calibrated: (scenario: string, iterations: number) => void;
  readonly event: (
    kind: Parameters<CrewEvent>[0],
    target: string | null,
    block: number,
    scenario: string | null,
    message: string,
  ) => void;
  readonly pinningRefused: (reason: string) => void;
  readonly progress: (batchesDone: number, batchesTotal: number, scenario: string) => void;
}

/** How a measurement ended. */
export type MeasureEnd = 'complete' | 'decided' | 'budget' | 'interrupted';

/** The stack starts anywhere within a page: what the size of the environment alone can change. */
const PADDING_MAX_BYTES = 4096;

/** Beyond this a batch is a hang: a worker's start-up of a batch, and many times what its rounds should take. */
function batchTimeoutMs(plan: MeasurePlan): number {
  return 30_000 + 20 * ((plan.rounds * plan.targets.length * plan.roundNs) / 1e6);
}

export async function measure(plan: MeasurePlan, listener: MeasureListener): Promise<MeasureEnd> {
  const board = new Board();
  const started = performance.now();
  const before = plan.done ?? NOTHING_DONE;
  const iterations = new Map(before.iterations);
  const crashes = new Map(before.crashes);
  let begun = false;
  let total = plan.blocks * plan.scenarios.length;
  let done = 0;
  let scenarios = plan.scenarios;
  try {
    for (let block = 0; block < plan.blocks; block++) {
      if (plan.signal.aborted) return 'interrupted';
      const wanted = plan.undecided?.(block) ?? null;
      if (wanted !== null) {
        scenarios = plan.scenarios.filter((one) => wanted.has(scenarioName(one)));
        if (scenarios.length === 0) return 'decided';
        total = done + (plan.blocks - block) * scenarios.length;
      }
      const order = scenarioOrder(scenarios, plan.taintsProcess, plan.seed, block).filter(
        (one) => !before.has(block, scenarioName(one)),
      );
      done += scenarios.length - order.length;
      if (order.length === 0) continue;
      if (begun && performance.now() - started > plan.budgetMs) return 'budget';
      begun = true;
      let scenarioNow: string | null = null;
      const crew = new Crew(
        plan.targets,
        plan.cLibrary,
        board,
        plan.cpu,
        (kind, target, message) => listener.event(kind, target, block, scenarioNow, message),
        (place) => ({
          paddingBytes: seededInt(PADDING_MAX_BYTES, plan.seed, block, place),
          heapSeed: seededInt(SEED_MAX, plan.seed, block, place, 1),
        }),
        plan.plantOf,
      );
      try {
        await crew.start(shuffled(plan.targets, plan.seed, block));
        if (crew.pinningRefused !== '') listener.pinningRefused(crew.pinningRefused);
        for (const one of order) {
          if (plan.signal.aborted) return 'interrupted';
          scenarioNow = scenarioName(one);
          listener.progress(done, total, scenarioNow);
          await runScenario(plan, listener, board, crew, block, one, iterations, crashes);
          done += 1;
        }
      } finally {
        await crew.stop();
      }
    }
    return plan.signal.aborted ? 'interrupted' : 'complete';
  } finally {
    listener.progress(done, total, '');
    board.close();
  }
}

async function runScenario(
  plan: MeasurePlan,
  listener: MeasureListener,
  board: Board,
  crew: Crew,
  block: number,
  one: Scenario,
  iterationsOf: Map<string, number>,
  crashes: Map<string, number>,
): Promise<void> {
  const name = scenarioName(one);
  const noteCrash = async (target: string, why: string) => {
    const key = `${target} ${name}`;
    crashes.set(key, (crashes.get(key) ?? 0) + 1);
    await crew.replace(target, why);
  };
  const salt = [block, plan.scenarios.indexOf(one)];
  // Whoever prepares first finds other caches than whoever prepares last: the order changes as that of turns does.
  const able = () =>
    shuffled(plan.targets, plan.seed, ...salt)
      .filter(({ id }) => plan.isAvailable(id, name) && (crashes.get(`${id} ${name}`) ?? 0) < CRASHES_MAX)
      .flatMap(({ id }) => crew.member(id) ?? []);

  const iterations = iterationsOf.get(name) ?? (await calibrate(plan, able(), one, noteCrash));
  if (iterations === null) return;
  if (!iterationsOf.has(name)) listener.calibrated(name, iterations);
  iterationsOf.set(name, iterations);
  const participants = able();
  if (participants.length === 0 || plan.signal.aborted) return;
  const measured = await runBatch(board, participants, {
    scenario: { ...specOf(one), proved: true },
    iterations,
    rounds: plan.rounds,
    seed: plan.seed,
    salt,
    signal: plan.signal,
    timeoutMs: batchTimeoutMs(plan),
  });
  for (const [{ worker }, { roundNs, state }] of measured) {
    const target = worker.target.id;
    listener.batch({ block, target, scenario: name, iterations, roundNs, state });
    if (state.kind !== 'failed' || plan.signal.aborted) continue;
    if (worker.gone) await noteCrash(target, state.reason);
    else listener.event('refusal', target, block, name, state.reason);
  }
}

/**
 * One number of iterations for all targets, such that the slowest one's round takes about as long as it should:
 * a round's fixed cost is shared by its iterations, and two counts would bias every ratio. Null when no target
 * could run it.
 */
async function calibrate(
  plan: MeasurePlan,
  participants: readonly Member[],
  one: Scenario,
  noteCrash: (target: string, why: string) => Promise<void>,
): Promise<number | null> {
  let least: number | null = null;
  // One after the other: they share a CPU.
  for (const { worker } of participants) {
    try {
      const iterations = await worker.ask('calibrate', {
        scenario: { ...specOf(one), proved: true },
        roundNs: plan.roundNs,
      });
      least = Math.min(least ?? iterations, iterations);
    } catch (error) {
      if (error instanceof WorkerGone) await noteCrash(worker.target.id, messageOf(error));
      // A refusal here is one in the batch as well, where it is recorded.
    }
  }
  if (least === null) return null;
  // Timed apart, a round is made of whole blocks of `live` creations: fewer would not keep that many alive.
  const whole = one.phase === 'both' ? least : Math.ceil(least / one.live) * one.live;
  return plan.iterationsFor?.(one, whole) ?? whole;
}
