/** Batches for tests of statistics, documents and reports. */
import type { Batch, BatchState } from '../core/sample.js';

export const COMPLETE: BatchState = { kind: 'complete' };

/** One batch; `over` names what is not the ordinary. */
export function batchOf(roundNs: readonly number[], over: Partial<Batch> = {}): Batch {
  return { block: 0, target: 'bundled', scenario: 'new', iterations: 100, roundNs, state: COMPLETE, ...over };
}

/** One batch per block, with blocks numbered from 0. */
export function blocksOf(blocks: readonly (readonly number[])[], over: Partial<Batch> = {}): Batch[] {
  return blocks.map((roundNs, block) => batchOf(roundNs, { ...over, block }));
}
