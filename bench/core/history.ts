/** What a history holds: the figures of each release, and the releases at which they changed. */

/** A time against the reference of the same run. */
export interface StepTime {
  readonly medianNs: number;
  /** Step / reference: below 1 is faster. */
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Of the logarithm of the ratio. */
  readonly standardError: number | null;
  readonly blocks: number;
}

/** File, line, allocations, requestedBytes, retainedAllocations, retainedBytes: short, as a history has thousands. */
export type CompactSite = readonly [string, number, number, number, number, number];

/** Exact figures of one operation. */
export interface StepMemory {
  readonly allocations: number;
  readonly requestedBytes: number;
  readonly retainedBytes: number;
  readonly retainedAllocations: number;
  readonly sites: readonly CompactSite[];
}

export interface StepCell {
  readonly scenario: string;
  readonly time: StepTime | null;
  readonly memory: StepMemory | null;
  /** Why something is missing. */
  readonly reason: string | null;
}

/** A HistoryStep is one OpenSSL release of a history. */
export interface HistoryStep {
  /** Steps of one provider; two providers are never mixed. */
  readonly series: string;
  readonly target: string;
  /** As in `3.0.13+quic`. */
  readonly openssl: string;
  readonly opensslNumber: number;
  readonly package: string | null;
  readonly compiler: string;
  readonly nodeVersion: string;
  readonly sha256: readonly string[];
  readonly run: string | null;
  readonly cells: readonly StepCell[];
}

/** Between which two releases something changed. */
export interface ChangePlace {
  readonly series: string;
  readonly scenario: string;
  /** Targets. */
  readonly before: string;
  readonly after: string;
  readonly opensslBefore: string;
  readonly opensslAfter: string;
  /** The two were built with other flags, which may be the cause. */
  readonly compilerChanged: boolean;
}

/** A line that allocates otherwise; null where it is not there on that side. */
export interface LineChange {
  readonly file: string;
  readonly before: number | null;
  readonly after: number | null;
  /** After less before. */
  readonly allocations: number;
  readonly requestedBytes: number;
  readonly retainedBytes: number;
}

/** A level shift of the ratio to the reference. */
export interface TimeChange extends ChangePlace {
  readonly kind: 'time';
  readonly from: number;
  readonly to: number;
  /** to / from. */
  readonly ratio: number;
}

/** Any difference of exact figures, each as before and after. */
export interface MemoryChange extends ChangePlace {
  readonly kind: 'memory';
  readonly allocations: readonly [number, number];
  readonly requestedBytes: readonly [number, number];
  readonly retainedBytes: readonly [number, number];
  readonly lines: readonly LineChange[];
}

export type HistoryChange = TimeChange | MemoryChange;
