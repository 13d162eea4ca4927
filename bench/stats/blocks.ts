/** Takes the batches of one target and scenario apart into blocks, the units of replication. */
import type { Batch } from '../core/sample.js';
import type { StatisticsWarning } from './warning.js';

/** A Series is all batches of one scenario on one target, one per block, in order of block. */
export interface Series {
  readonly batches: ReadonlyMap<number, Batch>;
  readonly warnings: readonly StatisticsWarning[];
}

/** Throws RangeError when the batches are not all of one target and scenario: that is a mistake of the caller. */
export function seriesOf(batches: readonly Batch[]): Series {
  const warnings: StatisticsWarning[] = [];
  const chosen = new Map<number, Batch>();
  const repeated = new Set<number>();
  const first = batches[0];
  for (const batch of batches) {
    if (batch.target !== first?.target || batch.scenario !== first.scenario) {
      throw new RangeError('the batches are of several targets or scenarios');
    }
    const present = chosen.get(batch.block);
    if (present !== undefined) repeated.add(batch.block);
    if (present === undefined || batch.roundNs.length > present.roundNs.length) {
      chosen.set(batch.block, batch);
    }
  }
  for (const block of repeated) warnings.push({ code: 'repeated-batch', block });
  const ordered = [...chosen].sort(([a], [b]) => a - b);
  for (const [block, batch] of ordered) {
    if (batch.state.kind !== 'complete') {
      warnings.push({ code: 'short-batch', block, rounds: batch.roundNs.length });
    }
  }
  return { batches: new Map(ordered), warnings };
}

/** Whether a round is a measurement: above 0 ns and finite. */
export function isUsable(roundNs: number): boolean {
  return roundNs > 0 && Number.isFinite(roundNs);
}
