/**
 * Reads runs back. A run that was cut off or damaged is read as far as it goes, with a warning that names the
 * damage; only a document that is not one is refused. Nothing on the disk is changed.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { CouldNotRun, printable } from '../core/errors.js';
import type { Batch } from '../core/sample.js';
import { deriveCells } from './cells.js';
import { batchSchema, type RunDocument, runDocumentSchema, SCHEMA_VERSION } from './schema.js';
import { DOCUMENT_FILE, explain, ROUNDS_FILE } from './store.js';
import { upgraded } from './upgrade.js';
import { type Warning, warning } from './warning-codes.js';

/** A StoredRun is a run as read: its document, with cells computed anew, and its raw values. */
export interface StoredRun {
  readonly document: RunDocument;
  readonly batches: readonly Batch[];
}

/** Reads the run in `folder` (the one that holds run.json). Throws CouldNotRun when there is no valid document. */
export function readRun(folder: string): StoredRun {
  const document = readDocument(path.join(folder, DOCUMENT_FILE));
  const { batches, warnings } = readRounds(path.join(folder, ROUNDS_FILE), document);
  const cells = deriveCells(document, batches);
  return { document: { ...document, cells, warnings: [...document.warnings, ...warnings] }, batches };
}

/** Reads and checks a document alone, its cells as stored. */
export function readDocument(file: string): RunDocument {
  const name = printable(file);
  let value: unknown;
  try {
    value = upgraded(JSON.parse(readFileSync(file, 'utf8')));
  } catch (thrown) {
    throw new CouldNotRun(`${name}: ${thrown instanceof SyntaxError ? 'not JSON' : explain(thrown)}`);
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== SCHEMA_VERSION) {
    const has = version === undefined ? 'no schemaVersion' : `schemaVersion ${printable(String(version))}`;
    throw new CouldNotRun(`${name}: has ${has}; this dupmark reads ${SCHEMA_VERSION}`);
  }
  const checked = runDocumentSchema.safeParse(value);
  if (!checked.success) throw new CouldNotRun(`${name}: ${firstIssue(checked.error)}`);
  return checked.data;
}

/** The batches that can be read, and a warning for each line that cannot. */
function readRounds(
  file: string,
  document: RunDocument,
): { readonly batches: readonly Batch[]; readonly warnings: readonly Warning[] } {
  const batches: Batch[] = [];
  const warnings: Warning[] = [];
  const damaged = (message: string): void => {
    warnings.push(warning('damaged-data', `${ROUNDS_FILE}: ${message}`));
  };
  const targets = new Set(document.targets.map(({ id }) => id));
  const scenarios = new Set(document.scenarios.map(({ name }) => name));
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (thrown) {
    damaged(explain(thrown));
    return { batches, warnings };
  }
  let number = 0;
  for (let start = 0; start < bytes.length; ) {
    number++;
    const newline = bytes.indexOf(10, start);
    const line = bytes.toString('utf8', start, newline < 0 ? bytes.length : newline);
    start = newline < 0 ? bytes.length : newline + 1;
    if (newline < 0) {
      damaged(`line ${number} is half-written (it has no end) and is not used`);
      break;
    }
    const batch = parseBatch(line);
    if (typeof batch === 'string') damaged(`line ${number} is not used: ${batch}`);
    else if (!targets.has(batch.target)) damaged(`line ${number} is not used: no target ${batch.target}`);
    else if (!scenarios.has(batch.scenario))
      damaged(`line ${number} is not used: no scenario ${batch.scenario}`);
    else batches.push(batch);
  }
  return { batches, warnings };
}

/** A batch, or what is wrong with the line. */
function parseBatch(line: string): Batch | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'not JSON';
  }
  const checked = batchSchema.safeParse(value);
  return checked.success ? checked.data : firstIssue(checked.error);
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'not valid';
  const where = issue.path.map(String).join('.');
  return printable(where === '' ? issue.message : `${where}: ${issue.message}`);
}
