/**
 * Everything that a folder of results holds, whichever command kept it: most in folders by their ids below `runs` and
 * `profiles`, others as files below a folder of their own. As with runs, what cannot be read is named and left out.
 */
import { existsSync, lstatSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { CouldNotRun, printable } from '../core/errors.js';
import {
  CONFORMANCE_SCHEMA_VERSION,
  type ConformanceDocument,
  conformanceSchema,
} from './conformance-schema.js';
import {
  CONNECTIONS_SCHEMA_VERSION,
  type ConnectionsDocument,
  connectionsDocumentSchema,
} from './connections-schema.js';
import { FAULTS_SCHEMA_VERSION, type FaultsDocument, faultsDocumentSchema } from './faults-schema.js';
import { readHistory } from './history.js';
import type { HistoryDocument } from './history-schema.js';
import {
  type Collected,
  collect,
  FOLDER_DOCUMENTS,
  type FolderKind,
  listFileIds,
  listRunIds,
  namesIn,
  refuseOther,
  runFolder,
  type Skipped,
} from './list.js';
import { NODE_LAYER_SCHEMA_VERSION, type NodeLayerDocument, nodeLayerSchema } from './node-layer-schema.js';
import {
  PROFILE_FILE,
  PROFILE_SCHEMA_VERSION,
  type ProfileDocument,
  profileDocumentSchema,
} from './profile-schema.js';
import { firstIssue, readChecked, readDocument } from './read.js';
import { RUN_ID, type RunDocument } from './schema.js';
import { SOAK_SCHEMA_VERSION, type SoakDocument, soakDocumentSchema } from './soak-schema.js';
import { explain, makeFolders, writeWhole } from './store.js';
import { THREADS_SCHEMA_VERSION, type ThreadsDocument, threadsDocumentSchema } from './threads-schema.js';

/** Named as the commands that keep them. */
export type StoredKind = keyof StoredDocuments;

export interface StoredDocuments {
  readonly bench: RunDocument;
  readonly soak: SoakDocument;
  readonly faults: FaultsDocument;
  readonly threads: ThreadsDocument;
  readonly connections: ConnectionsDocument;
  readonly conform: ConformanceDocument;
  readonly history: HistoryDocument;
  readonly 'node-layer': NodeLayerDocument;
  readonly profile: ProfileDocument;
}

/** A Stored is one document where it lies; `path` is all of it: what `prune` removes. */
export interface Stored<K extends StoredKind = StoredKind> {
  readonly kind: K;
  readonly id: string;
  readonly path: string;
  readonly document: StoredDocuments[K];
}

/** Any of them, told apart by `kind`. */
export type AnyStored = { readonly [K in StoredKind]: Stored<K> }[StoredKind];

/** Where the documents of a kind lie, and how one is read. */
interface Shelf<T> {
  readonly ids: (results: string) => {
    readonly ids: readonly string[];
    readonly skipped: readonly Skipped[];
  };
  /** All of a document: a folder or a file. */
  readonly place: (results: string, id: string) => string;
  /** The document's own file there. */
  readonly file: (place: string) => string;
  /** Throws CouldNotRun. */
  readonly read: (file: string) => T;
}

const checked =
  <T>(schema: z.ZodType<T>, version: number): ((file: string) => T) =>
  (file) =>
    readChecked(file, schema, version);

function inRuns<K extends FolderKind>(
  kind: K,
  read: (file: string) => StoredDocuments[K],
): Shelf<StoredDocuments[K]> {
  return {
    ids: (results) => listRunIds(results, kind),
    place: (results, id) => path.join(results, 'runs', id),
    file: (place) => path.join(place, FOLDER_DOCUMENTS[kind]),
    read,
  };
}

function inFiles<T>(folder: string, read: (file: string) => T): Shelf<T> {
  return {
    ids: (results) => listFileIds(results, folder),
    place: (results, id) => path.join(results, folder, `${id}.json`),
    file: (place) => place,
    read,
  };
}

/** Profiles lie beside heap snapshots and pages of other tools, which are no documents. */
const PROFILES = 'profiles';
function profileIds(results: string) {
  const isProfile = (name: string) => {
    const folder = path.join(results, PROFILES, name);
    return (
      RUN_ID.test(name) && lstatSync(folder).isDirectory() && existsSync(path.join(folder, PROFILE_FILE))
    );
  };
  return { ids: namesIn(path.join(results, PROFILES)).filter(isProfile), skipped: [] };
}

const SHELVES: { readonly [K in StoredKind]: Shelf<StoredDocuments[K]> } = {
  bench: inRuns('bench', readDocument),
  soak: inRuns('soak', checked(soakDocumentSchema, SOAK_SCHEMA_VERSION)),
  faults: inRuns('faults', checked(faultsDocumentSchema, FAULTS_SCHEMA_VERSION)),
  threads: inRuns('threads', checked(threadsDocumentSchema, THREADS_SCHEMA_VERSION)),
  connections: inRuns('connections', checked(connectionsDocumentSchema, CONNECTIONS_SCHEMA_VERSION)),
  conform: inFiles('conformance', checked(conformanceSchema, CONFORMANCE_SCHEMA_VERSION)),
  history: inFiles('history', readHistory),
  'node-layer': inFiles('node-layer', checked(nodeLayerSchema, NODE_LAYER_SCHEMA_VERSION)),
  profile: {
    ids: profileIds,
    place: (results, id) => path.join(results, PROFILES, id),
    file: (place) => path.join(place, PROFILE_FILE),
    read: checked(profileDocumentSchema, PROFILE_SCHEMA_VERSION),
  },
};

/** Those that are written as a whole, when all is done. */
const WHOLE = {
  soak: soakDocumentSchema,
  faults: faultsDocumentSchema,
  threads: threadsDocumentSchema,
  connections: connectionsDocumentSchema,
  'node-layer': nodeLayerSchema,
} as const;

/**
 * Writes a document where `findStored` finds it, and gives its place. Throws RangeError for one that is not valid,
 * CouldNotRun when the disk refuses.
 */
export function keepStored<K extends keyof typeof WHOLE>(
  results: string,
  kind: K,
  document: StoredDocuments[K],
): string {
  const valid = WHOLE[kind].safeParse(document);
  if (!valid.success) throw new RangeError(`the document is not valid: ${firstIssue(valid.error)}`);
  const place = SHELVES[kind].place(path.resolve(results), document.id);
  const file = SHELVES[kind].file(place);
  try {
    makeFolders(path.dirname(file));
  } catch (thrown) {
    throw new CouldNotRun(`--results: cannot write below ${printable(results)}: ${explain(thrown)}`);
  }
  writeWhole(file, `${JSON.stringify(document)}\n`);
  return place;
}

export const STORED_KINDS = Object.keys(SHELVES) as readonly StoredKind[];

/** The newest `last` documents of one kind, as stored. */
export function readStored<K extends StoredKind>(
  results: string,
  kind: K,
  last?: number,
): Collected<Stored<K>> {
  return collect(SHELVES[kind].ids(results), last, (id) => readOne(results, kind, id));
}

/** The document of that id, whatever it is. Throws CouldNotRun when there is none, or it cannot be read. */
export function findStored(results: string, id: string): AnyStored {
  return readOne(results, kindOfStored(results, id), id) as AnyStored;
}

/** Where the document of that id lies, readable or not. Throws CouldNotRun when there is none. */
export function pathOfStored(results: string, id: string): string {
  return SHELVES[kindOfStored(results, id)].place(results, id);
}

function kindOfStored(results: string, id: string): StoredKind {
  const kind = STORED_KINDS.find((one) => SHELVES[one].ids(results).ids.includes(id));
  // One that is nowhere is refused in the words of a run.
  if (kind === undefined) runFolder(results, id);
  return kind ?? 'bench';
}

function readOne<K extends StoredKind>(results: string, kind: K, id: string): Stored<K> {
  const shelf = SHELVES[kind];
  const place = shelf.place(results, id);
  const document = shelf.read(shelf.file(place));
  refuseOther(document.id, id);
  return { kind, id, path: place, document };
}
