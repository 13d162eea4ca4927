/**
 * Does the addon measure what a C program would? The addon, the driver (the same core without Node) and a plain C
 * loop run the same operation on the same library, taking turns on one CPU in one batch.
 */
import { CouldNotRun } from '../core/errors.js';
import type { Operation } from '../core/operation.js';
import type { Batch } from '../core/sample.js';
import { type Scenario, scenario, scenarioName } from '../core/scenario.js';
import type { CLibrary, Target } from '../core/target.js';
import { type Comparison, compare } from '../stats/comparison.js';
import { type Summary, summarise } from '../stats/summary.js';
import { type Participant, runBatch } from '../worker/batch.js';
import { Board } from '../worker/board.js';
import { driverParticipant, plainLoopParticipant } from '../worker/native-program.js';
import { Crew, cpusAtStart } from './crew.js';
import { specOf } from './survey.js';

/** How far the addon may be from the driver and from a plain C loop. */
export const VALIDITY_LIMIT = 0.03;
/** What the loop itself may cost. */
export const NOOP_LIMIT_NS = 1;

/** The operations that the plain C loop knows. */
const OPERATIONS: readonly Operation[] = ['new', 'dup', 'up-ref'];

export interface ValidityOptions {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  readonly blocks: number;
  readonly rounds: number;
  readonly roundNs: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

/** One operation on one target, by all three. */
export type ValidityRow =
  | { readonly kind: 'not-available'; readonly target: string; readonly reason: string }
  | {
      readonly kind: 'measured';
      readonly target: string;
      readonly operation: Operation;
      readonly iterations: number;
      readonly addon: Summary;
      readonly driver: Summary;
      readonly plainLoop: Summary;
      /** addon / driver and addon / plain loop. */
      readonly toDriver: Comparison;
      readonly toPlainLoop: Comparison;
      readonly verdict: Agreement;
    };

/** `differ` only when the whole interval is beyond the limit; `undecided` when the estimate is, but not all of it. */
export type Agreement = 'agree' | 'differ' | 'undecided';

export interface Validity {
  readonly rows: readonly ValidityRow[];
  /** Nanoseconds per iteration of an empty loop in the addon, by target. */
  readonly noopNs: readonly { readonly target: string; readonly ns: number }[];
  /** The worst of all rows; `differ` also when the empty loop costs too much. */
  readonly verdict: Agreement;
}

export async function checkValidity(options: ValidityOptions): Promise<Validity> {
  const board = new Board();
  const cpu = cpusAtStart().at(-1) ?? null;
  const scenarios = OPERATIONS.map((operation) => scenario(operation));
  const batches = new Map<string, Batch[]>();
  const iterations = new Map<string, number>();
  const total = options.blocks * options.targets.length;
  let done = 0;
  try {
    for (let block = 0; block < options.blocks; block++) {
      for (const target of options.targets) {
        options.onProgress(done++, total, target.id);
        const crew = new Crew([target], options.cLibrary, board, cpu, (kind, id, message) => {
          throw new CouldNotRun(`${kind} of ${id}: ${message}`);
        });
        try {
          await crew.start();
          const addon = crew.member(target.id);
          if (addon === undefined) throw new CouldNotRun(`${target.id} could not be started`);
          for (const one of [scenario('noop'), ...scenarios]) {
            if (options.signal.aborted) throw new CouldNotRun('stopped by the user');
            const key = `${target.id} ${scenarioName(one)}`;
            const count =
              iterations.get(key) ??
              (await addon.worker.ask('calibrate', { scenario: specOf(one), roundNs: options.roundNs }));
            iterations.set(key, count);
            const measured = await runBatch(
              board,
              participants(addon, target, options.cLibrary, board, cpu, one),
              {
                scenario: specOf(one),
                iterations: count,
                rounds: options.rounds,
                seed: options.seed,
                salt: [block],
                signal: options.signal,
                timeoutMs: 60_000,
              },
            );
            for (const [{ place }, { roundNs, state }] of measured) {
              if (state.kind === 'failed')
                throw new CouldNotRun(`${target.id}, ${PLACES[place]}: ${state.reason}`);
              const name = `${key} ${PLACES[place]}`;
              const batch = {
                block,
                target: name,
                scenario: scenarioName(one),
                iterations: count,
                roundNs,
                state,
              };
              batches.set(name, [...(batches.get(name) ?? []), batch]);
            }
          }
        } finally {
          await crew.stop();
        }
      }
    }
  } finally {
    board.close();
  }
  return judge(options.targets, batches, iterations);
}

/** Who sits where on the board. */
const PLACES = ['addon', 'driver', 'plain loop'] as const;

function participants(
  addon: Participant,
  { library }: Target,
  cLibrary: CLibrary,
  board: Board,
  cpu: number | null,
  one: Scenario,
): readonly Participant[] {
  if (library.kind !== 'shared' || one.operation === 'noop') return [addon];
  const at = { library, cLibrary, boardFd: board.fd, cpu };
  return [addon, driverParticipant({ ...at, place: 1 }), plainLoopParticipant({ ...at, place: 2 })];
}

function judge(
  targets: readonly Target[],
  batches: ReadonlyMap<string, readonly Batch[]>,
  iterations: ReadonlyMap<string, number>,
): Validity {
  const rows: ValidityRow[] = [];
  const noopNs: { target: string; ns: number }[] = [];
  for (const target of targets) {
    const noop = summarise(batches.get(`${target.id} noop addon`) ?? []);
    if (noop !== null) noopNs.push({ target: target.id, ns: noop.medianNs });
    if (target.library.kind !== 'shared') {
      const reason =
        'not available here: this OpenSSL is inside the node executable, where no other program can call it';
      rows.push({ kind: 'not-available', target: target.id, reason });
      continue;
    }
    for (const operation of OPERATIONS) {
      const of = (place: (typeof PLACES)[number]) => batches.get(`${target.id} ${operation} ${place}`) ?? [];
      const [addon, driver, plainLoop] = [
        summarise(of('addon')),
        summarise(of('driver')),
        summarise(of('plain loop')),
      ];
      const toDriver = compare(of('driver'), of('addon'));
      const toPlainLoop = compare(of('plain loop'), of('addon'));
      if (!addon || !driver || !plainLoop || !toDriver || !toPlainLoop) continue;
      const verdict = worst([agreement(toDriver), agreement(toPlainLoop)]);
      const count = iterations.get(`${target.id} ${operation}`) ?? 0;
      rows.push({
        kind: 'measured',
        target: target.id,
        operation,
        iterations: count,
        addon,
        driver,
        plainLoop,
        toDriver,
        toPlainLoop,
        verdict,
      });
    }
  }
  const verdicts = rows.flatMap((row) => (row.kind === 'measured' ? row.verdict : []));
  const noopVerdicts = noopNs.map(({ ns }): Agreement => (ns <= NOOP_LIMIT_NS ? 'agree' : 'differ'));
  return { rows, noopNs, verdict: worst([...verdicts, ...noopVerdicts]) };
}

/** Whether a ratio is within VALIDITY_LIMIT of 1. */
export function agreement({ ratio, interval }: Pick<Comparison, 'ratio' | 'interval'>): Agreement {
  if (Math.abs(ratio - 1) <= VALIDITY_LIMIT) return 'agree';
  if (interval === null) return 'undecided';
  return interval.low > 1 + VALIDITY_LIMIT || interval.high < 1 - VALIDITY_LIMIT ? 'differ' : 'undecided';
}

function worst(verdicts: readonly Agreement[]): Agreement {
  return verdicts.find((one) => one === 'differ') ?? verdicts.find((one) => one === 'undecided') ?? 'agree';
}
