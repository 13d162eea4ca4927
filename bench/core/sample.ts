/** Raw values, as they are collected and stored. Everything statistical is computed from these on reading. */

/**
 * A Batch is what one worker measured of one scenario in one block: its rounds, in the order collected. It is
 * one line of a run's NDJSON.
 */
export interface Batch {
  readonly block: number;
  readonly target: string;
  readonly scenario: string;
  /** Iterations per round: the same for every target of a scenario. */
  readonly iterations: number;
  /** Nanoseconds per iteration of each round; position r of every target's batch in a block is one paired round. */
  readonly roundNs: readonly number[];
  /** How the batch ended: a batch cut short keeps the rounds it has. */
  readonly state: BatchState;
}

export type BatchState =
  | { readonly kind: 'complete' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'failed'; readonly reason: string };

/** What one operation allocates, counted exactly in a pass of its own, or why it could not be. */
export type MemoryReading =
  | {
      readonly kind: 'exact';
      /** Allocations made by one operation (creation, for those that have a free). */
      readonly allocations: number;
      /** Bytes requested by those allocations. */
      readonly requestedBytes: number;
      /** Bytes still live while the handle lives: what one more handle costs. */
      readonly retainedBytes: number;
      /** Allocations still live while the handle lives. */
      readonly retainedAllocations: number;
      /** The same by line of OpenSSL's source; these add up to the figures above. */
      readonly sites: readonly MemorySite[];
    }
  | { readonly kind: 'not-available'; readonly reason: string };

/**
 * What one line of OpenSSL's source allocates for one operation. Retained figures are below 0 where the operation
 * frees something that lived before it.
 */
export interface MemorySite {
  /** As OpenSSL names it when it allocates, from its own source folder on: `ssl/ssl_lib.c`. */
  readonly file: string;
  readonly line: number;
  readonly allocations: number;
  readonly requestedBytes: number;
  readonly retainedAllocations: number;
  readonly retainedBytes: number;
}

/** How many instructions one iteration takes, counted by valgrind's callgrind, or why that could not be done. */
export type InstructionReading =
  | {
      readonly kind: 'exact';
      /** Instructions per iteration: what twice the iterations took more, by the iterations. */
      readonly perIteration: number;
      /** Iterations of the shorter of the two counts. */
      readonly iterations: number;
      /** How far the two counts are from the same instructions for every iteration, as a share. */
      readonly spread: number;
      /** Functions that took the most, with what they called, most first. */
      readonly functions: readonly FunctionInstructions[];
    }
  | { readonly kind: 'not-available'; readonly reason: string };

/** Instructions per iteration of one function. */
export interface FunctionInstructions {
  readonly name: string;
  /** File name of the library that it is in. */
  readonly library: string;
  /** With all that it called. */
  readonly inclusive: number;
  /** Without. */
  readonly self: number;
}

/** Whether a target can run a scenario, and why not. */
export type Availability =
  | { readonly kind: 'available' }
  /** The version lacks a function or the setting. */
  | { readonly kind: 'absent'; readonly reason: string }
  /** It should work and did not. */
  | { readonly kind: 'failed'; readonly reason: string };
