/**
 * The parent's side of the board (native/board.h has the layout and the reasons): lays out who runs in which
 * turn, and reads what the workers wrote. Plain reads and writes of the file: the kernel keeps them coherent with
 * the workers' mappings.
 */
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAGIC = 0x31424d44;
export const WORKERS_MAX = 32;
export const ROUNDS_MAX = 1024;

/** Offsets in native/board.h, where static assertions hold them. */
const OFFSET = {
  magic: 0,
  epoch: 4,
  slots: 8,
  stop: 12,
  turn: 16,
  gone: 64,
  done: 96,
  schedule: 4096,
  values: 36864,
};
const SIZE = OFFSET.values + WORKERS_MAX * ROUNDS_MAX * 8;

export class Board {
  /** For the workers to inherit. */
  readonly fd: number;
  #epoch = 0;

  constructor() {
    this.fd = openUnnamed();
    ftruncateSync(this.fd, SIZE);
    this.#write32(OFFSET.magic, MAGIC);
  }

  /** Starts a batch: `schedule[slot]` is the worker whose turn it is. Returns the batch's epoch. */
  begin(schedule: Uint8Array): number {
    this.#epoch += 1;
    writeSync(this.fd, new Uint8Array(OFFSET.schedule - OFFSET.gone), 0, undefined, OFFSET.gone);
    writeSync(this.fd, schedule, 0, schedule.length, OFFSET.schedule);
    this.#write32(OFFSET.slots, schedule.length);
    this.#write32(OFFSET.turn, 0);
    this.#write32(OFFSET.epoch, this.#epoch);
    return this.#epoch;
  }

  /** Nobody waits for this worker any more: its process is gone. */
  leave(worker: number): void {
    writeSync(this.fd, Uint8Array.of(1), 0, 1, OFFSET.gone + worker);
  }

  /** Ends all waiting, for good. */
  stop(): void {
    this.#write32(OFFSET.stop, 1);
  }

  /** What `worker` has written in this batch so far, in nanoseconds per iteration. */
  values(worker: number): Float64Array {
    const done = Math.min(this.#read32(OFFSET.done + 4 * worker), ROUNDS_MAX);
    const values = new Float64Array(done);
    if (done > 0) {
      readSync(
        this.fd,
        new Uint8Array(values.buffer),
        0,
        values.byteLength,
        OFFSET.values + worker * ROUNDS_MAX * 8,
      );
    }
    return values;
  }

  close(): void {
    closeSync(this.fd);
  }

  #write32(offset: number, value: number): void {
    writeSync(this.fd, new Uint8Array(Uint32Array.of(value).buffer), 0, 4, offset);
  }

  #read32(offset: number): number {
    const word = new Uint32Array(1);
    readSync(this.fd, new Uint8Array(word.buffer), 0, 4, offset);
    return word[0] ?? 0;
  }
}

/** A file that nobody can find: it goes when the last descriptor does. In memory where the system has that. */
function openUnnamed(): number {
  for (const folder of ['/dev/shm', tmpdir()]) {
    try {
      const own = mkdtempSync(join(folder, 'dupmark-'));
      try {
        return openSync(join(own, 'board'), 'w+', 0o600);
      } finally {
        rmSync(own, { recursive: true });
      }
    } catch (error) {
      if (folder === tmpdir()) throw error;
    }
  }
  throw new Error('unreachable');
}
