/** What a soak file says: the code to repeat, and what of it must not grow. Types and one function, and no import. */

/** One cycle, as `cycle` is told of it. */
export interface SoakCycle {
  /** Counts from 0; the cycles that warm up come before and count from 0 as well. */
  readonly number: number;
  /** Of the soak: the same for every cycle. */
  readonly seed: number;
  /** Whether this cycle is to commit the fault that `plants` names so. Always false without `--plant`. */
  planted(kind: string): boolean;
}

/** How long a soak goes on, and what it may cost. The command line's `--cycles` and `--minutes` come before these. */
export interface SoakBudget {
  /** Cycles after those that warm up. */
  readonly cycles?: number;
  /** Minutes for everything together, `setup` and `teardown` included. */
  readonly minutes?: number;
  /** Cycles before the first reading, so that caches are full and code is compiled. 200 when left out. */
  readonly warmCycles?: number;
  /** Cycles between two checkpoints. Chosen by their duration when left out, about a second's worth. */
  readonly checkpointCycles?: number;
  /** Seconds that a single call of `setup`, `cycle` or `teardown` may take before it is said to hang. 30 when left out. */
  readonly callSeconds?: number;
  /**
   * Milliseconds that are waited before each reading for what ends by itself (sockets that close, timers), beyond the
   * collections and turns of the event loop. 0 when left out.
   */
  readonly settleMs?: number;
  /** Bytes a cycle that malloc, the heap or resident memory may grow before a slope warns. 64 when left out. */
  readonly bytesPerCycle?: number;
}

/** A deliberate fault of the soak file's own, so that `--plant` and `--selftest` can show that it is found. */
export interface SoakPlant {
  /** What the fault is, in a few words. */
  readonly about: string;
  /** What must find it: objects of a named class, OpenSSL's allocations, or a slope of memory. `objects` when left out. */
  readonly oracle?: 'objects' | 'allocations' | 'slope';
  /** A part of the verdict's text that names the culprit: a class, or a link of the path that holds the object. */
  readonly names: string;
}

/** A constructor, or the name of a class as a heap snapshot shows it (`TLSSocket`, also native ones: `TLSWRAP`). */
export type SoakClass = string | (abstract new (...parameters: never[]) => unknown);

export interface SoakDefinition<State = undefined> {
  /** Shown as the scenario. The file's name when left out. */
  readonly name?: string;
  /** Runs once, before the first cycle. What it gives is handed to every cycle. */
  readonly setup?: () => State | Promise<State>;
  /** What is repeated. A promise is waited for; what it rejects with is a finding. */
  readonly cycle: (state: State, cycle: SoakCycle) => unknown;
  /** Runs once, after the last reading but one: what is alive after it was not the state's. */
  readonly teardown?: (state: State) => unknown;
  /** Classes of which no more may be alive at the end than after warming up. */
  readonly classes?: readonly SoakClass[];
  readonly budget?: SoakBudget;
  readonly plants?: Readonly<Record<string, SoakPlant>>;
}

/**
 * Defines a soak of any code that Node can run, to be the default export of a file for `dupmark soak FILE`.
 * Gives back what it is given: it is there for the types.
 */
export function defineSoak<State = undefined>(definition: SoakDefinition<State>): SoakDefinition<State> {
  return definition;
}
