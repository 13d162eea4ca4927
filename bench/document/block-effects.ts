/** The effect of every block, one target against another: what comparisons are made of. */
import type { Batch } from '../core/sample.js';
import { pairedLogRatios } from '../stats/comparison.js';
import { median } from '../stats/quantile.js';

/** Logarithms of contender / base, by block, of the blocks that both have. */
export function blockEffects(
  batches: readonly Batch[],
  base: string,
  contender: string,
  scenario: string,
): readonly number[] {
  const others = new Map(
    batches.flatMap((one) =>
      one.target === contender && one.scenario === scenario ? [[one.block, one] as const] : [],
    ),
  );
  return batches.flatMap((batch) => {
    if (batch.target !== base || batch.scenario !== scenario) return [];
    const other = others.get(batch.block);
    const ratios = other === undefined ? [] : pairedLogRatios(batch, other).logRatios;
    return ratios.length === 0 ? [] : median(ratios);
  });
}
