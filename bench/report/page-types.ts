/** What the page is given: types alone, shared by the program that writes the page and the code that runs in it. */
import type { RunDocument } from '../document/schema.js';
import type { Sensitivity } from '../document/sensitivity.js';
import type { Warning } from '../document/warning-codes.js';
import type { Comparison } from '../stats/comparison.js';

/** PageData is everything on the page, embedded as JSON. */
export interface PageData {
  readonly madeAt: string;
  readonly dupmark: { readonly version: string; readonly commit: string | null };
  /** Newest first. */
  readonly runs: readonly PageRun[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** Older runs that were left out of the page. */
  readonly left: number;
}

/** A PageRun is a run with what the page needs and a browser should not compute. */
export interface PageRun {
  readonly document: RunDocument;
  /** The short version by target: `3.5.1`. */
  readonly versions: Readonly<Record<string, string>>;
  readonly sensitivity: Sensitivity;
  readonly warnings: readonly Warning[];
  /** The blocks of each cell, in the order of `document.cells`. */
  readonly blocks: readonly (readonly BlockFigures[])[];
  /** Comparisons of targets of which neither is the baseline; null when the run has too many pairs. */
  readonly pairs: readonly TargetPair[] | null;
}

/** One process of a cell: its number, rounds used, and of these the minimum, quartiles and maximum, in nanoseconds. */
export type BlockFigures = readonly [
  block: number,
  rounds: number,
  minNs: number,
  lowerNs: number,
  medianNs: number,
  upperNs: number,
  maxNs: number,
];

/** Every scenario of `contender` against `base`, in the order of the document's scenarios. */
export interface TargetPair {
  readonly base: string;
  readonly contender: string;
  readonly comparisons: readonly (Comparison | null)[];
}

/** The id of the element that holds the data. */
export const DATA_ELEMENT = 'dupmark-data';
