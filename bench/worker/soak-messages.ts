/** What the parent and a worker say to each other in a soak. Types only, as in messages.ts. */

import type { SettingChoice } from '../core/scenario.js';
import type { SoakBudget, SoakPlant } from '../soak/define.js';

/** A place in a program that takes references or gives them back. `file` is empty when it is unknown. */
export interface SoakSite {
  readonly label: string;
  readonly file: string;
  readonly line: number;
}

/** What the native engine offers, by its own word. */
export interface SoakCatalogue {
  readonly scenarios: readonly {
    readonly name: string;
    readonly about: string;
    readonly takesSettings: boolean;
  }[];
  readonly plants: readonly PlantDescription[];
}

export interface PlantDescription {
  readonly kind: string;
  readonly about: string;
  /** The scenario that it belongs to. */
  readonly scenario: string;
  /** Label of the site that the verdict must name; '' when none can be. */
  readonly names: string;
  /** The oracle that must see it. */
  readonly oracle: string;
}

/** One deliberate fault in `rate` cycles, the first in cycle `offset`. */
export interface PlantChoice {
  readonly kind: string;
  readonly rate: number;
  readonly offset: number;
}

export interface SoakSpec {
  readonly scenario: string;
  readonly settings: readonly SettingChoice[];
  readonly seed: number;
  readonly plant: PlantChoice | null;
  readonly threads: number;
}

export interface SoakPrepared {
  readonly kind: 'available' | 'absent' | 'failed';
  readonly reason: string;
  /** Bytes that the C library hands out for one handle, as measured; 0 when that could not be seen. */
  readonly handleBytes: number;
}

/** What a segment left behind, all of it given back: 0 everywhere is right. */
export interface SegmentResult {
  /** Why it could not go on; '' when it could. */
  readonly failure: string;
  readonly cycles: number;
  /** Of the cycles alone, without the segment's set-up. */
  readonly elapsedNs: number;
  readonly handlesCreated: number;
  readonly handles: number;
  readonly contexts: number;
  readonly sessions: number;
  /** Live OpenSSL allocations and bytes more than before; null where they are not counted. */
  readonly allocations: number | null;
  readonly bytes: number | null;
  /** What malloc handed out during the segment and did not get back. */
  readonly heapGrowthBytes: number;
  readonly allocatorBytes: number;
  readonly rssBytes: number;
  readonly grown: readonly AllocationSite[];
  readonly lost: readonly { readonly site: SoakSite; readonly count: number }[];
  readonly excess: {
    readonly use: boolean;
    readonly reference: SoakSite;
    readonly at: SoakSite;
    readonly earlier: SoakSite;
  } | null;
  readonly mismatch: {
    readonly freedEarly: boolean;
    readonly reference: SoakSite;
    readonly at: SoakSite;
  } | null;
}

/** An OpenSSL source line and what it allocated that is still live. */
export interface AllocationSite {
  readonly file: string;
  readonly line: number;
  readonly allocations: number;
  readonly bytes: number;
}

/** What JavaScript handles a segment left behind, after collections: 0 everywhere is right. */
export interface HandlesResult {
  readonly cycles: number;
  readonly elapsedNs: number;
  /** Handles created so far. */
  readonly created: number;
  readonly handles: number;
  readonly contexts: number;
  /** Wrappers that own a reference. */
  readonly wrappers: number;
  /** Bytes that V8 was told of and that were not taken back. */
  readonly toldBytes: number;
  /** Live objects by class beyond those of before the first cycle, by V8's own count; null where it cannot be asked. */
  readonly objects: Readonly<Record<string, number>> | null;
  readonly allocatorBytes: number;
  readonly rssBytes: number;
  readonly lost: SegmentResult['lost'];
  readonly excess: SegmentResult['excess'];
}

/** How a soak file is to be run. */
export interface SoakFileSpec {
  readonly file: string;
  readonly seed: number;
  readonly plant: PlantChoice | null;
}

/** What a soak file's own code did wrong: it threw, did not come back, or left an error that nobody caught. */
export interface SoakFileFailure {
  readonly message: string;
  /** Where, as far as the error's stack tells; null when it does not. */
  readonly site: SoakSite | null;
  /** The cycle that it happened in; null when in none. */
  readonly cycle: number | null;
}

/** What a soak file defines, as far as the parent must know. */
export interface SoakFileFacts {
  readonly name: string;
  readonly classes: readonly string[];
  readonly budget: SoakBudget;
  readonly plants: Readonly<Record<string, SoakPlant>>;
}

/** `absent`: this Node cannot run it. `refused`: it is no soak file. `failed`: its own `setup` did. */
export type SoakFilePrepared =
  | { readonly kind: 'ready'; readonly facts: SoakFileFacts }
  | { readonly kind: 'absent'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly facts: SoakFileFacts; readonly failure: SoakFileFailure };

/** What the process that runs a soak file holds, after collections. */
export interface SoakFileReading {
  readonly allocatorBytes: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  /** What V8 lets the heap grow to before it gives up. */
  readonly heapLimitBytes: number;
  /** Live OpenSSL allocations, and by line; null where they are not counted. */
  readonly allocations: number | null;
  readonly lines: readonly AllocationSite[];
}

export interface SoakExchange {
  soakDescribe: { takes: Record<never, never>; gives: SoakCatalogue };
  soakPrepare: { takes: { spec: SoakSpec }; gives: SoakPrepared };
  soakSegment: { takes: { first: number; cycles: number }; gives: SegmentResult };
  /** The steps that the prepared walk takes. */
  soakWalk: { takes: { first: number; cycles: number }; gives: readonly string[] };
  handlesPrepare: { takes: { spec: SoakSpec }; gives: SoakPrepared };
  handlesSegment: { takes: { first: number; cycles: number }; gives: HandlesResult };
  /** Writes a V8 heap snapshot and says what wrote it. */
  handlesSnapshot: { takes: { file: string }; gives: 'heapdump' | 'v8' };
  /** Loads a soak file and runs its `setup`. */
  filePrepare: { takes: { spec: SoakFileSpec }; gives: SoakFilePrepared };
  /** Runs cycles until `most` or the time is used up. While warming up nothing is planted. */
  fileCycles: {
    takes: { first: number; most: number; milliseconds: number; warming: boolean };
    gives: { cycles: number; failure: SoakFileFailure | null };
  };
  fileRead: { takes: Record<never, never>; gives: SoakFileReading };
  /** Live objects of the classes given as constructors, by V8's own count; null where it cannot be asked. */
  fileCount: { takes: Record<never, never>; gives: Readonly<Record<string, number>> | null };
  /** Runs `teardown`. */
  fileEnd: { takes: Record<never, never>; gives: SoakFileFailure | null };
  soakSteps: { takes: { steps: readonly string[] }; gives: SegmentResult };
}
