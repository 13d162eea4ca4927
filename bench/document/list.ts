/**
 * Which runs a folder of results holds. A folder that is not a whole, readable run is named with what is wrong with
 * it and left out: it is never fatal, and never changed.
 */
import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CouldNotRun, messageOf, printable } from '../core/errors.js';
import { readDocument, readRun, type StoredRun } from './read.js';
import { RUN_ID, type RunDocument } from './schema.js';
import { DOCUMENT_FILE, explain } from './store.js';

/** A Skipped is something among the runs that could not be read, and why. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

/** The ids below `results/runs`, newest first, with what is there and is no run. A missing folder holds none. */
export function listRunIds(results: string): {
  readonly ids: readonly string[];
  readonly skipped: readonly Skipped[];
} {
  const folder = path.join(results, 'runs');
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return { ids: [], skipped: [] };
    throw new CouldNotRun(`cannot read ${printable(folder)}: ${explain(thrown)}`);
  }
  const ids: string[] = [];
  const skipped: Skipped[] = [];
  for (const name of names.sort().reverse()) {
    const reason = whyNoRun(folder, name);
    if (reason === null) ids.push(name);
    else skipped.push({ name: printable(name), reason });
  }
  return { ids, skipped };
}

function whyNoRun(folder: string, name: string): string | null {
  if (!RUN_ID.test(name)) return 'its name is not a run id';
  // A link could lead anywhere: what is read stays below the folder that was named.
  return lstatSync(path.join(folder, name)).isDirectory() ? null : 'not a folder';
}

/** The folder of a run. Throws CouldNotRun when there is no such run; an id is never part of a path unchecked. */
export function runFolder(results: string, id: string): string {
  const folder = path.join(results, 'runs');
  const reason = RUN_ID.test(id) && existsAt(path.join(folder, id)) ? whyNoRun(folder, id) : 'no such run';
  if (reason !== null) {
    throw new CouldNotRun(
      `run '${printable(id)}': ${reason} in ${printable(results)} (see: dupmark results list)`,
    );
  }
  return path.join(folder, id);
}

/** The runs that can be read, newest first, and those that cannot, named. `ids` narrows to these, `last` to so many. */
export function readRuns(
  results: string,
  { ids, last }: { readonly ids?: readonly string[]; readonly last?: number } = {},
): { readonly runs: readonly StoredRun[]; readonly skipped: readonly Skipped[]; readonly left: number } {
  return collect(results, { ids, last }, (folder) => readRun(folder));
}

/** Like `readRuns`, but the documents alone, with their cells as stored. */
export function readDocuments(results: string): {
  readonly runs: readonly RunDocument[];
  readonly skipped: readonly Skipped[];
} {
  return collect(results, {}, (folder) => readDocument(path.join(folder, DOCUMENT_FILE)));
}

function collect<T extends StoredRun | RunDocument>(
  results: string,
  {
    ids,
    last = Number.POSITIVE_INFINITY,
  }: { readonly ids?: readonly string[] | undefined; readonly last?: number | undefined },
  read: (folder: string) => T,
): { readonly runs: readonly T[]; readonly skipped: readonly Skipped[]; readonly left: number } {
  const listed = ids === undefined ? listRunIds(results) : { ids, skipped: [] };
  const skipped = [...listed.skipped];
  const runs: T[] = [];
  let left = 0;
  for (const id of listed.ids) {
    if (runs.length >= last) {
      left++;
      continue;
    }
    const folder = runFolder(results, id);
    try {
      const run = read(folder);
      const own = 'document' in run ? run.document.id : run.id;
      if (own !== id) throw new CouldNotRun(`its document is that of run ${printable(own)}`);
      runs.push(run);
    } catch (thrown) {
      if (!(thrown instanceof CouldNotRun)) throw thrown;
      skipped.push({ name: id, reason: messageOf(thrown) });
    }
  }
  return { runs, skipped, left };
}

function existsAt(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
