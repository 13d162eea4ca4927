/** What the parent and a worker say to each other in a soak. Types only, as in messages.ts. */
import type { SettingChoice } from '../core/scenario.js';

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
  /** Live objects of class SslHandle by V8's own count; null where it cannot be asked. */
  readonly objects: number | null;
  readonly allocatorBytes: number;
  readonly rssBytes: number;
  readonly lost: SegmentResult['lost'];
  readonly excess: SegmentResult['excess'];
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
  soakSteps: { takes: { steps: readonly string[] }; gives: SegmentResult };
}
