/** What the parent and a worker say to each other about threads side by side. Types only, as in messages.ts. */
import type { Availability } from '../core/sample.js';
import type { Sharing } from '../core/sharing.js';
import type { ScenarioSpec } from './messages.js';

export interface TeamSpec {
  readonly scenario: ScenarioSpec;
  readonly sharing: Sharing;
  /** As many as there are; a round may use fewer. */
  readonly threads: number;
  /** Thread i is kept on CPU `cpus[i modulo their number]`; empty keeps none anywhere. */
  readonly cpus: readonly number[];
}

export interface TeamRoundRequest {
  readonly threads: number;
  /** Of each thread. */
  readonly iterations: number;
  /** The threads' counters lie side by side in one cache line: the control that shows false sharing. */
  readonly packed: boolean;
}

/** As measured. */
export interface TeamRound {
  /** From the start of all until the last had done its iterations. */
  readonly wallNs: number;
  /** What all had done by then: those that were ready went on. */
  readonly operations: number;
  /** What each thread's own iterations took, by the clock and of processor time. */
  readonly elapsedNs: readonly number[];
  readonly cpuNs: readonly number[];
}

export interface TeamExchange {
  teamPrepare: { takes: { spec: TeamSpec }; gives: Availability };
  /** Iterations of one thread alone that take about `roundNs`. */
  teamCalibrate: { takes: { roundNs: number }; gives: number };
  teamRound: { takes: { round: TeamRoundRequest }; gives: TeamRound };
  teamRelease: { takes: Record<never, never>; gives: undefined };
}
