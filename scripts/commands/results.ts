/** `dupmark results`: the stored runs, shown, exported for other tools, and removed. */
import { rmSync, writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { Command } from 'commander';
import { badValue, CouldNotRun, messageOf, printable } from '../../bench/core/errors.js';
import { listRunIds, readDocuments, readRuns, runFolder } from '../../bench/document/list.js';
import type { RunDocument } from '../../bench/document/schema.js';
import { EXPORTS } from '../../bench/report/exports/index.js';
import { formatTime } from '../../bench/report/format.js';
import { plural } from '../../bench/report/header.js';
import { renderRun } from '../../bench/report/terminal.js';
import { RESULTS_FOLDER } from '../../bench/worker/files.js';
import { couldNotWrite, say, writeJson } from '../console.js';
import { wholeNumber } from '../flags.js';

interface Shared {
  readonly results: string;
  readonly json?: string;
}

const RESULTS = ['--results <folder>', 'where runs are kept', RESULTS_FOLDER] as const;
const JSON_FILE = [
  '--json <file>',
  'also write it there (- for standard output, instead of the text)',
] as const;
const CODES = '\nExit codes: 0 fine · 2 could not run (bad flag, no such run, a file that cannot be written)';

export function resultsCommand(): Command {
  const results = new Command('results')
    .description('The stored runs: list, show, export, prune.')
    .addHelpText('after', CODES);
  results
    .command('list')
    .description('all runs, newest first; what cannot be read is named')
    .option(...RESULTS)
    .option(...JSON_FILE)
    .addHelpText('after', CODES)
    .action(list);
  results
    .command('show')
    .argument('[run]', 'a run’s id (default: the newest)')
    .description('the report of a run, computed again from its raw values')
    .option(...RESULTS)
    .option(...JSON_FILE)
    .addHelpText('after', CODES)
    .action(show);
  results
    .command('export')
    .argument('[runs...]', 'ids of runs (default: the newest)')
    .description('a run for other tools')
    .requiredOption('--format <format>', `one of ${Object.keys(EXPORTS).join(', ')}`, readFormat)
    .option('--output <file>', 'the file to write (default: standard output)')
    .option(...RESULTS)
    .option('--json <file>', 'also write the runs’ documents there')
    .addHelpText(
      'after',
      `
csv: RFC 4180, a line for each target and scenario. benchstat: the Go benchmark format, a line for each block (compare with
benchstat -col target). github: what github-action-benchmark reads as customSmallerIsBetter. bencher: Bencher Metric Format, for
bencher run --adapter json. The last two take one run: these tools keep the history themselves.
${CODES}`,
    )
    .action(exportRuns);
  results
    .command('prune')
    .argument('[runs...]', 'ids of runs to remove')
    .description('remove runs; without --yes only says which')
    .option('--keep <n>', 'remove all but so many of the newest', wholeNumber('--keep', 0, 1_000_000))
    .option('--yes', 'remove them', false)
    .option(...RESULTS)
    .option('--json <file>', 'also write the ids there')
    .addHelpText('after', CODES)
    .action(prune);
  return results;
}

function list(flags: Shared): void {
  const { runs, skipped } = readDocuments(flags.results);
  if (flags.json !== undefined) writeJson(flags.json, { runs: runs.map(summaryOf), skipped });
  if (flags.json === '-') return;
  const table = new Table({
    head: ['run', 'started', 'status', 'targets', 'scenarios', 'command'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [null, null, null, null, null, 44],
  });
  for (const run of runs) {
    const { id, startedAt, status, targets, scenarios, command } = summaryOf(run);
    table.push([id, formatTime(startedAt), status, targets.length, scenarios, printable(command.join(' '))]);
  }
  process.stdout.write(runs.length === 0 ? 'no runs yet: make bench\n' : `${table.toString()}\n`);
  for (const { name, reason } of skipped) process.stdout.write(`not a readable run: ${name}: ${reason}\n`);
}

function summaryOf({ id, startedAt, status, targets, scenarios, command }: RunDocument) {
  return {
    id,
    startedAt,
    status: status.kind,
    targets: targets
      .filter(({ refused, twinOf }) => refused === null && twinOf === null)
      .map((target) => target.id),
    scenarios: scenarios.length,
    command,
  };
}

function show(id: string | undefined, flags: Shared): void {
  const [run] = readNamed(id === undefined ? [] : [id], flags.results);
  if (flags.json !== undefined) writeJson(flags.json, run.document);
  if (flags.json !== '-') process.stdout.write(renderRun(run.document));
}

/** The named runs, or the newest. One that cannot be read is an error here: it was asked for. */
function readNamed(ids: readonly string[], results: string) {
  const { runs, skipped } = readRuns(results, ids.length === 0 ? { last: 1 } : { ids });
  const [first, ...more] = runs;
  const [damaged] = skipped;
  if (ids.length > 0 && damaged !== undefined)
    throw new CouldNotRun(`run ${damaged.name}: ${damaged.reason}`);
  if (first === undefined) throw new CouldNotRun(`there is no readable run in ${printable(results)}`);
  return [first, ...more] as const;
}

function readFormat(text: string): string {
  if (Object.hasOwn(EXPORTS, text)) return text;
  throw badValue('--format', text, `a format (accepted: ${Object.keys(EXPORTS).join(', ')})`);
}

function exportRuns(
  ids: readonly string[],
  flags: Shared & { readonly format: string; readonly output?: string },
): void {
  const runs = readNamed(ids, flags.results);
  const format = EXPORTS[flags.format];
  if (format === undefined) throw new RangeError(`no format ${flags.format}`);
  if (format.runs === 'one' && runs.length > 1) {
    throw new CouldNotRun(`--format ${flags.format} takes one run, not ${runs.length}`);
  }
  const text = format.runs === 'one' ? format.write(runs[0]) : format.write(runs);
  const { output } = flags;
  if (output === undefined) process.stdout.write(text);
  else couldNotWrite(output, () => writeFileSync(output, text));
  if (flags.json !== undefined)
    writeJson(
      flags.json,
      runs.map(({ document }) => document),
    );
}

function prune(
  named: readonly string[],
  flags: Shared & { readonly keep?: number; readonly yes: boolean },
): void {
  if (named.length === 0 && flags.keep === undefined) {
    throw new CouldNotRun('say which runs to remove: by their ids, or all but the newest with --keep N');
  }
  if (named.length > 0 && flags.keep !== undefined)
    throw new CouldNotRun('name runs or give --keep, not both');
  // What cannot be read is only removed when it is named: somebody may want to know what happened to it.
  const readable = new Set(readDocuments(flags.results).runs.map(({ id }) => id));
  const old = () =>
    listRunIds(flags.results)
      .ids.filter((id) => readable.has(id))
      .slice(flags.keep);
  const ids = named.length > 0 ? [...new Set(named)] : old();
  const folders = ids.map((id) => runFolder(flags.results, id));
  for (const id of ids) process.stdout.write(`${flags.yes ? 'removed' : 'would remove'} ${id}\n`);
  if (flags.yes) folders.forEach(removeFolder);
  else if (ids.length > 0)
    say(`nothing was removed: add --yes to remove ${ids.length} ${plural('run', ids.length)}`);
  if (flags.json !== undefined) writeJson(flags.json, { removed: flags.yes, runs: ids });
}

function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true });
  } catch (thrown) {
    throw new CouldNotRun(`cannot remove ${printable(folder)}: ${messageOf(thrown)}`);
  }
}
