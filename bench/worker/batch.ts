/**
 * One batch: all targets' rounds of one scenario in one block. The workers hand the turn to each other natively;
 * here tinybench runs one task per target, whose every iteration is one round, and keeps what became of each:
 * completed, errored (its worker died or a call failed) or aborted (the user wants to stop). The raw values stay
 * in collection order beside it, as tinybench sorts its samples.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Bench } from 'tinybench';
import { messageOf } from '../core/errors.js';
import { turnOrder } from '../core/order.js';
import type { BatchState } from '../core/sample.js';
import type { Board } from './board.js';
import type { ScenarioSpec } from './messages.js';

/** What a participant needs to know to take its turns in one batch. */
export interface Turns {
  readonly scenario: ScenarioSpec;
  readonly iterations: number;
  readonly epoch: number;
  readonly place: number;
  readonly timeoutMs: number;
}

/** Whoever takes turns: a worker process, or one of the native programs that check it. */
export interface Participant {
  /** Its place on the board. */
  readonly place: number;
  /** Takes all its turns. Rejects, with the reason, when it could not. */
  readonly takeTurns: (turns: Turns) => Promise<unknown>;
}

export interface BatchPlan {
  readonly scenario: ScenarioSpec;
  readonly iterations: number;
  readonly rounds: number;
  readonly seed: number;
  /** What makes this batch's order its own: block and scenario numbers. */
  readonly salt: readonly number[];
  /** Aborted when the run is to stop. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** What one participant measured: nanoseconds per iteration by round, in the order collected. */
export interface Measured {
  readonly roundNs: readonly number[];
  readonly state: BatchState;
}

/** How often the parent looks at the board: seldom enough not to be seen, often enough to lose little. */
const LOOK_MS = 10;

/** Runs a batch to its end. Never rejects: what went wrong with a participant is in its state. */
export async function runBatch<P extends Participant>(
  board: Board,
  participants: readonly P[],
  plan: BatchPlan,
): Promise<ReadonlyMap<P, Measured>> {
  const places = participants.map(({ place }) => place);
  const epoch = board.begin(turnOrder(places, plan.rounds, plan.seed, ...plan.salt));
  // A signal of its own: tinybench leaves its listeners on the one it is given.
  const stopped = new AbortController();
  const stop = () => {
    board.stop();
    stopped.abort();
  };
  plan.signal.addEventListener('abort', stop, { once: true });
  if (plan.signal.aborted) stop();
  const bench = new Bench({
    iterations: plan.rounds,
    time: 0,
    warmup: false,
    concurrency: 'bench',
    throws: false,
    signal: stopped.signal,
  });
  const collected = participants.map((participant) => {
    const source = new RoundSource(board, participant, plan, epoch);
    bench.add(String(participant.place), () => source.next(), { async: true });
    return source;
  });
  try {
    await bench.run();
    // No worker may still be at this batch when the next one begins.
    await Promise.all(collected.map((source) => source.end));
  } finally {
    plan.signal.removeEventListener('abort', stop);
  }
  return new Map(
    participants.map((participant, i) => {
      const source = collected[i] as RoundSource;
      // Everything on the board counts, also what tinybench did not come to before it was stopped.
      const roundNs = Array.from(board.values(participant.place), roundedNs);
      return [participant, { roundNs, state: stateOf(bench.tasks[i]?.result, roundNs.length, plan, source) }];
    }),
  );
}

/** Seven digits: a tenth of the clock's own step over a whole round, and half the size of a stored run. */
function roundedNs(ns: number): number {
  return Number(ns.toPrecision(7));
}

/** The rounds of one participant, one at a time, as they appear on the board. */
class RoundSource {
  readonly end: Promise<void>;
  #ended: { readonly failure: string | null } | null = null;
  #next = 0;
  readonly #board: Board;
  readonly #place: number;
  readonly #iterations: number;

  constructor(board: Board, { takeTurns, place }: Participant, plan: BatchPlan, epoch: number) {
    this.#board = board;
    this.#place = place;
    this.#iterations = plan.iterations;
    const { scenario, iterations, timeoutMs } = plan;
    this.end = takeTurns({ scenario, iterations, epoch, place, timeoutMs }).then(
      () => this.#finish(null),
      (error: unknown) => this.#finish(messageOf(error)),
    );
  }

  get failure(): string | null {
    return this.#ended?.failure ?? null;
  }

  /** The next round, in tinybench's unit of milliseconds. */
  async next(): Promise<{ overriddenDuration: number; overriddenIterationCost: number }> {
    for (;;) {
      const value = this.#board.values(this.#place)[this.#next];
      if (value !== undefined) {
        this.#next += 1;
        return { overriddenDuration: value / 1e6, overriddenIterationCost: (value * this.#iterations) / 1e6 };
      }
      if (this.#ended !== null) throw new Error(this.#ended.failure ?? 'stopped');
      await Promise.race([this.end, sleep(LOOK_MS)]);
    }
  }

  #finish(failure: string | null): void {
    this.#ended = { failure };
    if (failure !== null) this.#board.leave(this.#place);
  }
}

function stateOf(
  result: { readonly state: string } | undefined,
  rounds: number,
  plan: BatchPlan,
  source: RoundSource,
): BatchState {
  if (rounds === plan.rounds && source.failure === null) return { kind: 'complete' };
  if (plan.signal.aborted) return { kind: 'interrupted' };
  return { kind: 'failed', reason: source.failure ?? `tinybench ended it as ${result?.state ?? 'unknown'}` };
}
