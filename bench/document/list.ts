/**
 * Which runs a folder of results holds. A folder that is not a whole, readable run is named with what is wrong with
 * it and left out: it is never fatal, and never changed.
 */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { CouldNotRun, messageOf, printable } from '../core/errors.js';
import { readRun, type StoredRun } from './read.js';
import { RUN_ID } from './schema.js';
import { DOCUMENT_FILE, explain } from './store.js';

/** A Skipped is something among the runs that could not be read, and why. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

/** The document of each command that keeps a folder of its own below `results/runs`. */
export const FOLDER_DOCUMENTS = {
  bench: DOCUMENT_FILE,
  soak: 'soak.json',
  faults: 'faults.json',
  threads: 'threads.json',
  connections: 'connections.json',
} as const;
export type FolderKind = keyof typeof FOLDER_DOCUMENTS;

/**
 * The ids of one command's folders below `results/runs`, newest first; for `bench` with what is there and is no
 * run, which a folder without any document is. A missing folder holds none.
 */
export function listRunIds(
  results: string,
  kind: FolderKind = 'bench',
): {
  readonly ids: readonly string[];
  readonly skipped: readonly Skipped[];
} {
  const folder = path.join(results, 'runs');
  const ids: string[] = [];
  const skipped: Skipped[] = [];
  for (const name of namesIn(folder)) {
    const reason = whyNoRun(folder, name);
    if (reason !== null) skipped.push({ name: printable(name), reason });
    else if (kindOf(path.join(folder, name)) === kind) ids.push(name);
  }
  return { ids, skipped: kind === 'bench' ? skipped : [] };
}

/** The names in a folder, the last first; none where there is no such folder. Throws CouldNotRun. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort().reverse();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CouldNotRun(`cannot read ${printable(folder)}: ${explain(thrown)}`);
  }
}

/** A run of bench has all its files from the start: a folder without one of another command can only be such a run. */
function kindOf(folder: string): FolderKind {
  const kinds = Object.keys(FOLDER_DOCUMENTS) as FolderKind[];
  return kinds.find((kind) => existsSync(path.join(folder, FOLDER_DOCUMENTS[kind]))) ?? 'bench';
}

/** The ids of documents that lie in `folder` as ID.json, newest first, and what else is there. */
export function listFileIds(
  results: string,
  folder: string,
): { readonly ids: readonly string[]; readonly skipped: readonly Skipped[] } {
  const ids: string[] = [];
  const skipped: Skipped[] = [];
  for (const name of namesIn(path.join(results, folder))) {
    const id = name.replace(/\.json$/, '');
    const reason = !(RUN_ID.test(id) && name === `${id}.json`)
      ? 'its name is not an id and .json'
      : // A link could lead anywhere.
        lstatSync(path.join(results, folder, name)).isFile()
        ? null
        : 'not a file';
    if (reason === null) ids.push(id);
    else skipped.push({ name: printable(`${folder}/${name}`), reason });
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

/** What was read, newest first; what could not be, named; and how many older ones were left. */
export interface Collected<T> {
  readonly found: readonly T[];
  readonly skipped: readonly Skipped[];
  readonly left: number;
}

/** The runs that can be read, and those that cannot. `ids` narrows to these, `last` to so many. */
export function readRuns(
  results: string,
  { ids, last }: { readonly ids?: readonly string[]; readonly last?: number } = {},
): { readonly runs: readonly StoredRun[]; readonly skipped: readonly Skipped[]; readonly left: number } {
  // One that was asked for by name and is not there is no damage to pass over.
  for (const id of ids ?? []) runFolder(results, id);
  const listed = ids === undefined ? listRunIds(results) : { ids, skipped: [] };
  const { found, ...rest } = collect(listed, last, (id) => {
    const run = readRun(runFolder(results, id));
    refuseOther(run.document.id, id);
    return run;
  });
  return { runs: found, ...rest };
}

/** Reads so many of the listed ids; one that CouldNotRun is thrown for is skipped. */
export function collect<T>(
  listed: { readonly ids: readonly string[]; readonly skipped: readonly Skipped[] },
  last: number | undefined,
  read: (id: string) => T,
): Collected<T> {
  const skipped = [...listed.skipped];
  const found: T[] = [];
  let left = 0;
  for (const id of listed.ids) {
    if (found.length >= (last ?? Number.POSITIVE_INFINITY)) {
      left++;
      continue;
    }
    try {
      found.push(read(id));
    } catch (thrown) {
      if (!(thrown instanceof CouldNotRun)) throw thrown;
      skipped.push({ name: id, reason: messageOf(thrown) });
    }
  }
  return { found, skipped, left };
}

/** Throws CouldNotRun when a document is not that of the folder or file that it lies in. */
export function refuseOther(own: string, id: string): void {
  if (own !== id) throw new CouldNotRun(`its document is that of run ${printable(own)}`);
}

function existsAt(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
