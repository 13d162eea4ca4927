/**
 * Stored histories: `FOLDER/history/ID.json`, one document each, and the published one in `FOLDER/reference/history.json`. What is
 * damaged is named and left out, never changed.
 */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { CouldNotRun, messageOf, printable } from '../core/errors.js';
import { historyChanges } from './history-changes.js';
import { HISTORY_SCHEMA_VERSION, type HistoryDocument, historySchema } from './history-schema.js';
import { listFileIds, namesIn, type Skipped } from './list.js';
import { firstIssue } from './read.js';
import { explain, makeFolders, writeWhole } from './store.js';

/** A history this large (16 MiB) was not written by dupmark. */
const HISTORY_BYTES_MAX = 16 * 2 ** 20;

/** Where the published history lies below a folder of results. */
export const REFERENCE_HISTORY = path.join('reference', 'history.json');

export function historyFile(results: string, id: string): string {
  return path.join(results, 'history', `${id}.json`);
}

/** Writes a history as a whole and returns it with its changes, which are computed here. Throws CouldNotRun when the disk refuses. */
export function saveHistory(file: string, document: HistoryDocument): HistoryDocument {
  const derived = withChanges(document);
  const checked = historySchema.safeParse(derived);
  if (!checked.success) throw new RangeError(`the history is not valid: ${firstIssue(checked.error)}`);
  makeFolders(path.dirname(path.resolve(file)));
  writeWhole(file, historyText(derived));
  return derived;
}

/** JSON with a line for each step and change: small, and a difference between two histories can be read. */
export function historyText(document: HistoryDocument): string {
  const fields = Object.entries(document).map(([name, value]) => {
    const lines =
      Array.isArray(value) && value.length > 0 && typeof value[0] === 'object'
        ? `[\n${value.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]`
        : JSON.stringify(value);
    return `  ${JSON.stringify(name)}: ${lines}`;
  });
  return `{\n${fields.join(',\n')}\n}\n`;
}

/** Reads and checks a history, its changes computed anew. Throws CouldNotRun. */
export function readHistory(file: string): HistoryDocument {
  const name = printable(file);
  let value: unknown;
  try {
    const { size } = statSync(file);
    if (size > HISTORY_BYTES_MAX)
      throw new CouldNotRun(`${name}: has ${size} bytes; at most ${HISTORY_BYTES_MAX} are read`);
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (thrown) {
    if (thrown instanceof CouldNotRun) throw thrown;
    throw new CouldNotRun(`${name}: ${thrown instanceof SyntaxError ? 'not JSON' : explain(thrown)}`);
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version !== HISTORY_SCHEMA_VERSION) {
    const has = version === undefined ? 'no schemaVersion' : `schemaVersion ${printable(String(version))}`;
    throw new CouldNotRun(`${name}: has ${has}; this dupmark reads histories of ${HISTORY_SCHEMA_VERSION}`);
  }
  const checked = historySchema.safeParse(value);
  if (!checked.success) throw new CouldNotRun(`${name}: ${firstIssue(checked.error)}`);
  return withChanges(checked.data);
}

/** All histories below a folder of results, newest first, then the published one; and what could not be read. */
export function readHistories(results: string): {
  readonly histories: readonly HistoryDocument[];
  readonly skipped: readonly Skipped[];
} {
  const histories: HistoryDocument[] = [];
  const skipped: Skipped[] = [];
  for (const file of filesBelow(results)) {
    try {
      const history = readHistory(file);
      if (!histories.some(({ id }) => id === history.id)) histories.push(history);
    } catch (thrown) {
      if (!(thrown instanceof CouldNotRun)) throw thrown;
      skipped.push({ name: printable(path.relative(results, file)), reason: messageOf(thrown) });
    }
  }
  return { histories, skipped };
}

function filesBelow(results: string): string[] {
  const own = listFileIds(results, 'history').ids.map((id) => historyFile(results, id));
  const published = namesIn(path.join(results, 'reference')).includes('history.json');
  return [...own, ...(published ? [path.join(results, REFERENCE_HISTORY)] : [])];
}

function withChanges(document: HistoryDocument): HistoryDocument {
  return { ...document, changes: historyChanges(document.steps, document.plan.scenarios) };
}
