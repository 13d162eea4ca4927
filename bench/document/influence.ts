/**
 * The influence models and break-evens of a run: derived from its document and raw values whenever they are wanted,
 * like its cells.
 */

import path from 'node:path';
import type { Operation } from '../core/operation.js';
import type { Batch, MemoryReading } from '../core/sample.js';
import { formatChoice } from '../core/scenario.js';
import { type BreakEven, breakEven } from '../stats/break-even.js';
import {
  type CountModel,
  fitCount,
  fitTime,
  type TimedObservation,
  type TimeModel,
} from '../stats/influence.js';
import { blockMedians, summarise } from '../stats/summary.js';
import type { RunDocument, ScenarioRecord } from './schema.js';
import { writeWhole } from './store.js';

/** The operations that take settings and create a handle: those that are held against each other. */
export const MODELLED = ['new-configure', 'new-inherit', 'dup'] as const;
export type Modelled = (typeof MODELLED)[number];

/** What SSL_dup is held against. */
export type Rival = Exclude<Modelled, 'dup'>;

export interface OperationInfluence {
  readonly operation: Modelled;
  /** Null where too few combinations were measured for a model. */
  readonly time: TimeModel | null;
  readonly counts: readonly CountModel[];
}

export interface TargetInfluence {
  readonly target: string;
  readonly combinations: number;
  readonly operations: readonly OperationInfluence[];
  /** SSL_dup against the other two, each null without both time models. */
  readonly breakEven: Readonly<Record<Rival, BreakEven | null>>;
}

/** What a run says of each setting's cost, target by target. */
export interface Influence {
  readonly run: string;
  readonly seed: number;
  readonly targets: readonly TargetInfluence[];
}

export function deriveInfluence(
  document: Pick<RunDocument, 'id' | 'seed' | 'targets' | 'scenarios' | 'memory' | 'lost'>,
  batches: readonly Batch[],
): Influence {
  const batchesOf = indexed(batches, ({ target, scenario }) => `${target}\n${scenario}`);
  const memoryOf = indexed(document.memory, ({ target, scenario }) => `${target}\n${scenario}`);
  const targets = document.targets
    .filter(({ refused, twinOf }) => refused === null && twinOf === null)
    .map(({ id: target }) => {
      const observed = MODELLED.map((operation) => {
        const scenarios = modelledScenarios(document.scenarios, operation);
        const timed = scenarios.flatMap(
          (one) => timedObservation(one, batchesOf.get(`${target}\n${one.name}`) ?? []) ?? [],
        );
        const readings = scenarios.flatMap((one) => {
          const reading = memoryOf.get(`${target}\n${one.name}`)?.[0]?.reading;
          return reading?.kind === 'exact' ? [{ choices: choicesOf(one), reading }] : [];
        });
        const counted = (unit: CountModel['unit'], value: (reading: Exact) => number) =>
          fitCount(
            readings.map(({ choices, reading }) => ({ choices, value: value(reading) })),
            unit,
            document.seed,
          ) ?? [];
        return {
          timed,
          influence: {
            operation,
            time: fitTime(timed, document.seed),
            counts: [
              counted('allocations', ({ allocations }) => allocations),
              counted('requested bytes', ({ requestedBytes }) => requestedBytes),
              counted('retained bytes', ({ retainedBytes }) => retainedBytes),
            ].flat(),
          },
        };
      });
      const against = (rival: Rival): BreakEven | null => {
        const [other, dup] = ([rival, 'dup'] as const).map((operation) => {
          const one = observed.find(({ influence }) => influence.operation === operation);
          return { timed: one?.timed ?? [], model: one?.influence.time ?? null };
        });
        return other === undefined || dup === undefined ? null : breakEven(other, dup);
      };
      return {
        target,
        combinations: Math.max(...observed.map(({ timed }) => timed.length)),
        operations: observed.map(({ influence }) => influence),
        breakEven: { 'new-configure': against('new-configure'), 'new-inherit': against('new-inherit') },
      };
    });
  return { run: document.id, seed: document.seed, targets };
}

/** Stored beside the run so that simple programs need no statistics; nothing of dupmark reads it back. */
export const INFLUENCE_FILE = 'influence.json';

/** Writes a run's models into its folder. Throws CouldNotRun. */
export function writeInfluence(folder: string, influence: Influence): void {
  writeWhole(path.join(folder, INFLUENCE_FILE), `${JSON.stringify(influence, null, 2)}\n`);
}

type Exact = Extract<MemoryReading, { readonly kind: 'exact' }>;

/**
 * TLS handles, hot, with creation and free together. SSL_new from a context with none of the settings is the bare new-inherit.
 */
function modelledScenarios(
  scenarios: readonly ScenarioRecord[],
  operation: Modelled,
): readonly ScenarioRecord[] {
  const operations: readonly Operation[] = operation === 'new-inherit' ? ['new', operation] : [operation];
  return scenarios.filter(
    (one) =>
      operations.includes(one.operation) &&
      one.method === undefined &&
      one.phase === 'both' &&
      one.live === 1,
  );
}

function choicesOf({ settings }: ScenarioRecord): ReadonlySet<string> {
  return new Set(settings.map(formatChoice));
}

function timedObservation(scenario: ScenarioRecord, batches: readonly Batch[]): TimedObservation | null {
  const summary = summarise(batches);
  if (summary === null) return null;
  return {
    choices: choicesOf(scenario),
    value: summary.medianNs,
    byBlock: blockMedians(batches).medianNs,
  };
}

function indexed<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const lists = new Map<string, T[]>();
  for (const item of items) {
    const list = lists.get(key(item));
    if (list === undefined) lists.set(key(item), [item]);
    else list.push(item);
  }
  return lists;
}
