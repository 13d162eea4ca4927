/** The worker of a soak: a process that is replaced when the target dies in it, which is a finding and not the end. */
import type { CLibrary, Target, TargetFacts } from '../core/target.js';
import { openWorker } from '../run/survey.js';
import type { Exchange, RequestKind } from '../worker/messages.js';
import { WorkerGone, type WorkerProcess } from '../worker/worker-process.js';

export { WorkerGone };

/** The time was up, or Ctrl-C pressed, and an answer was still out: its worker was ended. No finding. */
export class TimeEnded extends Error {
  override readonly name = 'TimeEnded';
}

export interface TimeLimits {
  /** By performance.now(); null for none. */
  readonly deadline: number | null;
  readonly signal: AbortSignal;
}

/** What answers may take beyond the deadline, all together: with what else ends a soak it stays within five seconds. */
export const GRACE_MS = 3500;

export class SoakWorker {
  /** Those that have a living process. */
  static readonly running = new Set<SoakWorker>();
  readonly target: Target;
  readonly #cLibrary: CLibrary;
  readonly #runsUserCode: boolean;
  #worker: WorkerProcess | null = null;
  /** What no answer may exceed by more than GRACE_MS: the limits of the whole soak, not a cell's share. Null for none. */
  limits: TimeLimits | null = null;
  /** What the target reported of itself when it was opened last. */
  facts: TargetFacts | null = null;

  constructor(target: Target, cLibrary: CLibrary, options: { readonly runsUserCode?: boolean } = {}) {
    this.target = target;
    this.#cLibrary = cLibrary;
    this.#runsUserCode = options.runsUserCode ?? false;
  }

  /** Asks a living worker, starting one where there is none. Rejects with WorkerGone when it dies of it. */
  async ask<K extends RequestKind>(
    kind: K,
    takes: Exchange[K]['takes'],
    timeoutMs?: number,
  ): Promise<Exchange[K]['gives']> {
    const worker = this.#worker ?? (await this.open());
    const watch = this.#watchTime(worker);
    try {
      return await worker.ask(kind, takes, timeoutMs);
    } catch (error) {
      if (error instanceof WorkerGone) {
        this.#worker = null;
        SoakWorker.running.delete(this);
      }
      throw watch.ended() ? new TimeEnded(watch.reason()) : error;
    } finally {
      watch.stop();
    }
  }

  /** Ends the worker when it keeps the soak waiting beyond its limits. */
  #watchTime(worker: WorkerProcess) {
    const { deadline, signal } = this.limits ?? { deadline: null, signal: null };
    let ended = false;
    const reason = () => (signal?.aborted === true ? 'interrupted' : 'the time ended before an answer came');
    const end = () => {
      ended = true;
      worker.kill(`was ended: ${reason()}`);
    };
    const timers: NodeJS.Timeout[] = [];
    const onAbort = () => timers.push(setTimeout(end, GRACE_MS));
    if (deadline !== null) timers.push(setTimeout(end, Math.max(0, deadline + GRACE_MS - performance.now())));
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
    const stop = () => {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    return { ended: () => ended, reason, stop };
  }

  async open(): Promise<WorkerProcess> {
    const { worker, facts } = await openWorker(this.target, this.#cLibrary, {
      countAllocations: true,
      boardFd: null,
      runsUserCode: this.#runsUserCode,
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
