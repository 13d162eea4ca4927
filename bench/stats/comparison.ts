/**
 * How one thing's cost relates to another's: a ratio with an interval and a verdict.
 *
 * Two targets are compared round by round: round r of one ran within a millisecond of round r of the other, so
 * what the machine did to one it mostly did to both, and it cancels in their ratio. A block's effect is the median
 * of its log ratios, and the blocks (fresh processes) are what estimate, interval and test are made of
 * (signed-rank.ts). The idea of paired log ratios is nanobench's; that of the process as the unit, Kalibera and Jones
 * (see summary.ts).
 */
import type { Batch } from '../core/sample.js';
import { isUsable, seriesOf } from './blocks.js';
import { LEVEL, type Look, levelAt } from './looks.js';
import { median, standardDeviation } from './quantile.js';
import { signedRank } from './signed-rank.js';
import { blockMedians, fewBlocks, sum } from './summary.js';
import type { StatisticsWarning } from './warning.js';

/** An interval of a ratio, without unit. */
export interface RatioInterval {
  readonly low: number;
  readonly high: number;
  /** Achieved confidence, at least 0.95; more in a run that looked several times. */
  readonly confidence: number;
}

/**
 * What a comparison says of the contender, all cells of the run taken together (family.ts). `same` means only that it was
 * not distinguished from the baseline (printed `~`); `noisy` that fresh processes differ too much to tell;
 * `undecided` that there were too few blocks.
 */
export const VERDICTS = ['faster', 'slower', 'same', 'noisy', 'undecided'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** A Comparison is contender / baseline in time: below 1 is faster. */
export interface Comparison {
  readonly ratio: number;
  readonly interval: RatioInterval | null;
  readonly verdict: Verdict;
  /** The chance of so large a difference, or a larger one, where there is none; of this comparison by itself. */
  readonly pValue: number;
  /** The level that the run spends at the look that this comparison came to (looks.ts); 0.05 where there is only one. */
  readonly level: number;
  /** Standard deviation of the block effects, which are logarithms of ratios; null with one block. */
  readonly deviation: number | null;
  /** Of the estimate, likewise of the logarithm; null without an interval. */
  readonly standardError: number | null;
  /** Rounds used, of the contender, over all blocks. */
  readonly rounds: number;
  /** Blocks used. */
  readonly blocks: number;
  readonly warnings: readonly StatisticsWarning[];
}

/**
 * Compares one scenario on two targets, whose rounds are paired by block and position. Null when no block has a
 * usable pair.
 */
export function compare(
  baseline: readonly Batch[],
  contender: readonly Batch[],
  looks: readonly Look[] = ONE_LOOK,
): Comparison | null {
  const left = seriesOf(baseline);
  const right = seriesOf(contender);
  const warnings = [...left.warnings, ...right.warnings];
  const effects = new Map<number, number>();
  let rounds = 0;
  for (const block of blocksOf(left.batches, right.batches)) {
    const base = left.batches.get(block);
    const other = right.batches.get(block);
    const pairs = base && other ? pairedLogRatios(base, other) : null;
    if (pairs !== null) warnings.push(...pairs.warnings);
    if (pairs === null || pairs.logRatios.length === 0) {
      warnings.push({ code: 'missing-block', block, missing: hasRounds(base) ? 'contender' : 'baseline' });
      continue;
    }
    effects.set(block, median(pairs.logRatios));
    rounds += pairs.logRatios.length;
  }
  return fromBlockEffects([...effects.values()], rounds, warnings, looks);
}

/**
 * Compares two scenarios on one target (dup against new). Their rounds are of different lengths and not paired, so
 * a block's effect is the ratio of its two medians: of one and the same process. Null when no block has both.
 */
export function blockRatio(
  baseline: readonly Batch[],
  contender: readonly Batch[],
  looks: readonly Look[] = ONE_LOOK,
): Comparison | null {
  const left = blockMedians(baseline);
  const right = blockMedians(contender);
  const warnings = [...left.warnings, ...right.warnings];
  const effects: number[] = [];
  const used: number[] = [];
  for (const block of blocksOf(left.medianNs, right.medianNs)) {
    const base = left.medianNs.get(block);
    const other = right.medianNs.get(block);
    if (base === undefined || other === undefined) {
      warnings.push({ code: 'missing-block', block, missing: base === undefined ? 'baseline' : 'contender' });
      continue;
    }
    effects.push(Math.log(other) - Math.log(base));
    used.push(right.rounds.get(block) ?? 0);
  }
  return fromBlockEffects(effects, sum(used), warnings, looks);
}

/** The log ratios (contender / baseline) of the rounds that both batches have, in order of position. */
export function pairedLogRatios(
  baseline: Batch,
  contender: Batch,
): { readonly logRatios: readonly number[]; readonly warnings: readonly StatisticsWarning[] } {
  const block = baseline.block;
  const warnings: StatisticsWarning[] = [];
  const [baselineRounds, contenderRounds] = [baseline.roundNs.length, contender.roundNs.length];
  if (baseline.iterations !== contender.iterations) warnings.push({ code: 'iterations-differ', block });
  if (baselineRounds !== contenderRounds) {
    warnings.push({ code: 'unpaired-rounds', block, baselineRounds, contenderRounds });
  }
  const logRatios: number[] = [];
  const pairs = Math.min(baselineRounds, contenderRounds);
  for (let r = 0; r < pairs; r++) {
    const base = baseline.roundNs[r] ?? 0;
    const other = contender.roundNs[r] ?? 0;
    if (isUsable(base) && isUsable(other)) logRatios.push(Math.log(other) - Math.log(base));
  }
  const left = pairs - logRatios.length;
  if (left > 0) warnings.push({ code: 'unusable-rounds', block, rounds: left });
  return { logRatios, warnings };
}

/** The verdict of one comparison by itself, before it is judged with the others. */
export function verdictOf(interval: RatioInterval | null): Verdict {
  if (interval === null) return 'undecided';
  if (interval.high < 1) return 'faster';
  if (interval.low > 1) return 'slower';
  return 'same';
}

const ONE_LOOK: readonly Look[] = [{ blocks: 1, level: LEVEL }];

function fromBlockEffects(
  effects: readonly number[],
  rounds: number,
  warnings: readonly StatisticsWarning[],
  looks: readonly Look[],
): Comparison | null {
  if (effects.length === 0) return null;
  const level = levelAt(looks, effects.length);
  const { estimate, interval: logs, pValue, standardError } = signedRank(effects, 1 - level);
  const interval = logs && {
    low: Math.exp(logs.low),
    high: Math.exp(logs.high),
    confidence: logs.confidence,
  };
  return {
    ratio: Math.exp(estimate),
    interval,
    verdict: verdictOf(interval),
    pValue,
    level,
    deviation: standardDeviation(effects),
    standardError,
    rounds,
    blocks: effects.length,
    warnings: [...warnings, ...fewBlocks(effects.length, 1 - level)],
  };
}

/** The numbers of the blocks that either side has, in order. */
function blocksOf(a: ReadonlyMap<number, unknown>, b: ReadonlyMap<number, unknown>): readonly number[] {
  return [...new Set([...a.keys(), ...b.keys()])].sort((left, right) => left - right);
}

function hasRounds(batch: Batch | undefined): boolean {
  return batch?.roundNs.some(isUsable) ?? false;
}
