/** Opens a stored run for going on with it. */
import { copyFileSync, constants as fileConstants, readFileSync } from 'node:fs';
import path from 'node:path';
import { CouldNotRun, printable } from '../core/errors.js';
import type { Batch } from '../core/sample.js';
import { explain, type OpenRun, openRounds, ROUNDS_FILE, writeWhole } from './store.js';

/** More files of former values than this beside a run are no accident. */
const FORMER_MAX = 1000;

/**
 * Opens the run in `folder` for appending, with `kept` as its raw values so far: what was cut short, damaged or
 * half-written is measured again. Where that leaves anything out, the file as it was stays beside the new one, as
 * `rounds.ndjson.1` and so on. The file is replaced as a whole. Throws CouldNotRun.
 */
export function reopenRun(folder: string, kept: readonly Batch[]): OpenRun {
  const file = path.join(folder, ROUNDS_FILE);
  const content = kept.map((batch) => `${JSON.stringify(batch)}\n`).join('');
  if (formerly(file) !== content) {
    keepFormer(file);
    writeWhole(file, content);
  }
  const rounds = openRounds(file);
  rounds.batches = kept.length;
  return { folder, rounds };
}

function formerly(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // damaged beyond reading, or gone: whatever is there is kept below
  }
}

function keepFormer(file: string): void {
  for (let number = 1; number <= FORMER_MAX; number++) {
    try {
      copyFileSync(file, `${file}.${number}`, fileConstants.COPYFILE_EXCL);
      return;
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === 'ENOENT') return;
      if (code !== 'EEXIST') {
        throw new CouldNotRun(`cannot keep ${printable(file)} as it is: ${explain(thrown)}`);
      }
    }
  }
  throw new CouldNotRun(
    `there are ${FORMER_MAX} copies of ${printable(file)}: remove those that nobody needs`,
  );
}
