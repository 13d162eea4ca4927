/**
 * Everything that a folder of results holds, whichever command kept it: runs, soaks and fault injections in folders by
 * their ids below `runs`, conformance documents as files below `conformance`. As with runs, what cannot be read is named
 * and left out.
 */
import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { printable } from '../core/errors.js';
import {
  CONFORMANCE_SCHEMA_VERSION,
  type ConformanceDocument,
  conformanceSchema,
} from './conformance-schema.js';
import { FAULTS_SCHEMA_VERSION, type FaultsDocument, faultsDocumentSchema } from './faults-schema.js';
import {
  type Collected,
  collect,
  FOLDER_DOCUMENTS,
  type FolderKind,
  listRunIds,
  namesIn,
  refuseOther,
  runFolder,
  type Skipped,
} from './list.js';
import { readChecked, readDocument } from './read.js';
import { RUN_ID, type RunDocument } from './schema.js';
import { SOAK_SCHEMA_VERSION, type SoakDocument, soakDocumentSchema } from './soak-schema.js';

/** Named as the commands that keep them. */
export type StoredKind = keyof StoredDocuments;

export interface StoredDocuments {
  readonly bench: RunDocument;
  readonly soak: SoakDocument;
  readonly faults: FaultsDocument;
  readonly conform: ConformanceDocument;
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

export const STORED_KINDS: readonly StoredKind[] = ['bench', 'soak', 'faults', 'conform'];

type Reader<T> = (file: string) => T;

const of =
  <T>(schema: z.ZodType<T>, version: number): Reader<T> =>
  (file) =>
    readChecked(file, schema, version);

const READERS: { readonly [K in StoredKind]: Reader<StoredDocuments[K]> } = {
  bench: readDocument,
  soak: of(soakDocumentSchema, SOAK_SCHEMA_VERSION),
  faults: of(faultsDocumentSchema, FAULTS_SCHEMA_VERSION),
  conform: of(conformanceSchema, CONFORMANCE_SCHEMA_VERSION),
};

/** The newest `last` documents of one kind, as stored. */
export function readStored<K extends StoredKind>(
  results: string,
  kind: K,
  last?: number,
): Collected<Stored<K>> {
  return collect(listIds(results, kind), last, (id) => readOne(results, kind, id));
}

/** The document of that id, whatever it is. Throws CouldNotRun when there is none, or it cannot be read. */
export function findStored(results: string, id: string): AnyStored {
  const kind = STORED_KINDS.find((one) => listIds(results, one).ids.includes(id));
  // One that is nowhere is refused in the words of a run.
  return readOne(results, kind ?? 'bench', id) as AnyStored;
}

/** Where the document of that id lies, readable or not. Throws CouldNotRun when there is none. */
export function pathOfStored(results: string, id: string): string {
  return conformanceIds(results).ids.includes(id) ? conformanceFile(results, id) : runFolder(results, id);
}

function listIds(results: string, kind: StoredKind) {
  return kind === 'conform' ? conformanceIds(results) : listRunIds(results, kind);
}

function readOne<K extends StoredKind>(results: string, kind: K, id: string): Stored<K> {
  const place = kind === 'conform' ? conformanceFile(results, id) : runFolder(results, id);
  const file = kind === 'conform' ? place : path.join(place, FOLDER_DOCUMENTS[kind as FolderKind]);
  const document = READERS[kind](file);
  refuseOther(document.id, id);
  return { kind, id, path: place, document };
}

function conformanceFile(results: string, id: string): string {
  return path.join(results, 'conformance', `${id}.json`);
}

function conformanceIds(results: string): {
  readonly ids: readonly string[];
  readonly skipped: readonly Skipped[];
} {
  const folder = path.join(results, 'conformance');
  const ids: string[] = [];
  const skipped: Skipped[] = [];
  for (const name of namesIn(folder)) {
    const id = name.replace(/\.json$/, '');
    const reason = !RUN_ID.test(id)
      ? 'its name is not an id'
      : // A link could lead anywhere.
        lstatSync(path.join(folder, name)).isFile()
        ? null
        : 'not a file';
    if (reason === null) ids.push(id);
    else skipped.push({ name: printable(`conformance/${name}`), reason });
  }
  return { ids, skipped };
}
