/**
 * Measures the Node layer: block after block of fresh workers, one for each Node, all pinned to one CPU; in every block
 * each task by every worker, in seeded order. Tasks run in JavaScript and cannot hand the turn over between rounds, so
 * that Nodes are compared batch by batch only; a task and OpenSSL's part of it alternate round by round within one.
 */
import { CouldNotRun, messageOf } from '../core/errors.js';
import { beneathName, NODE_LAYER, type NodeLayerTask } from '../core/node-layer.js';
import { shuffled } from '../core/order.js';
import type { Batch } from '../core/sample.js';
import type { CLibrary, Target, TargetFacts } from '../core/target.js';
import type { LayerIterations } from '../worker/node-layer-messages.js';
import type { WorkerProcess } from '../worker/worker-process.js';
import { availableCpus } from './crew.js';
import { openWorker } from './survey.js';

export interface NodeLayerPlan {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  readonly tasks: readonly NodeLayerTask[];
  readonly blocks: number;
  readonly rounds: number;
  readonly cpu: number | null;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

export interface NodeLayerOutcome {
  readonly batches: readonly Batch[];
  /** What each target reported; absent for one that was refused. */
  readonly facts: ReadonlyMap<string, TargetFacts>;
  readonly refused: ReadonlyMap<string, string>;
  /** Why the workers are not pinned; empty when they are. */
  readonly pinningRefused: string;
  readonly end: 'complete' | 'interrupted';
}

/** The major version from which tinybench and what the suites use are there. */
export const NODE_LAYER_NODE_MIN = 20;

/** Throws CouldNotRun for a target that is no Node's own OpenSSL: there is no layer of Node's above any other. */
export function assertInsideNode(targets: readonly Target[]): void {
  for (const { id, library } of targets) {
    if (library.kind !== 'inside-node') {
      throw new CouldNotRun(`--targets: ${id} is not inside a Node (accepted: bundled, node@X.Y.Z)`);
    }
  }
}

/** Runs the plan. A target that cannot start, or dies, is left out from there on and named; the others go on. */
export async function measureNodeLayer(plan: NodeLayerPlan): Promise<NodeLayerOutcome> {
  const batches: Batch[] = [];
  const facts = new Map<string, TargetFacts>();
  const refused = new Map<string, string>();
  const iterations = new Map<NodeLayerTask, LayerIterations>();
  let pinningRefused = '';
  let done = 0;
  const total = plan.blocks * plan.tasks.length * plan.targets.length;
  for (let block = 0; block < plan.blocks; block++) {
    const workers = new Map<string, WorkerProcess>();
    try {
      for (const target of shuffled(plan.targets, plan.seed, block)) {
        if (plan.signal.aborted || refused.has(target.id)) continue;
        try {
          const opened = await openWorker(target, plan.cLibrary, { countAllocations: false, boardFd: null });
          workers.set(target.id, opened.worker);
          facts.set(target.id, opened.facts);
          assertNewEnough(opened.facts);
          pinningRefused ||= await pin(opened.worker, plan.cpu);
        } catch (error) {
          refused.set(target.id, messageOf(error));
        }
      }
      for (const task of shuffled(plan.tasks, plan.seed, block)) {
        for (const target of shuffled(plan.targets, plan.seed, block, plan.tasks.indexOf(task))) {
          if (plan.signal.aborted) return { batches, facts, refused, pinningRefused, end: 'interrupted' };
          plan.onProgress(done++, total, `${task} on ${target.id}`);
          const worker = workers.get(target.id);
          if (worker === undefined || refused.has(target.id)) continue;
          const at = { block, target: target.id, scenario: task };
          const { beneath } = NODE_LAYER[task];
          try {
            const measured = await worker.ask('nodeLayer', {
              task,
              beneath,
              iterations: iterations.get(task) ?? null,
              rounds: plan.rounds,
            });
            const { own, beneath: part } = measured;
            iterations.set(task, { own: own.iterations, beneath: part?.iterations ?? 0 });
            batches.push({ ...at, ...own, state: { kind: 'complete' } });
            if (part !== null) {
              batches.push({ ...at, scenario: beneathName(task), ...part, state: { kind: 'complete' } });
            }
          } catch (error) {
            const reason = messageOf(error);
            if (worker.gone) refused.set(target.id, `${task}: ${reason}`);
            batches.push({ ...at, iterations: 1, roundNs: [], state: { kind: 'failed', reason } });
          }
        }
      }
    } finally {
      await Promise.all([...workers.values()].map((worker) => worker.stop()));
    }
  }
  plan.onProgress(total, total, '');
  return { batches, facts, refused, pinningRefused, end: 'complete' };
}

function assertNewEnough({ nodeVersion }: TargetFacts): void {
  const major = Number(/^v(\d+)/.exec(nodeVersion)?.[1]);
  if (major < NODE_LAYER_NODE_MIN) {
    throw new CouldNotRun(
      `${nodeVersion} is too old: the suites run on Node ${NODE_LAYER_NODE_MIN} and later`,
    );
  }
}

/** Pins a worker, and keeps this process off its CPU. Gives why not, or nothing. */
async function pin(worker: WorkerProcess, cpu: number | null): Promise<string> {
  if (cpu === null) return '';
  return (
    (await worker.ask('pin', { pid: worker.pid, cpu })) ||
    (availableCpus().length > 1 ? await worker.ask('keepOff', { pid: process.pid, cpu }) : '')
  );
}
