/**
 * The crew of one block: a fresh timing worker for every target, all pinned to one CPU, with the parent on the
 * others. A worker that dies is replaced once for the scenarios that are left.
 */
import { readFileSync } from 'node:fs';
import { messageOf } from '../core/errors.js';
import type { CLibrary, Target } from '../core/target.js';
import type { Participant } from '../worker/batch.js';
import type { Board } from '../worker/board.js';
import type { Plant } from '../worker/messages.js';
import type { WorkerProcess } from '../worker/worker-process.js';
import { openWorker } from './survey.js';

/** Something that happened to a worker and belongs in the record. */
export type CrewEvent = (kind: 'crash' | 'restart' | 'refusal', target: string, message: string) => void;

/** A worker of the crew, and its place on the board. */
export interface Member extends Participant {
  readonly worker: WorkerProcess;
}

/** What of a worker's memory chance is to decide, so that no process is like another. */
export interface MemoryLayout {
  /** See WorkerOptions. */
  readonly paddingBytes: number;
  /** Null to leave the heap as it is: what is held against a program that does not stir its own. */
  readonly heapSeed: number | null;
}

const AS_IT_IS: MemoryLayout = { paddingBytes: 0, heapSeed: null };

export class Crew {
  readonly #members = new Map<string, Member>();
  /** Why pinning was refused; empty while it was not. */
  pinningRefused = '';

  readonly #targets: readonly Target[];
  readonly #cLibrary: CLibrary;
  readonly #board: Board;
  readonly #cpu: number | null;
  readonly #onEvent: CrewEvent;
  readonly #layoutOf: (place: number) => MemoryLayout;
  readonly #plantOf: (target: string) => Plant | undefined;

  constructor(
    targets: readonly Target[],
    cLibrary: CLibrary,
    board: Board,
    cpu: number | null,
    onEvent: CrewEvent,
    layoutOf: (place: number) => MemoryLayout = () => AS_IT_IS,
    plantOf: (target: string) => Plant | undefined = () => undefined,
  ) {
    this.#plantOf = plantOf;
    this.#layoutOf = layoutOf;
    this.#targets = targets;
    this.#cLibrary = cLibrary;
    this.#board = board;
    this.#cpu = cpu;
    this.#onEvent = onEvent;
  }

  /**
   * Starts all workers at once, proved and pinned, in the given order. A target that cannot start is left out, and
   * recorded.
   */
  async start(order: readonly Target[] = this.#targets): Promise<void> {
    await Promise.all(order.map((target) => this.#hire(target)));
  }

  member(target: string): Member | undefined {
    return this.#members.get(target);
  }

  /** Takes a dead worker's place with a new one. */
  async replace(target: string, why: string): Promise<void> {
    this.#onEvent('crash', target, why);
    this.#members.delete(target);
    const found = this.#targets.find(({ id }) => id === target);
    if (found === undefined) return;
    await this.#hire(found);
    if (this.#members.has(target)) this.#onEvent('restart', target, 'a new worker took its place');
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ worker }) => worker.stop()));
    this.#members.clear();
  }

  async #hire(target: Target): Promise<void> {
    const { paddingBytes, heapSeed } = this.#layoutOf(this.#targets.indexOf(target));
    let worker: WorkerProcess;
    try {
      worker = (
        await openWorker(target, this.#cLibrary, {
          countAllocations: false,
          boardFd: this.#board.fd,
          paddingBytes,
        })
      ).worker;
    } catch (error) {
      this.#onEvent('refusal', target.id, messageOf(error));
      return;
    }
    try {
      if (this.#cpu !== null) {
        const refused =
          (await worker.ask('pin', { pid: worker.pid, cpu: this.#cpu })) ||
          // The parent's own threads: a child of the same user may move them, and only the addon can.
          (this.#members.size === 0 && cpusAtStart().length > 1
            ? await worker.ask('keepOff', { pid: process.pid, cpu: this.#cpu })
            : '');
        if (refused !== '') this.pinningRefused = refused;
      }
      if (heapSeed !== null) await worker.ask('scatterHeap', { seed: heapSeed });
      const plant = this.#plantOf(target.id);
      this.#members.set(target.id, {
        worker,
        place: this.#targets.indexOf(target),
        takeTurns: ({ scenario, iterations, epoch, place, timeoutMs }) =>
          worker.ask(
            'rounds',
            { scenario: plant ? { ...scenario, plant } : scenario, iterations, epoch, worker: place },
            timeoutMs,
          ),
      });
    } catch (error) {
      this.#onEvent('crash', target.id, messageOf(error));
      await worker.stop();
    }
  }
}

let atStart: readonly number[] | null = null;

/**
 * The CPUs that this process could run on when this was first asked: a crew keeps its parent off the workers' CPU, which must not make a
 * later run of the same process take another one.
 */
export function cpusAtStart(): readonly number[] {
  atStart ??= availableCpus();
  return atStart;
}

/** The CPUs that this process may run on now, by the kernel's word. */
export function availableCpus(status = readFileSync('/proc/self/status', 'utf8')): number[] {
  const list = /^Cpus_allowed_list:\s*([\d,-]+)$/m.exec(status)?.[1] ?? '0';
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
