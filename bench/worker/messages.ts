/**
 * What the parent and a worker say to each other: one request, one answer, as JSON over Node's own channel, which
 * is the same from Node 12 to the newest. Types only: the worker (worker.cts) runs on old Nodes and imports no code.
 */
import type { Claim, ClaimAnswer, ObservedCell } from '../core/conformance.js';
import type { Method } from '../core/method.js';
import type { Operation, Phase } from '../core/operation.js';
import type { Availability, MemoryReading } from '../core/sample.js';
import type { SettingDescription } from '../core/setting.js';
import type { TargetFacts } from '../core/target.js';
import type { HoldingExchange } from './holding-messages.js';
import type { NodeLayerExchange } from './node-layer-messages.js';
import type { SoakExchange } from './soak-messages.js';
import type { TeamExchange } from './team-messages.js';

/** A scenario as the addon takes it. */
export interface ScenarioSpec {
  readonly operation: Operation;
  readonly method: Method;
  readonly settings: readonly { readonly setting: string; readonly level: string }[];
  readonly phase: Phase;
  readonly live: number;
  /** A survey has looked at it on this target before: it is not looked at again. */
  readonly proved?: boolean;
  /** A known slow-down, to show that it is found; never in a benchmark. */
  readonly plant?: Plant;
}

/** What is planted in each round: native/plant.h. Nothing where both are 0. */
export interface Plant {
  /** Waited after the round, as a share of what it took. */
  readonly delay: number;
  /** One iteration more in so many. */
  readonly workEvery: number;
}

/** Exact figures of one creation. Base units: allocations and bytes. */
export type MemoryFigures = Omit<Extract<MemoryReading, { kind: 'exact' }>, 'kind'>;

export interface Survey {
  readonly availability: Availability;
  /** Settings of the template that its duplicate lacks, with what was seen instead. */
  readonly lost: readonly string[];
  /** For new-inherit: settings that no SSL_CTX can have. */
  readonly setOnHandles: readonly string[];
  /** Figures, or the reason why there are none. */
  readonly memory: MemoryFigures | string;
}

/** The C of an entry, each part the body of a function; empty where it has none. */
export interface SettingCode {
  /** Of `int (SSL_CTX* ctx)`. */
  readonly context: string;
  /** The same setting on the SSL_CTX. */
  readonly inherit: string;
  /** These of `int (SSL* ssl)`. */
  readonly apply: string;
  readonly shows: string;
  readonly change: string;
  readonly guards: string;
}

/** Each request by its kind, with what it takes and what it gives. */
export interface Exchange extends SoakExchange, TeamExchange, HoldingExchange, NodeLayerExchange {
  /** Opens and proves the target. */
  open: {
    takes: { libcrypto: string; libssl: string; countAllocations: boolean; deepbind: boolean };
    gives: Omit<TargetFacts, 'nodeVersion'> & { nodeVersion: string; missing: string };
  };
  /** Lists the catalogue. */
  describe: { takes: Record<never, never>; gives: readonly SettingDescription[] };
  /** Prepares a scenario, looks at it, counts its memory where the hooks are in, and lets it go. */
  survey: { takes: { scenario: ScenarioSpec; countMemory: boolean }; gives: Survey };
  /** Observes what SSL_dup does with a setting. */
  conform: { takes: { setting: string; level: string; withSession: boolean }; gives: ObservedCell };
  /** The C that an entry of the catalogue runs. */
  code: { takes: { setting: string; level: string }; gives: SettingCode };
  /** Lists what is asked of the man page's other sentences. */
  claims: { takes: Record<never, never>; gives: readonly Claim[] };
  /** Asks one of them, in a process of its own. */
  claim: { takes: { claim: string }; gives: ClaimAnswer };
  /** Iterations that take about `roundNs`. */
  calibrate: { takes: { scenario: ScenarioSpec; roundNs: number }; gives: number };
  /** Runs this worker's turns on the board; the values are on the board. */
  rounds: {
    takes: { scenario: ScenarioSpec; iterations: number; epoch: number; worker: number };
    gives: 'complete' | 'stopped';
  };
  /** Stirs the heap: native/scatter.h. */
  scatterHeap: { takes: { seed: number }; gives: null };
  /** Pins all threads of a process to a CPU; gives '' or why it was refused. */
  pin: { takes: { pid: number; cpu: number }; gives: string };
  /** Keeps all threads of a process off a CPU; gives '' or why it was refused. */
  keepOff: { takes: { pid: number; cpu: number }; gives: string };
}

export type RequestKind = keyof Exchange;

export type Request = {
  [K in RequestKind]: { readonly kind: K; readonly id: number } & Exchange[K]['takes'];
}[RequestKind];

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: string };
