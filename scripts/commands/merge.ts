/** `dupmark merge`: joins the shards of a plan, measured on several machines, into one run. */
import { rmSync } from 'node:fs';
import { Command } from 'commander';
import { CouldNotRun, printable } from '../../bench/core/errors.js';
import { mergeRuns } from '../../bench/document/merge.js';
import { appendBatch, closeRun, createRun, newRunId, saveDocument } from '../../bench/document/store.js';
import { RESULTS_FOLDER } from '../../bench/worker/files.js';
import { storedRun } from '../stored-run.js';
import { showRun } from './bench-report.js';

interface MergeFlags {
  readonly results: string;
  readonly json?: string;
}

export function mergeCommand(): Command {
  return new Command('merge')
    .description('Join the shards of one plan, each measured by bench --shard K/N, into one run.')
    .argument('<runs...>', 'the shards, in any order: their folders, their run.json, or their ids')
    .option('--results <folder>', 'where the merged run is kept, and ids are looked up', RESULTS_FOLDER)
    .option(
      '--json <file>',
      'also write the result document there (- for standard output, instead of the tables)',
    )
    .addHelpText(
      'after',
      `
All shards of a plan are needed, each once. They must agree in plan, seed, targets (library files by sha256), C library
and dupmark's own version; machines may differ, and each time says of which shard it is.

Exit codes: 0 fine · 2 could not run (a shard is missing, doubled, unfinished or of another plan; nothing is written)`,
    )
    .action(merge);
}

function merge(named: readonly string[], flags: MergeFlags): void {
  const runs = named.map((argument) => {
    const run = storedRun(argument, flags.results);
    if (run === null) throw new CouldNotRun(`'${printable(argument)}' is no run: no such folder or file`);
    return run;
  });
  const { document, batches } = mergeRuns(runs, { id: newRunId(), command: process.argv.slice(2) });
  const open = createRun(flags.results, { ...document, status: { kind: 'running' } });
  try {
    for (const batch of batches) appendBatch(open, batch);
    closeRun(open);
    saveDocument(open, document);
  } catch (thrown) {
    // The shards have everything: half of a merged run is of no use to anybody.
    rmSync(open.folder, { recursive: true, force: true });
    throw thrown;
  }
  showRun(flags.json, { document, folder: open.folder });
}
