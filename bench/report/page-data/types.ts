/** What the page is given: types alone, shared by the program that writes the page and the code that runs in it. */
import type { Programs } from '../../conform/program.js';
import type { Carried, SurpriseKind, VERDICTS_OF_CLAIMS } from '../../core/conformance.js';
import type { FaultKind } from '../../document/faults-schema.js';
import type { HistoryTrend } from '../../document/history-trends.js';
import type { RunDocument } from '../../document/schema.js';
import type { Sensitivity } from '../../document/sensitivity.js';
import type { Verdict as SoakVerdict } from '../../document/soak-schema.js';
import type { Warning } from '../../document/warning-codes.js';
import type { Comparison } from '../../stats/comparison.js';
import type { PageConnections, PageNodeLayer, PageThreads } from './measured-types.js';

/** PageData is everything on the page, embedded as JSON. All lists are newest first. */
export interface PageData {
  readonly madeAt: string;
  readonly dupmark: { readonly version: string; readonly commit: string | null };
  readonly runs: readonly PageRun[];
  readonly betweenRuns: readonly PageBetween[];
  readonly conformance: readonly PageConformance[];
  /** The C of the catalogue, so that the page can print the program that shows an outcome; null where it was not built. */
  readonly programs: Programs | null;
  readonly histories: readonly PageHistory[];
  readonly soaks: readonly PageSoak[];
  readonly faults: readonly PageFaults[];
  readonly threads: readonly PageThreads[];
  readonly connections: readonly PageConnections[];
  readonly nodeLayers: readonly PageNodeLayer[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  /** Older documents that were left out of the page. */
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

/** Two runs as `dupmark compare` judges them. */
export interface PageBetween {
  readonly base: string;
  readonly contender: string;
  /** Targets whose library is the same in both runs: what changes there is not OpenSSL's. */
  readonly identical: readonly string[];
  /** Why no times are compared; empty when they are. */
  readonly timeRefused: readonly string[];
  readonly notes: readonly string[];
  readonly cells: readonly BetweenCell[];
}

export interface BetweenCell {
  readonly scenario: string;
  readonly target: string;
  /** Relative to the library that both runs have; a text says why there is none. */
  readonly time: Comparison | string;
  /** Exact, before and after; null where either side has none. */
  readonly allocations: readonly [number, number] | null;
  readonly retainedBytes: readonly [number, number] | null;
}

/** What each OpenSSL release costs, against one reference. */
export interface PageHistory {
  readonly id: string;
  readonly startedAt: string;
  /** `complete`, or why not. */
  readonly status: string;
  readonly command: readonly string[];
  readonly reference: { readonly target: string; readonly openssl: string };
  readonly trends: readonly HistoryTrend[];
  /** By scenario: the largest departure from 1 of the reference measured against itself, as a share. */
  readonly floors: Readonly<Record<string, number>>;
  readonly missing: readonly { readonly target: string; readonly reason: string }[];
}

/** A matrix of what SSL_dup carries: of one conformance document, or of the stored expectations. */
export interface PageConformance {
  readonly id: string;
  /** Null for the expectations, which have grown over time. */
  readonly startedAt: string | null;
  readonly interrupted: boolean;
  /** Oldest OpenSSL first. */
  readonly targets: readonly { readonly id: string; readonly version: string }[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  readonly rows: readonly ConformanceRow[];
  readonly claims: readonly ConformanceClaim[];
  readonly surprises: readonly {
    readonly kind: SurpriseKind;
    readonly subject: string;
    readonly versions: readonly string[];
    readonly consequence: string;
  }[];
  /** Where what was seen is not what was expected; null for the expectations themselves. */
  readonly changes:
    | readonly {
        readonly row: string;
        readonly target: string;
        readonly version: string;
        readonly expected: string;
        readonly seen: string;
      }[]
    | null;
}

/** A setting at a level, on all targets. */
export interface ConformanceRow {
  readonly name: string;
  readonly setting: string;
  readonly level: string;
  /** Null where only the expectations are known. */
  readonly about: {
    readonly bullet: string;
    readonly call: string;
    readonly documented: 'carried' | 'not carried';
  } | null;
  /** In the order of the targets; null where it was not observed. */
  readonly cells: readonly (ConformanceOutcome | null)[];
}

export interface ConformanceOutcome {
  readonly plain: OutcomeLooks | null;
  readonly withSession: OutcomeLooks | null;
}

export interface OutcomeLooks {
  readonly carried: Carried;
  readonly detail: string;
  /** What was looked at, and what it showed; without those that were not looked at. */
  readonly looks: readonly (readonly [at: string, seen: string])[];
}

export interface ConformanceClaim {
  readonly id: string;
  readonly sentence: string;
  readonly question: string;
  readonly answers: readonly {
    readonly target: string;
    readonly verdict: (typeof VERDICTS_OF_CLAIMS)[number];
    readonly seen: string;
  }[];
}

export interface PageSoak {
  readonly id: string;
  readonly startedAt: string;
  readonly end: string;
  readonly seed: number;
  readonly command: readonly string[];
  readonly targets: readonly {
    readonly id: string;
    readonly version: string | null;
    readonly refused: string | null;
  }[];
  readonly cells: readonly PageSoakCell[];
}

export interface PageSoakCell {
  readonly target: string;
  /** With its settings, and its plant if it has one. */
  readonly scenario: string;
  readonly planted: boolean;
  readonly verdict: SoakVerdict;
  readonly reason: string;
  readonly cycles: number;
  readonly seconds: number;
  readonly handlesCreated: number;
  readonly findings: readonly {
    readonly oracle: string;
    readonly message: string;
    readonly cycle: number | null;
    readonly retainers: readonly string[];
  }[];
  /** The command that repeats it; null where nothing was found. */
  readonly replay: string | null;
}

export interface PageFaults {
  readonly id: string;
  readonly startedAt: string;
  readonly end: string;
  readonly command: readonly string[];
  readonly targets: readonly PageFaultTarget[];
}

export interface PageFaultTarget {
  readonly id: string;
  readonly version: string | null;
  readonly notAvailable: string | null;
  /** Worst kind first among its counts. */
  readonly cases: readonly {
    readonly name: string;
    readonly failure: string;
    readonly points: number;
    readonly faulty: readonly (readonly [kind: FaultKind, points: number])[];
  }[];
  readonly findings: readonly {
    readonly kind: FaultKind;
    readonly text: string;
    readonly points: number;
    readonly cases: number;
    readonly replay: string;
    /** What the handle then did that it must not do; null where that was not tried. */
    readonly proof: string | null;
    readonly backtrace: readonly string[];
  }[];
}

/** The id of the element that holds the data. */
export const DATA_ELEMENT = 'dupmark-data';
