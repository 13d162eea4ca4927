/**
 * Writes runs: `FOLDER/runs/ID/run.json` (the document) and `rounds.ndjson` (one Batch a line).
 *
 * Goals: what was measured is in the file before the next batch starts, so a crash of dupmark or of a worker
 * loses nothing; both files are valid at every moment, also on a full disk. Non-goal: surviving a loss of power
 * (an fsync per batch would disturb the measurement; the document is synced whenever it is saved).
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { CouldNotRun, messageOf, printable } from '../core/errors.js';
import type { Batch } from '../core/sample.js';
import { RUN_ID, type RunDocument, runDocumentSchema } from './schema.js';

export const DOCUMENT_FILE = 'run.json';
export const ROUNDS_FILE = 'rounds.ndjson';

/** Half of what one string may hold in V8; a larger document is neither written nor read. */
export const DOCUMENT_BYTES_MAX = 256 * 2 ** 20;
/** A document of more cells is not laid out for people: that would more than double it. */
const CELLS_LAID_OUT_MAX = 5000;

/** An OpenRun is a run whose files are being written. */
export interface OpenRun {
  readonly folder: string;
  readonly rounds: RoundsFile;
}

/** The file of raw values while it is open: it always ends with a whole line. */
export interface RoundsFile {
  readonly path: string;
  readonly descriptor: number;
  batches: number;
}

const ID_ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A new run id: the UTC time to the second, so that ids sort by it, and six random characters. */
export function newRunId(now: Date = new Date()): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const suffix = [...randomBytes(6)].map((byte) => ID_ALPHABET[byte % ID_ALPHABET.length]).join('');
  return `${time}-${suffix}`;
}

/**
 * Makes the run's folder below `results` and writes both files, so that an unusable folder shows before anything
 * is measured. Throws CouldNotRun when it is one.
 */
export function createRun(results: string, document: RunDocument): OpenRun {
  if (!RUN_ID.test(document.id)) throw new RangeError(`'${document.id}' is not a run id`);
  const folder = path.resolve(results, 'runs', document.id);
  try {
    makeFolders(path.dirname(folder));
    mkdirSync(folder);
  } catch (thrown) {
    throw new CouldNotRun(`cannot write results below ${printable(results)}: ${explain(thrown)}`);
  }
  let rounds: RoundsFile | null = null;
  try {
    rounds = openRounds(path.join(folder, ROUNDS_FILE));
    const run = { folder, rounds };
    saveDocument(run, document);
    return run;
  } catch (thrown) {
    if (rounds !== null) closeSync(rounds.descriptor);
    rmSync(folder, { recursive: true, force: true });
    throw thrown;
  }
}

/**
 * Makes a folder and those above it. Node's own `recursive` answers ENOENT for a folder on a read-only file system
 * (20.20); this throws the system's own error, EROFS.
 */
export function makeFolders(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || path.dirname(folder) === folder) throw thrown;
    makeFolders(path.dirname(folder));
    mkdirSync(folder);
  }
}

/** Opens a file of raw values for appending. Throws CouldNotRun when it cannot be. */
export function openRounds(file: string): RoundsFile {
  try {
    return { path: file, descriptor: openSync(file, 'a'), batches: 0 };
  } catch (thrown) {
    throw new CouldNotRun(`cannot write ${printable(file)}: ${explain(thrown)}`);
  }
}

/**
 * Appends a batch as one whole line. When it does not fit, the file is cut back to its last whole line and
 * CouldNotRun says so: everything before is kept. Throws RangeError for a value that JSON cannot hold.
 */
export function appendBatch(run: OpenRun, batch: Batch): void {
  appendLine(run.rounds, batch);
}

export function appendLine(rounds: RoundsFile, batch: Batch): void {
  if (!batch.roundNs.every(Number.isFinite)) throw new RangeError('a round is not a finite number');
  const line = Buffer.from(`${JSON.stringify(batch)}\n`);
  const end = fstatSync(rounds.descriptor).size;
  try {
    for (let written = 0; written < line.length; ) {
      written += writeSync(rounds.descriptor, line, written);
    }
  } catch (thrown) {
    const kept = `the ${rounds.batches} batch${rounds.batches === 1 ? '' : 'es'} before it are kept`;
    const whole = cutBack(rounds.descriptor, end) ? kept : `${kept}, with a half-written line after them`;
    throw new CouldNotRun(`cannot append to ${printable(rounds.path)}: ${explain(thrown)}; ${whole}`);
  }
  rounds.batches++;
}

/** Replaces the document as a whole: readers see the old or the new one, never a part. Throws CouldNotRun. */
export function saveDocument(run: Pick<OpenRun, 'folder'>, document: RunDocument): void {
  const checked = runDocumentSchema.safeParse(document);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new RangeError(`the run's document is not valid: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const indent = document.cells.length > CELLS_LAID_OUT_MAX ? 0 : 2;
  const text = Buffer.from(`${JSON.stringify(document, null, indent)}\n`);
  if (text.length > DOCUMENT_BYTES_MAX) {
    throw new CouldNotRun(
      `the run's document would have ${text.length} bytes, of which at most ${DOCUMENT_BYTES_MAX} can be read back: plan fewer targets or scenarios in one run`,
    );
  }
  writeWhole(path.join(run.folder, DOCUMENT_FILE), text);
}

/** Ends the writing of raw values and puts them on the disk. */
export function closeRun(run: OpenRun): void {
  try {
    fsyncSync(run.rounds.descriptor);
  } catch (thrown) {
    throw new CouldNotRun(`cannot write ${printable(run.rounds.path)}: ${explain(thrown)}`);
  } finally {
    closeSync(run.rounds.descriptor);
  }
}

/** Writes a file by way of a temporary one beside it, synced and renamed. Throws CouldNotRun; the old file stays. */
export function writeWhole(file: string, content: string | Buffer): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const descriptor = openSync(temporary, 'w');
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
    syncFolder(path.dirname(file));
  } catch (thrown) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // The folder is read-only or gone: the error below says why, and there is nothing to remove.
    }
    const kept = existsSync(file) ? '; the file as it was before stays' : '';
    throw new CouldNotRun(`cannot write ${printable(file)}: ${explain(thrown)}${kept}`);
  }
}

/** So that the rename itself is on the disk. Some file systems refuse to sync a folder; the file is whole anyway. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } catch {
    // See above.
  } finally {
    closeSync(descriptor);
  }
}

function cutBack(descriptor: number, size: number): boolean {
  try {
    ftruncateSync(descriptor, size);
    return true;
  } catch {
    return false;
  }
}

/** What the system's error means, in words, with its code. */
export function explain(thrown: unknown): string {
  const code = (thrown as NodeJS.ErrnoException | null)?.code;
  const meaning = code === undefined ? undefined : MEANINGS[code];
  return meaning === undefined ? messageOf(thrown) : `${meaning} (${code})`;
}

const MEANINGS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'something of that name is there already',
  ENOENT: 'no such file or folder',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'too many symbolic links',
  EIO: 'the disk reports an error',
  EMFILE: 'too many open files',
};
