/** `dupmark compare`: two targets, or two stored runs, side by side; and the gate. */
import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { badValue, CouldNotRun, ExitCode } from '../../bench/core/errors.js';
import { SEED_MAX } from '../../bench/core/order.js';
import type { Scenario } from '../../bench/core/scenario.js';
import { parseTargetId } from '../../bench/core/target.js';
import { type Compared, compareTargets } from '../../bench/document/compared.js';
import { compareRuns } from '../../bench/document/compared-runs.js';
import { applyGate, type GateResult, type Limit, parseLimit } from '../../bench/document/gate.js';
import { readRun } from '../../bench/document/read.js';
import {
  FORMATS,
  type Format,
  gateAnnotations,
  renderCsv,
  renderMarkdown,
  renderText,
} from '../../bench/report/compared.js';
import { run } from '../../bench/run/run.js';
import { doublingLooks } from '../../bench/stats/looks.js';
import { isSuiteName, SUITE_NAMES, SUITES, type SuiteName } from '../../bench/suites/suites.js';
import { chooseCLibrary, resolveTarget } from '../../bench/targets/index.js';
import { ROUNDS_MAX } from '../../bench/worker/board.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { onInterrupt, progress, say, writeJson } from '../console.js';
import { duration, readPercent, readScenarios, seed, wholeNumber } from '../flags.js';
import { annotate, summarise } from '../github.js';
import { storedRun } from '../stored-run.js';
import { dupmarkVersion } from '../version.js';

interface CompareFlags {
  readonly suite: SuiteName;
  readonly scenario?: readonly Scenario[];
  readonly blocks: number;
  readonly blocksMax: number;
  readonly rounds: number;
  readonly precision: number;
  readonly budget: number;
  readonly seed?: number;
  readonly instructions: boolean;
  readonly pin: boolean;
  readonly offline: boolean;
  readonly failOn?: readonly Limit[];
  readonly format: Format;
  readonly results: string;
  readonly json?: string;
}

export function compareCommand(): Command {
  return new Command('compare')
    .description(
      'Compare two targets, measured now side by side, or two stored runs; fail on what is too much.',
    )
    .argument('<base>', 'a target, or a stored run: its folder, its run.json, or its id')
    .argument('<contender>', 'the same')
    .option(
      '--suite <name>',
      `targets: which scenarios (${SUITE_NAMES.join(', ')})`,
      readSuite,
      'bare' as const,
    )
    .option('--scenario <name...>', 'targets: scenarios by their names instead of a suite', readScenarios)
    .option('--blocks <n>', 'targets: blocks before the first look', wholeNumber('--blocks', 6, 10_000), 12)
    .option(
      '--blocks-max <n>',
      'targets: no more blocks than this',
      wholeNumber('--blocks-max', 6, 100_000),
      384,
    )
    .option('--rounds <n>', 'targets: rounds of each in a block', wholeNumber('--rounds', 1, ROUNDS_MAX), 24)
    .option(
      '--precision <percent>',
      'targets: a ratio known to within this is decided',
      readPercent('--precision'),
      0.005,
    )
    .option(
      '--budget <time>',
      'targets: add blocks while something is undecided, for this long',
      duration('--budget'),
      60_000,
    )
    .option('--seed <n>', 'targets: the order of everything (default: random, and printed)', seed)
    .option('--no-instructions', 'targets: do not count instructions (about 1 s per target and scenario)')
    .option('--no-pin', 'targets: do not keep the workers on one CPU')
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option(
      '--fail-on <limit...>',
      'the gate: time>3%, instructions>0.5%, allocations>0, bytes>0',
      readLimits,
    )
    .option('--format <name>', FORMATS.join(', '), readFormat, 'text' as const)
    .option('--results <folder>', 'where runs are kept', RESULTS_FOLDER)
    .option('--json <file>', 'also write the comparison there (- for standard output, instead of the table)')
    .addHelpText(
      'after',
      `
Times of two stored runs are compared only on one machine and C library, and relative to a library that both runs have;
what is counted (instructions, allocations, bytes) is compared always.

Exit codes: 0 fine · 1 a limit of --fail-on is exceeded · 2 could not run, or a limit cannot be held against anything ·
3 the budget ended before any interval · 130 and 143 interrupted, with what was measured kept`,
    )
    .action(compareAll);
}

async function compareAll(base: string, contender: string, flags: CompareFlags): Promise<void> {
  const [before, after] = [storedRun(base, flags.results), storedRun(contender, flags.results)];
  if ((before === null) !== (after === null)) {
    throw new CouldNotRun(
      `${before === null ? base : contender} is a target and ${before === null ? contender : base} a stored run: compare two of a kind`,
    );
  }
  const interruption = onInterrupt();
  const compared =
    before !== null && after !== null
      ? compareRuns(before, after)
      : await measureTargets(base, contender, flags, interruption.signal);
  const gate = applyGate(compared, flags.failOn ?? []);
  const value = { ...compared, gate };
  if (flags.json !== undefined) writeJson(flags.json, value);
  if (flags.json !== '-') process.stdout.write(render(compared, gate, flags.format));
  annotate(gateAnnotations(gate));
  summarise(() => renderMarkdown(compared, gate));
  process.exitCode = interruption.exitCode() ?? exitCodeOf(compared, gate);
}

function render(compared: Compared, gate: GateResult, format: Format): string {
  switch (format) {
    case 'text':
      return renderText(compared, gate);
    case 'markdown':
      return renderMarkdown(compared, gate);
    case 'csv':
      return renderCsv(compared);
    case 'json':
      return `${JSON.stringify({ ...compared, gate }, null, 2)}\n`;
  }
}

function exitCodeOf({ kind, cells }: Compared, gate: GateResult): ExitCode {
  if (gate.offences.length > 0) return ExitCode.finding;
  if (gate.unanswered.length > 0) return ExitCode.couldNotRun;
  const decided = cells.some(({ time }) => time.kind === 'compared' && time.comparison.interval !== null);
  return kind === 'one-run' && !decided ? ExitCode.inconclusive : ExitCode.fine;
}

async function measureTargets(
  base: string,
  contender: string,
  flags: CompareFlags,
  signal: AbortSignal,
): Promise<Compared> {
  assertBuilt();
  const fetching = { offline: flags.offline, onProgress: say };
  const targets = [
    await resolveTarget(parseTargetId(base, 'compare'), fetching),
    await resolveTarget(parseTargetId(contender, 'compare'), fetching),
  ] as const;
  const [first, second] = targets;
  if (first.id === second.id) {
    throw new CouldNotRun(
      `${base} and ${contender} are one target, ${first.id}: for noise alone there is dupmark doctor --aa`,
    );
  }
  const cLibrary = await chooseCLibrary(targets, fetching);
  const chosenSeed = flags.seed ?? randomInt(SEED_MAX);
  say(`seed ${chosenSeed}`);
  const shown = progress('comparing');
  try {
    const { document, folder } = await run({
      targets,
      cLibrary,
      chooseScenarios: (catalogue) => flags.scenario ?? SUITES[flags.suite].scenarios(catalogue),
      baseline: first.id,
      looks: doublingLooks(flags.blocks, Math.max(flags.blocks, flags.blocksMax)),
      precision: flags.precision,
      twin: true,
      rounds: flags.rounds,
      roundNs: 200_000,
      seed: chosenSeed,
      pin: flags.pin,
      countInstructions: flags.instructions,
      budgetMs: flags.budget,
      results: flags.results,
      command: process.argv.slice(2),
      dupmark: dupmarkVersion(),
      signal,
      onProgress: (step) => {
        if (step.kind === 'refused') throw new CouldNotRun(`${step.target} is refused: ${step.reason}`);
        if (step.kind === 'instructions')
          shown.update(step.done, step.total, `instructions of ${step.scenario}`);
        if (step.kind === 'measure') shown.update(step.done, step.total, step.scenario);
      },
    });
    say(`kept in ${folder}`);
    return compareTargets(readRun(folder), document.plan.baseline, second.id);
  } finally {
    shown.end();
  }
}

function readSuite(text: string): SuiteName {
  if (!isSuiteName(text)) throw badValue('--suite', text, `a suite (accepted: ${SUITE_NAMES.join(', ')})`);
  return text;
}

function readFormat(text: string): Format {
  const format = FORMATS.find((one) => one === text);
  if (format === undefined) throw badValue('--format', text, `a format (accepted: ${FORMATS.join(', ')})`);
  return format;
}

function readLimits(text: string, before: readonly Limit[] = []): readonly Limit[] {
  return [...before, parseLimit(text)];
}
