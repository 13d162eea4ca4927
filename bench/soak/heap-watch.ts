/**
 * The live objects of some classes, seen through V8's heap snapshots: one before the first cycle and one at every
 * checkpoint. A snapshot is kept only when something grew, with the first one beside it to compare in DevTools; a
 * full disk is noted once and is no end.
 */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import { type HeapSnapshot, readSnapshot } from './snapshot.js';
import { TimeEnded, WorkerGone } from './soak-worker.js';

/** What one class has alive, against the first snapshot. */
export interface ClassReading {
  readonly name: string;
  readonly live: number;
  readonly before: number;
  /** Those that were not there before. */
  readonly fresh: number;
}

export interface HeapReading {
  readonly classes: readonly ClassReading[];
  /** What holds the first of the class's objects that were not there before, to the root. */
  retainersOf(className: string): readonly string[];
  /** The objects of any class that grew since the first snapshot, the most first. */
  grownClasses(most: number): readonly { readonly name: string; readonly more: number }[];
}

export interface HeapWatchOptions {
  /** Writes a snapshot in the process that is watched; rejects with WorkerGone when that dies of it. */
  readonly take: (file: string) => Promise<'heapdump' | 'v8'>;
  readonly folder: string;
  /** What the files' names begin with. */
  readonly name: string;
  readonly classes: readonly string[];
  /** Told once of what keeps snapshots from being taken or read. */
  readonly onTrouble: (trouble: string) => void;
}

export class HeapWatch {
  readonly #options: HeapWatchOptions;
  readonly #files: Readonly<Record<'before' | 'now' | 'after' | 'aside', string>>;
  #base: { readonly ids: ReadonlyMap<string, ReadonlySet<number>>; readonly counts: Counts } | null = null;
  #kept = false;
  /** Why there is no snapshot to go by; '' while there is. */
  trouble = '';
  /** What wrote the snapshots; null before the first. */
  writer: 'heapdump' | 'v8' | null = null;

  constructor(options: HeapWatchOptions) {
    this.#options = options;
    const name = options.name.replace(/[^A-Za-z0-9@._-]/g, '_');
    const file = (when: string) => join(options.folder, `${name}-${when}.heapsnapshot`);
    this.#files = { before: file('before'), now: file('now'), after: file('after'), aside: file('aside') };
  }

  /** The snapshot that all later ones are compared with. */
  async begin(): Promise<void> {
    const snapshot = await this.#take(this.#files.before);
    if (snapshot === null) return;
    const ids = this.#options.classes.map((name) => [name, new Set(snapshot.idsOf(name))] as const);
    this.#base = { ids: new Map(ids), counts: snapshot.counts() };
  }

  /** Null when there is no snapshot; `trouble` says why. */
  async look(): Promise<HeapReading | null> {
    const base = this.#base;
    if (base === null) return null;
    const snapshot = await this.#take(this.#files.now);
    if (snapshot === null) return null;
    const isFresh = (name: string) => (id: number) => base.ids.get(name)?.has(id) !== true;
    return {
      classes: this.#options.classes.map((name) => {
        const ids = snapshot.idsOf(name);
        return {
          name,
          live: ids.length,
          before: base.ids.get(name)?.size ?? 0,
          fresh: ids.filter(isFresh(name)).length,
        };
      }),
      retainersOf: (name) => snapshot.retainersOf(name, isFresh(name)),
      grownClasses: (most) =>
        [...snapshot.counts()]
          .map(([name, count]) => ({ name, more: count - (base.counts.get(name) ?? 0) }))
          .filter(({ more }) => more > 0)
          .sort((a, b) => b.more - a.more)
          .slice(0, most),
    };
  }

  /** Live objects by class, by a snapshot that is not kept; null when there is none. */
  async countOnce(): Promise<ReadonlyMap<string, number> | null> {
    const snapshot = await this.#take(this.#files.aside);
    rmSync(this.#files.aside, { force: true });
    return snapshot === null
      ? null
      : new Map(this.#options.classes.map((name) => [name, snapshot.idsOf(name).length]));
  }

  /** Keeps the first snapshot and the last one, as something grew. Gives the file to look at. */
  keep(): string {
    if (!this.#kept) renameSync(this.#files.now, this.#files.after);
    this.#kept = true;
    return this.#files.after;
  }

  /** Removes what need not be kept. */
  end(): void {
    rmSync(this.#files.now, { force: true });
    if (!this.#kept) rmSync(this.#files.before, { force: true });
  }

  async #take(file: string): Promise<HeapSnapshot | null> {
    try {
      mkdirSync(this.#options.folder, { recursive: true });
      this.writer = await this.#options.take(file);
      return await readSnapshot(file);
    } catch (error) {
      if (error instanceof WorkerGone || error instanceof TimeEnded) throw error;
      // What is half written would only keep the disk full.
      rmSync(file, { force: true });
      const first = this.trouble === '';
      this.trouble = `no heap snapshot: ${messageOf(error)}`;
      if (first) this.#options.onTrouble(this.trouble);
      return null;
    }
  }
}

type Counts = ReadonlyMap<string, number>;
