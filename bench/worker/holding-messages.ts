/** What the parent and a worker say to each other about many handles alive at once. Types only, as in messages.ts. */
import type { Availability } from '../core/sample.js';
import type { ScenarioSpec } from './messages.js';

/** What the process has when so many are alive, and what it took to get there from the reading before. */
export interface HoldingReading {
  readonly alive: number;
  readonly elapsedNs: number;
  /** What the C library has handed out. */
  readonly allocatorBytes: number;
  readonly residentBytes: number;
}

/** How connections keep their buffers. */
export interface BufferSpec {
  /** SSL_MODE_RELEASE_BUFFERS. */
  readonly releaseBuffers: boolean;
  /** SSL_set_read_ahead. */
  readonly readAhead: boolean;
}

export interface HoldingExchange {
  holdHandles: { takes: { scenario: ScenarioSpec; most: number }; gives: Availability };
  holdMore: { takes: { alive: number }; gives: HoldingReading };
  holdConnections: { takes: { buffers: BufferSpec }; gives: undefined };
  connectMore: { takes: { alive: number }; gives: HoldingReading };
  /** Sends so many bytes each way over the pairs from `first` to before `last`. */
  exchange: { takes: { first: number; last: number; bytes: number }; gives: HoldingReading };
  /** What each side of one connection gives back when it is freed, by the counting hooks. */
  measureConnection: {
    takes: { exchangeBytes: number };
    gives: { readonly clientBytes: number; readonly serverBytes: number };
  };
  /** Frees what is held. */
  releaseHeld: { takes: Record<never, never>; gives: HoldingReading };
}
