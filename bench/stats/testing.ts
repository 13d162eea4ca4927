/** Batches and random numbers for tests of statistics, documents and reports. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
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

/** Uniform numbers in (0, 1) from a seed. */
export function uniforms(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => ((generator.next() >>> 0) + 0.5) / 2 ** 32;
}

/** A standard normal by Box and Muller (1958). */
export const normal = (u: () => number): number =>
  Math.sqrt(-2 * Math.log(u())) * Math.cos(2 * Math.PI * u());
