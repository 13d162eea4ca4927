/** What a plan will take, before it is carried out: from costs that were measured (docs/scale.md says how). */
import type { Scenario } from '../core/scenario.js';

/** What of a plan its duration depends on. */
export interface Workload {
  /** Workers in each block: the targets, and the baseline's twin. */
  readonly workers: number;
  readonly targets: number;
  readonly scenarios: number;
  readonly blocks: number;
  readonly rounds: number;
  readonly roundNs: number;
  readonly countInstructions: boolean;
}

/** What each part of the work is done so many times, in the order of COSTS. */
export function workOf(load: Workload): Readonly<Record<keyof typeof COSTS, number>> {
  const { workers, targets, scenarios, blocks, rounds, roundNs, countInstructions } = load;
  return {
    runMs: 1,
    surveyMs: targets * scenarios,
    workerMs: blocks * workers,
    batchMs: blocks * workers * scenarios,
    roundMs: (blocks * workers * scenarios * rounds * roundNs) / 1e6,
    instructionsMs: countInstructions ? targets * scenarios : 0,
  };
}

/** Milliseconds, by `node dist/scripts/measure-costs.js` (docs/scale.md has what it printed). */
export const COSTS = {
  /** Of every run: targets are found, hashed and proved; the run is stored. */
  runMs: 690,
  /** Of every target and scenario: the survey counts its memory and what a duplicate lost. */
  surveyMs: 13,
  /** Of every worker and block: a process starts and is proved. */
  workerMs: 58,
  /** Of every worker, scenario and block: the template is made, the turns are handed out, the values stored. */
  batchMs: 0.84,
  /** Of every millisecond that rounds should last, with the iterations that warm up and the hand-off of turns. */
  roundMs: 1.38,
  /** Of every target and scenario with --instructions: two counts by callgrind. */
  instructionsMs: 1080,
} as const;

/** How long a plan takes on a quiet machine, in milliseconds. */
export function estimateMs(load: Workload): number {
  const work = workOf(load);
  return (Object.keys(COSTS) as (keyof typeof COSTS)[]).reduce(
    (sum, name) => sum + work[name] * COSTS[name],
    0,
  );
}

/**
 * What a scenario costs among those of its plan, in no unit: rounds are of the same length for all, and settings are
 * given to templates before they are timed.
 */
export function batchCost({ settings }: Scenario): number {
  return 1 + settings.length / 100;
}
