/** `dupmark results`: what is stored, shown, exported for other tools, and removed. */
import { rmSync, writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { Command } from 'commander';
import { badValue, CouldNotRun, messageOf, printable } from '../../bench/core/errors.js';
import { readRuns } from '../../bench/document/list.js';
import {
  type AnyStored,
  findStored,
  pathOfStored,
  readStored,
  STORED_KINDS,
} from '../../bench/document/stored.js';
import { faultFindings } from '../../bench/faults/findings.js';
import { renderConformance } from '../../bench/report/conformance.js';
import { renderConnections } from '../../bench/report/connections.js';
import { EXPORTS } from '../../bench/report/exports/index.js';
import { renderFaults } from '../../bench/report/faults.js';
import { formatTime } from '../../bench/report/format.js';
import { plural } from '../../bench/report/header.js';
import { renderHistory } from '../../bench/report/history.js';
import { renderNodeLayer } from '../../bench/report/node-layer.js';
import { paintFor } from '../../bench/report/paint.js';
import { renderProfile } from '../../bench/report/profile.js';
import { renderSoak } from '../../bench/report/soak.js';
import { renderRun, terminalOptions } from '../../bench/report/terminal.js';
import { renderThreads } from '../../bench/report/threads.js';
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
    .description('What is stored: list, show, export, prune.')
    .addHelpText('after', CODES);
  results
    .command('list')
    .description('everything that the other commands have kept, newest first; what cannot be read is named')
    .option(...RESULTS)
    .option(...JSON_FILE)
    .addHelpText('after', CODES)
    .action(list);
  results
    .command('show')
    .argument('[id]', 'of any of them (default: the newest run)')
    .description('its report; that of a run is computed again from its raw values')
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
    .argument('[ids...]', 'what to remove')
    .description('remove runs and the like; without --yes only says which')
    .option(
      '--keep <n>',
      'remove all but so many of the newest of each kind',
      wholeNumber('--keep', 0, 1_000_000),
    )
    .option('--yes', 'remove them', false)
    .option(...RESULTS)
    .option('--json <file>', 'also write the ids there')
    .addHelpText('after', CODES)
    .action(prune);
  return results;
}

function list(flags: Shared): void {
  const read = STORED_KINDS.map((kind) => readStored(flags.results, kind));
  const skipped = read.flatMap((one) => one.skipped);
  const all = read.flatMap(({ found }) => found as readonly AnyStored[]).map(summaryOf);
  all.sort((a, b) => (a.id < b.id ? 1 : -1));
  if (flags.json !== undefined) writeJson(flags.json, { stored: all, skipped });
  if (flags.json === '-') return;
  const table = new Table({
    head: ['id', 'kind', 'started', 'status', 'targets', 'holds', 'command'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [null, null, null, null, null, 30, 44],
  });
  for (const { id, kind, startedAt, status, targets, holds, command } of all) {
    table.push([
      id,
      kind,
      formatTime(startedAt),
      status,
      targets.length,
      holds,
      printable(command.join(' ')),
    ]);
  }
  process.stdout.write(all.length === 0 ? 'no runs yet: make bench\n' : `${table.toString()}\n`);
  for (const { name, reason } of skipped) process.stdout.write(`not readable: ${name}: ${reason}\n`);
}

function summaryOf(stored: AnyStored) {
  const { id, startedAt, command } = stored.document;
  return { id, kind: stored.kind, startedAt, command, ...contentsOf(stored) };
}

function contentsOf(stored: AnyStored): {
  readonly status: string;
  readonly targets: readonly string[];
  readonly holds: string;
} {
  switch (stored.kind) {
    case 'bench': {
      const { status, targets, scenarios } = stored.document;
      const holds = `${scenarios.length} ${plural('scenario', scenarios.length)}`;
      return { status: status.kind, targets: measured(targets), holds };
    }
    case 'soak': {
      const { end, targets, cells } = stored.document;
      const verdicts = counted(cells.map(({ verdict }) => verdict));
      return { status: end, targets: measured(targets), holds: verdicts };
    }
    case 'faults': {
      const { end, targets } = stored.document;
      const tried = targets.filter(({ notAvailable }) => notAvailable === null).map(({ id }) => id);
      const findings = faultFindings(targets).map(({ kind }) => kind);
      return { status: end, targets: tried, holds: counted(findings) || 'no fault' };
    }
    case 'conform': {
      const { interrupted, targets, surprises, changes } = stored.document;
      const holds = `${surprises.length} ${plural('surprise', surprises.length)}, ${changes.length} not as expected`;
      return { status: interrupted ? 'interrupted' : 'complete', targets: measured(targets), holds };
    }
    case 'threads': {
      const { end, targets, scenarios, plan } = stored.document;
      const holds = `${scenarios.length} ${plural('scenario', scenarios.length)}, ${plan.threads.join(', ')} threads`;
      return { status: end, targets: measured(targets), holds };
    }
    case 'connections': {
      const { end, targets, presets, plan } = stored.document;
      const holds = `${presets.length} ${plural('preset', presets.length)}, ${plan.handles} handles, ${plan.connections} connections`;
      return { status: end, targets: measured(targets), holds };
    }
    case 'node-layer': {
      const { end, targets, plan } = stored.document;
      const holds = `${plan.tasks.length} ${plural('task', plan.tasks.length)}`;
      return { status: end, targets: measured(targets), holds };
    }
    case 'history': {
      const { status, steps, changes } = stored.document;
      const holds = `${steps.length} ${plural('release', steps.length)}, ${changes.length} ${plural('change', changes.length)}`;
      return { status: status.kind, targets: steps.map(({ target }) => target), holds };
    }
    case 'profile': {
      const { scenario, targets } = stored.document;
      return { status: 'complete', targets: targets.map(({ target }) => target.id), holds: scenario.name };
    }
  }
}

/** The targets that were not refused, without twins. */
function measured(
  targets: readonly {
    readonly id: string;
    readonly refused: string | null;
    readonly twinOf?: string | null;
  }[],
): readonly string[] {
  return targets
    .filter(({ refused, twinOf }) => refused === null && (twinOf ?? null) === null)
    .map(({ id }) => id);
}

/** `2 leak, 48 none`. */
function counted(words: readonly string[]): string {
  return [...new Set(words)]
    .map((word) => `${words.filter((one) => one === word).length} ${word}`)
    .join(', ');
}

function show(id: string | undefined, flags: Shared): void {
  if (id !== undefined) {
    const stored = findStored(flags.results, id);
    if (stored.kind !== 'bench') {
      if (flags.json !== undefined) writeJson(flags.json, stored.document);
      if (flags.json !== '-') process.stdout.write(renderStored(stored));
      return;
    }
  }
  const [run] = readNamed(id === undefined ? [] : [id], flags.results);
  if (flags.json !== undefined) writeJson(flags.json, run.document);
  if (flags.json !== '-') process.stdout.write(renderRun(run.document));
}

function renderStored(stored: Exclude<AnyStored, { readonly kind: 'bench' }>): string {
  switch (stored.kind) {
    case 'soak':
      return renderSoak(stored.document);
    case 'faults':
      return renderFaults(stored.document);
    case 'conform': {
      const { colour, width } = terminalOptions();
      return renderConformance(stored.document, width, paintFor(colour));
    }
    case 'threads':
      return renderThreads(stored.document);
    case 'connections':
      return renderConnections(stored.document);
    case 'node-layer':
      return renderNodeLayer(stored.document);
    case 'history':
      return renderHistory(stored.document);
    case 'profile':
      return renderProfile(stored.document);
  }
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
  const old = () =>
    STORED_KINDS.flatMap((kind) => readStored(flags.results, kind).found.slice(flags.keep)).map(
      ({ id }) => id,
    );
  const ids = named.length > 0 ? [...new Set(named)] : old();
  const places = ids.map((id) => pathOfStored(flags.results, id));
  for (const id of ids) process.stdout.write(`${flags.yes ? 'removed' : 'would remove'} ${id}\n`);
  if (flags.yes) places.forEach(remove);
  else if (ids.length > 0)
    say(`nothing was removed: add --yes to remove ${ids.length} ${plural('run', ids.length)}`);
  if (flags.json !== undefined) writeJson(flags.json, { removed: flags.yes, runs: ids });
}

function remove(place: string): void {
  try {
    rmSync(place, { recursive: true });
  } catch (thrown) {
    throw new CouldNotRun(`cannot remove ${printable(place)}: ${messageOf(thrown)}`);
  }
}
