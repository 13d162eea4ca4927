/**
 * Does the detector work? The same library against itself must come out as no change (A/A), a planted slow-down of
 * known size as slower (power). What `dupmark doctor --aa` and `--power` measure, and the figures they print.
 */

import type { Batch } from '../core/sample.js';
import { type Scenario, scenarioName } from '../core/scenario.js';
import type { CLibrary, Target } from '../core/target.js';
import { binomialUpperTail } from '../stats/binomial.js';
import { type Comparison, compare, pairedLogRatios } from '../stats/comparison.js';
import { judgeFamily } from '../stats/family.js';
import { doublingLooks, type Look, singleLook } from '../stats/looks.js';
import { median } from '../stats/quantile.js';
import { signedRank } from '../stats/signed-rank.js';
import type { Plant } from '../worker/messages.js';
import { cpusAtStart } from './crew.js';
import { type MeasureEnd, type MeasurePlan, measure } from './measure.js';

export interface DetectorOptions {
  readonly target: Target;
  readonly cLibrary: CLibrary;
  readonly scenarios: readonly Scenario[];
  readonly rounds: number;
  readonly roundNs: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

/** What all A/A runs together showed. */
export interface AaFigures {
  readonly target: string;
  readonly runs: number;
  readonly blocksPerRun: number;
  readonly cells: number;
  /** Cells whose own 95 % interval leaves 1 out: about one in twenty. */
  readonly outside: number;
  /** Cells called faster or slower, that is after correction. */
  readonly flagged: number;
  /** Runs in which any cell was. */
  readonly runsFlagged: number;
  /** Cells called noisy. */
  readonly noisy: number;
  /** By scenario, over all blocks of all runs. */
  readonly scenarios: readonly {
    readonly scenario: string;
    readonly blocks: number;
    readonly ratio: number;
    readonly low: number;
    readonly high: number;
    /** Of one block, as a share. */
    readonly deviation: number;
    readonly outside: number;
    readonly flagged: number;
  }[];
  readonly seconds: number;
  readonly end: MeasureEnd;
}

/** The second worker on the same library. */
const TWIN = 'A/A';

/** Runs of `blocksPerRun` blocks, one after the other, until there are `cells` cells or the user wants to stop. */
export async function measureAa(
  options: DetectorOptions,
  blocksPerRun: number,
  cells: number,
): Promise<AaFigures> {
  const runs = Math.ceil(cells / options.scenarios.length);
  const started = performance.now();
  const batches: Batch[] = [];
  const end = await measurePair(
    options,
    { blocks: runs * blocksPerRun, scenarios: options.scenarios },
    batches,
  );
  const seconds = (performance.now() - started) / 1000;
  const names = options.scenarios.map(scenarioName);
  const judged: (readonly (Comparison | null)[])[] = [];
  for (let run = 0; run < runs; run++) {
    const within = batches.filter(({ block }) => Math.floor(block / blocksPerRun) === run);
    const looks = singleLook(blocksPerRun);
    const list = names.map((name) => {
      const [base, twin] = sides(within, options.target, name);
      const one = compare(base, twin, looks);
      return one?.blocks === blocksPerRun ? one : null;
    });
    // A run that was cut short is no run.
    if (list.every((one) => one !== null)) judged.push(judgeFamily(list));
  }
  const all = judged.flat().flatMap((one) => one ?? []);
  return {
    target: options.target.id,
    runs: judged.length,
    blocksPerRun,
    cells: all.length,
    outside: all.filter(isOutside).length,
    flagged: all.filter(isFlagged).length,
    runsFlagged: judged.filter((run) => run.some((one) => one !== null && isFlagged(one))).length,
    noisy: all.filter(({ verdict }) => verdict === 'noisy').length,
    scenarios: names.flatMap((scenario, i) => {
      const [base, twin] = sides(batches, options.target, scenario);
      const whole = compare(base, twin);
      const own = judged.flatMap((run) => run[i] ?? []);
      if (whole === null) return [];
      return {
        scenario,
        blocks: whole.blocks,
        ratio: whole.ratio,
        low: whole.interval?.low ?? whole.ratio,
        high: whole.interval?.high ?? whole.ratio,
        deviation: whole.deviation ?? 0,
        outside: own.filter(isOutside).length,
        flagged: own.filter(isFlagged).length,
      };
    }),
    seconds,
    end,
  };
}

function isOutside({ interval }: Comparison): boolean {
  return interval !== null && (interval.low > 1 || interval.high < 1);
}

function isFlagged({ verdict }: Comparison): boolean {
  return verdict === 'faster' || verdict === 'slower';
}

/** How a slow-down is planted. */
export const PLANTS = ['delay', 'work'] as const;
export type PlantKind = (typeof PLANTS)[number];

export interface PowerPlan {
  readonly runs: number;
  /** Intervals to see the coverage by, of 20 blocks each. */
  readonly intervals: number;
  /** The longest time of a run. */
  readonly budgetMs: number;
}

/** What a number of runs with one planted slow-down showed. */
export interface PowerFigures {
  readonly scenario: string;
  readonly plant: PlantKind;
  /** The planted effect, as a share: 0.01 is +1 %. */
  readonly effect: number;
  readonly runs: number;
  /** Runs that called it slower within the budget. */
  readonly found: number;
  /** Runs that called it faster: each is wrong. */
  readonly wrong: number;
  /** Seconds until found or given up: the middle run, and the longest. */
  readonly secondsMedian: number;
  readonly secondsMax: number;
  /**
   * The effect with its 95 % interval, from blocks whose number was fixed beforehand: those of the runs above end when
   * they have found it, which is sooner where chance adds to it. Null without any.
   */
  readonly seen: { readonly effect: number; readonly low: number; readonly high: number } | null;
  /** Standard error of the effect after one second of measuring, as a share. Null when there is none. */
  readonly standardErrorPerSecond: number | null;
  /** Of 95 % intervals from 20 of those blocks each: how many there were, and how many held the effect as seen. */
  readonly intervals: number;
  readonly covered: number;
}

/** Blocks of one interval when coverage is counted. */
const COVERAGE_BLOCKS = 20;
const FIRST_LOOK = 12;
const BLOCKS_MAX = 3072;

/** Plants one slow-down in so many runs and says how many found it; then so many intervals of it, for their coverage. */
export async function measurePower(
  options: DetectorOptions,
  scenario: Scenario,
  planted: Planted,
  { runs, intervals, budgetMs }: PowerPlan,
): Promise<PowerFigures> {
  const name = scenarioName(scenario);
  const looks = doublingLooks(FIRST_LOOK, BLOCKS_MAX);
  const seconds: number[] = [];
  let found = 0;
  let wrong = 0;
  const what = `${name}, ${planted.plant} of ${(planted.effect * 100).toFixed(1)} %`;
  for (let run = 0; run < runs && !options.signal.aborted; run++) {
    const batches: Batch[] = [];
    const started = performance.now();
    const judge = () => {
      const [base, twin] = sides(batches, options.target, name);
      const [judged] = judgeFamily([compare(base, twin, looks)]);
      return judged ?? null;
    };
    await measurePair(
      { ...options, seed: (options.seed + run) >>> 0 },
      {
        blocks: BLOCKS_MAX,
        scenarios: [scenario],
        planted,
        looks,
        budgetMs,
        decided: () => isFlaggedOrNull(judge()),
      },
      batches,
    );
    if (options.signal.aborted) break;
    const verdict = judge()?.verdict;
    if (verdict === 'slower') found++;
    if (verdict === 'faster') wrong++;
    seconds.push((performance.now() - started) / 1000);
    options.onProgress(run + 1, runs, what);
  }
  const batches: Batch[] = [];
  const started = performance.now();
  if (intervals > 0) {
    await measurePair(
      { ...options, onProgress: (count, total) => options.onProgress(count, total, `${what}, coverage`) },
      { blocks: intervals * COVERAGE_BLOCKS, scenarios: [scenario], planted },
      batches,
    );
  }
  const effects = blockEffects(...sides(batches, options.target, name));
  return {
    scenario: name,
    ...planted,
    runs: seconds.length,
    found,
    wrong,
    secondsMedian: seconds.length === 0 ? 0 : median(seconds),
    secondsMax: Math.max(0, ...seconds),
    ...coverageOf(effects, (performance.now() - started) / 1000),
  };
}

/** What blocks of a number that was fixed beforehand say of the plant: `effects` as logarithms, `seconds` for all. */
export function coverageOf(
  effects: readonly number[],
  seconds: number,
): Pick<PowerFigures, 'seen' | 'standardErrorPerSecond' | 'intervals' | 'covered'> {
  if (effects.length === 0) return { seen: null, standardErrorPerSecond: null, intervals: 0, covered: 0 };
  const pooled = signedRank(effects);
  const within: boolean[] = [];
  for (let at = 0; at + COVERAGE_BLOCKS <= effects.length; at += COVERAGE_BLOCKS) {
    const { interval } = signedRank(effects.slice(at, at + COVERAGE_BLOCKS));
    if (interval !== null) within.push(interval.low <= pooled.estimate && pooled.estimate <= interval.high);
  }
  return {
    seen: {
      effect: Math.expm1(pooled.estimate),
      low: Math.expm1(pooled.interval?.low ?? pooled.estimate),
      high: Math.expm1(pooled.interval?.high ?? pooled.estimate),
    },
    standardErrorPerSecond: pooled.standardError === null ? null : pooled.standardError * Math.sqrt(seconds),
    intervals: within.length,
    covered: within.filter(Boolean).length,
  };
}

function isFlaggedOrNull(one: Comparison | null): boolean {
  return one !== null && isFlagged(one);
}

/** A slow-down of known size. */
export interface Planted {
  readonly plant: PlantKind;
  /** As a share: 0.01 is +1 %. */
  readonly effect: number;
}

interface PairPlan {
  readonly blocks: number;
  readonly scenarios: readonly Scenario[];
  readonly planted?: Planted;
  readonly looks?: readonly Look[];
  readonly budgetMs?: number;
  readonly decided?: () => boolean;
}

/** The target and its twin, side by side; the twin with the plant. */
function measurePair(options: DetectorOptions, pair: PairPlan, batches: Batch[]): Promise<MeasureEnd> {
  const { target, scenarios: _, ...shared } = options;
  const twin = { ...target, id: TWIN };
  const plant = pair.planted === undefined ? null : plantFor(pair.planted);
  let decided = false;
  const plan: MeasurePlan = {
    ...shared,
    targets: [target, twin],
    scenarios: pair.scenarios,
    isAvailable: () => true,
    taintsProcess: () => false,
    blocks: pair.blocks,
    undecided: (blocksDone) => {
      if (pair.looks?.some(({ blocks }) => blocks === blocksDone)) decided = pair.decided?.() ?? false;
      return decided ? new Set() : null;
    },
    cpu: cpusAtStart().at(-1) ?? null,
    budgetMs: pair.budgetMs ?? Number.POSITIVE_INFINITY,
    ...(plant === null
      ? {}
      : {
          // The same for both sides, and a whole number of iterations more on the planted one.
          iterationsFor: (_scenario: Scenario, calibrated: number) =>
            Math.max(1, Math.round(calibrated / (plant.workEvery || 1))) * (plant.workEvery || 1),
          plantOf: (id: string) => (id === TWIN ? plant : undefined),
        }),
  };
  return measure(plan, {
    batch: (batch) => batches.push(batch),
    calibrated: () => undefined,
    event: () => undefined,
    pinningRefused: () => undefined,
    progress: (done, total, what) => {
      if (pair.decided === undefined) options.onProgress(done, total, what);
    },
  });
}

/** The plant of that size. */
export function plantFor({ plant, effect }: Planted): Plant {
  return plant === 'work' ? { delay: 0, workEvery: Math.round(1 / effect) } : { delay: effect, workEvery: 0 };
}

function sides(
  batches: readonly Batch[],
  target: Target,
  scenario: string,
): readonly [readonly Batch[], readonly Batch[]] {
  const of = (id: string) => batches.filter((batch) => batch.target === id && batch.scenario === scenario);
  return [of(target.id), of(TWIN)];
}

/** The effect of every block that both sides have, in order. */
function blockEffects(base: readonly Batch[], twin: readonly Batch[]): readonly number[] {
  return base.flatMap((batch) => {
    const other = twin.find(({ block }) => block === batch.block);
    const ratios = other === undefined ? [] : pairedLogRatios(batch, other).logRatios;
    return ratios.length === 0 ? [] : median(ratios);
  });
}

/**
 * Whether A/A figures are as good as promised: at most 1 % of cells flagged, and no more runs with any than chance allows
 * where it happens in one run of twenty (a binomial test at 5 %: of a few runs one may be).
 */
export function aaHolds({
  cells,
  flagged,
  runs,
  runsFlagged,
}: Pick<AaFigures, 'cells' | 'flagged' | 'runs' | 'runsFlagged'>): boolean {
  return cells > 0 && flagged / cells <= 0.01 && binomialUpperTail(runs, runsFlagged, 0.05) >= 0.05;
}

/** Whether a planted slow-down was found as often as promised: nine times in ten. */
export function powerHolds({ runs, found, wrong }: PowerFigures): boolean {
  return runs > 0 && wrong === 0 && found >= Math.floor(0.9 * runs);
}
