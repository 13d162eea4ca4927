/**
 * What one scenario costs on one target: a median with an interval.
 *
 * Rounds of one process share its memory layout, page colouring and address randomisation, so they are not
 * independent of each other; fresh processes are. So a block counts once: its value is the median of its rounds,
 * the estimate is the median of the block values, and the interval is theirs. Kalibera and Jones, "Rigorous
 * benchmarking in reasonable time", ISMM 2013; Georges, Buytaert and Eeckhout, "Statistically rigorous Java
 * performance evaluation", OOPSLA 2007.
 */
import type { Batch } from '../core/sample.js';
import { isUsable, seriesOf } from './blocks.js';
import { CONFIDENCE, orderInterval, valuesNeeded } from './interval.js';
import { median, relativeSpread } from './quantile.js';
import { SPREAD_LIMIT, type StatisticsWarning } from './warning.js';

/** An interval of nanoseconds per iteration. */
export interface NsInterval {
  readonly lowNs: number;
  readonly highNs: number;
  /** Achieved confidence, at least 0.95. */
  readonly confidence: number;
}

/** A Summary is the estimate of what one iteration of a scenario costs on one target. */
export interface Summary {
  /** Median over blocks of the median over rounds: nanoseconds per iteration. */
  readonly medianNs: number;
  /** Null when there are too few blocks; a warning then says how many it takes. */
  readonly interval: NsInterval | null;
  /** Rounds used, over all blocks. */
  readonly rounds: number;
  /** Blocks used. */
  readonly blocks: number;
  /** Interquartile range of the block values over their median; null with fewer than two blocks. */
  readonly betweenBlockSpread: number | null;
  readonly warnings: readonly StatisticsWarning[];
}

/** Nanoseconds per iteration of each block that has a usable round, by block number, with what was left out. */
export function blockMedians(batches: readonly Batch[]): {
  readonly medianNs: ReadonlyMap<number, number>;
  readonly rounds: ReadonlyMap<number, number>;
  readonly warnings: readonly StatisticsWarning[];
} {
  const series = seriesOf(batches);
  const warnings = [...series.warnings];
  const medianNs = new Map<number, number>();
  const rounds = new Map<number, number>();
  for (const [block, batch] of series.batches) {
    const usable = batch.roundNs.filter(isUsable);
    const left = batch.roundNs.length - usable.length;
    if (left > 0) warnings.push({ code: 'unusable-rounds', block, rounds: left });
    if (usable.length === 0) continue;
    medianNs.set(block, median(usable));
    rounds.set(block, usable.length);
  }
  return { medianNs, rounds, warnings };
}

/** Summarises the batches of one target and scenario; null when there is no usable round in them. */
export function summarise(batches: readonly Batch[]): Summary | null {
  const { medianNs, rounds, warnings } = blockMedians(batches);
  const values = [...medianNs.values()];
  if (values.length === 0) return null;
  const spread = relativeSpread(values);
  return {
    medianNs: median(values),
    interval: nsInterval(values),
    rounds: sum(rounds.values()),
    blocks: values.length,
    betweenBlockSpread: spread,
    warnings: [...warnings, ...fewBlocks(values.length), ...wideSpread(spread)],
  };
}

/** The warning that there are too few blocks for an interval, if so. */
export function fewBlocks(blocks: number, confidence = CONFIDENCE): readonly StatisticsWarning[] {
  const blocksNeeded = valuesNeeded(confidence);
  return blocks < blocksNeeded ? [{ code: 'few-blocks', blocks, blocksNeeded }] : [];
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function nsInterval(values: readonly number[]): NsInterval | null {
  const interval = orderInterval(values);
  return interval && { lowNs: interval.low, highNs: interval.high, confidence: interval.confidence };
}

function wideSpread(spread: number | null): readonly StatisticsWarning[] {
  return spread !== null && spread > SPREAD_LIMIT
    ? [{ code: 'block-spread', spread, limit: SPREAD_LIMIT }]
    : [];
}
