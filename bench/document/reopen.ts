/** Opens a stored run for going on with it. */
import path from 'node:path';
import type { Batch } from '../core/sample.js';
import { type OpenRun, openRounds, ROUNDS_FILE, writeWhole } from './store.js';

/**
 * Opens the run in `folder` for appending, with `kept` as its raw values so far: what was cut short, damaged or
 * half-written goes, as it is measured again. The file is replaced as a whole. Throws CouldNotRun.
 */
export function reopenRun(folder: string, kept: readonly Batch[]): OpenRun {
  const file = path.join(folder, ROUNDS_FILE);
  writeWhole(file, kept.map((batch) => `${JSON.stringify(batch)}\n`).join(''));
  const rounds = openRounds(file);
  rounds.batches = kept.length;
  return { folder, rounds };
}
