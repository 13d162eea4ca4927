/** The worker of a soak: a process that is replaced when the target dies in it, which is a finding and not the end. */
import type { CLibrary, Target, TargetFacts } from '../core/target.js';
import { openWorker } from '../run/survey.js';
import type { Exchange, RequestKind } from '../worker/messages.js';
import { WorkerGone, type WorkerProcess } from '../worker/worker-process.js';

export { WorkerGone };

export class SoakWorker {
  /** Those that have a living process. */
  static readonly running = new Set<SoakWorker>();
  readonly target: Target;
  readonly #cLibrary: CLibrary;
  #worker: WorkerProcess | null = null;
  /** What the target reported of itself when it was opened last. */
  facts: TargetFacts | null = null;

  constructor(target: Target, cLibrary: CLibrary) {
    this.target = target;
    this.#cLibrary = cLibrary;
  }

  /** Asks a living worker, starting one where there is none. Rejects with WorkerGone when it dies of it. */
  async ask<K extends RequestKind>(
    kind: K,
    takes: Exchange[K]['takes'],
    timeoutMs?: number,
  ): Promise<Exchange[K]['gives']> {
    const worker = this.#worker ?? (await this.open());
    try {
      return await worker.ask(kind, takes, timeoutMs);
    } catch (error) {
      if (error instanceof WorkerGone) {
        this.#worker = null;
        SoakWorker.running.delete(this);
      }
      throw error;
    }
  }

  async open(): Promise<WorkerProcess> {
    const { worker, facts } = await openWorker(this.target, this.#cLibrary, {
      countAllocations: true,
      boardFd: null,
    });
    this.facts = facts;
    this.#worker = worker;
    SoakWorker.running.add(this);
    return worker;
  }

  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    SoakWorker.running.delete(this);
    await worker?.stop();
  }
}
