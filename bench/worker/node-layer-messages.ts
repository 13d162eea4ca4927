/** What the parent asks a worker of the Node layer, and gets. Types only, as messages.ts. */
import type { NativeWork, NodeLayerTask } from '../core/node-layer.js';

/** Rounds of one kind of work. */
export interface LayerRounds {
  /** Operations of a round. */
  readonly iterations: number;
  /** Nanoseconds per operation of each round, in the order collected. */
  readonly roundNs: readonly number[];
}

/** Operations of a round: of the task, and of OpenSSL's part of it (0 where it has none). */
export interface LayerIterations {
  readonly own: number;
  readonly beneath: number;
}

export interface NodeLayerExchange {
  /** Rounds of a task, each followed by one of what is beneath it; without `iterations` the worker finds how many make a round. */
  nodeLayer: {
    takes: {
      task: NodeLayerTask;
      beneath: NativeWork | null;
      iterations: LayerIterations | null;
      rounds: number;
    };
    gives: { own: LayerRounds; beneath: LayerRounds | null };
  };
}
