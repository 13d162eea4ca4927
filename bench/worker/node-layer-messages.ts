/** What the parent asks a worker of the Node layer, and gets. Types only, as messages.ts. */

/** What is timed: Node's and the addon's own layers, and natively what OpenSSL does beneath them. */
export const NODE_LAYER_TASKS = [
  'addon-call',
  'handle',
  'handle-collected',
  'secure-context',
  'secure-context-key',
  'tls-socket',
  'connection',
  'native-new',
  'native-new-bio',
  'native-context',
  'native-connection',
] as const;
export type NodeLayerTask = (typeof NODE_LAYER_TASKS)[number];

export interface NodeLayerBatch {
  /** Operations of a round. */
  readonly iterations: number;
  /** Nanoseconds per operation of each round, in the order collected. */
  readonly roundNs: readonly number[];
}

export interface NodeLayerExchange {
  /** Rounds of a task; `iterations` of 0 asks the worker to find how many make a round. */
  nodeLayer: {
    takes: { task: NodeLayerTask; iterations: number; rounds: number };
    gives: NodeLayerBatch;
  };
}
