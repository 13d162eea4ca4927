/** Runs that a command line names: by folder, by run.json, or by id. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CouldNotRun, printable } from '../bench/core/errors.js';
import { runFolder } from '../bench/document/list.js';
import { readRun, type StoredRun } from '../bench/document/read.js';
import { RUN_ID } from '../bench/document/schema.js';
import { DOCUMENT_FILE } from '../bench/document/store.js';

/** The run that an argument names, or null when it names none. Throws CouldNotRun for a run that cannot be read. */
export function storedRun(argument: string, results: string): StoredRun | null {
  if (RUN_ID.test(argument)) {
    if (!existsSync(join(results, 'runs', argument)))
      throw new CouldNotRun(`${argument}: no such run below ${printable(results)}${runsText(results)}`);
    return readRun(runFolder(results, argument));
  }
  if (!existsSync(argument)) return null;
  if (basename(argument) === DOCUMENT_FILE) return readRun(dirname(argument));
  return statSync(argument).isDirectory() ? readRun(argument) : null;
}

function runsText(results: string): string {
  try {
    const latest = readdirSync(join(results, 'runs')).sort().at(-1);
    return latest === undefined ? '' : ` (the latest is ${printable(latest)})`;
  } catch {
    return ''; // there is no folder of runs yet
  }
}
