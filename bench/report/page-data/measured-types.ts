/** Types of what the page is given of threads, connections and the Node layer: figures, and no raw rounds. */
import type { Comparison } from '../../stats/comparison.js';
import type { Summary } from '../../stats/summary.js';
import type { TeamFigures } from '../../threads/figures.js';
import type { HeldSection, NotHeld } from '../held-sections.js';

/** What all of these documents have. */
export interface PageMeasured {
  readonly id: string;
  readonly startedAt: string;
  /** `complete`, or why not. */
  readonly end: string;
  readonly command: readonly string[];
  /** The machine, and how the measurement was made on it, in a few words each. */
  readonly machine: readonly string[];
  readonly targets: readonly PageTarget[];
  /** What happened meanwhile. */
  readonly events: readonly string[];
}

export interface PageTarget {
  readonly id: string;
  /** The short version of OpenSSL: `3.5.1`. Null where it was not read. */
  readonly version: string | null;
  /** Of the Node that runs it, likewise. */
  readonly node: string | null;
  readonly refused: string | null;
}

export interface PageThreads extends PageMeasured {
  /** The numbers of threads, as planned. */
  readonly threads: readonly number[];
  /** More threads than this take turns. */
  readonly cpusUsable: number;
  readonly series: readonly PageTeams[];
  readonly allocators: readonly {
    readonly name: string;
    readonly about: string;
    readonly notAvailable: string | null;
  }[];
  readonly allocatorSeries: readonly (PageTeams & { readonly allocator: string })[];
}

/** A scenario with one way of sharing, on all targets that it was meant for. */
export interface PageTeams {
  /** `new-bio · one context`. */
  readonly name: string;
  readonly teams: readonly {
    readonly target: string;
    /** A number of threads after the other. */
    readonly figures: readonly TeamFigures[];
    /** Why there are none. */
    readonly reason: string | null;
  }[];
}

export interface PageConnections extends PageMeasured {
  readonly handles: number;
  readonly pairs: number;
  readonly exchangeBytes: number;
  readonly sections: readonly HeldSection[];
  readonly notHeld: readonly NotHeld[];
  /** What presets and variants are, by their names. */
  readonly about: readonly { readonly name: string; readonly about: string }[];
}

export interface PageNodeLayer extends PageMeasured {
  readonly blocks: number;
  readonly tasks: readonly {
    readonly task: string;
    readonly about: string;
    /** What OpenSSL does in it; null where it has no part. */
    readonly beneath: string | null;
    /** In the order of the targets. */
    readonly cells: readonly PageNodeCell[];
  }[];
}

export interface PageNodeCell {
  readonly time: PageTime | null;
  /** OpenSSL's part of it, done natively; null where it has none. */
  readonly openssl: PageTime | null;
  /** That part / the task; null likewise. */
  readonly share: Pick<Comparison, 'ratio' | 'interval'> | null;
  /** Why there is no time. */
  readonly reason: string | null;
}

export type PageTime = Pick<Summary, 'medianNs' | 'interval'>;
