/**
 * Warnings that statistics attach to the values they qualify. They are data, with no text: bench/document says
 * them in words. A warning never stops a computation, and must be shown with its value.
 */

export type StatisticsWarning =
  /** Too few blocks for an interval of the confidence that dupmark promises. */
  | { readonly code: 'few-blocks'; readonly blocks: number; readonly blocksNeeded: number }
  /** The fresh processes differ among themselves: interquartile range over median above the limit. */
  | { readonly code: 'block-spread'; readonly spread: number; readonly limit: number }
  /** A batch that did not end by itself; the rounds it has are used. */
  | { readonly code: 'short-batch'; readonly block: number; readonly rounds: number }
  /** Rounds that are not above 0 ns were left out: the clock is too coarse for them. */
  | { readonly code: 'unusable-rounds'; readonly block: number; readonly rounds: number }
  /** One side of the comparison has more rounds in this block: only the pairs are used. */
  | {
      readonly code: 'unpaired-rounds';
      readonly block: number;
      readonly baselineRounds: number;
      readonly contenderRounds: number;
    }
  /** One side has no usable round in this block, so the block is left out. */
  | { readonly code: 'missing-block'; readonly block: number; readonly missing: Side }
  /** The two sides ran different numbers of iterations per round. */
  | { readonly code: 'iterations-differ'; readonly block: number }
  /** A block has several batches of the same scenario and target (a restarted worker): the longest is used. */
  | { readonly code: 'repeated-batch'; readonly block: number };

export type Side = 'baseline' | 'contender';

/** A between-block spread above this (5 %) is worth a warning: it is ten times what a quiet pinned run shows. */
export const SPREAD_LIMIT = 0.05;
