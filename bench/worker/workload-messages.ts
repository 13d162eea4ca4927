/** What workload.cts is asked, and what it reports. Types only, as in messages.ts. */
import type { ScenarioSpec } from './messages.js';
import type { SoakSpec } from './soak-messages.js';

export interface WorkloadRequest {
  /** Empty paths where the OpenSSL is inside node. */
  readonly library: { readonly libcrypto: string; readonly libssl: string };
  readonly work:
    | { readonly kind: 'bench'; readonly scenario: ScenarioSpec }
    | { readonly kind: 'soak'; readonly spec: SoakSpec };
  readonly seconds: number;
  /** Where the report goes: exit codes of profilers say nothing. */
  readonly report: string;
}

export type WorkloadReport =
  | {
      readonly ok: true;
      /** Iterations of a benchmark, cycles of a soak. */
      readonly done: number;
      readonly version: string;
      readonly nodeVersion: string;
    }
  | { readonly ok: false; readonly reason: string };
