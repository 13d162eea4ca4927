/** `dupmark advise`: whether duplicating a template pays for the user's own settings, measured on the spot. */
import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { type Advice, adviceOf, adviceScenarios } from '../../bench/advise/advise.js';
import { CouldNotRun, ExitCode } from '../../bench/core/errors.js';
import { SEED_MAX } from '../../bench/core/order.js';
import { formatChoice, type SettingChoice } from '../../bench/core/scenario.js';
import { parseSettings, type SettingDescription } from '../../bench/core/setting.js';
import type { TargetRequest } from '../../bench/core/target.js';
import { renderAdvice } from '../../bench/report/advice.js';
import { terminalOptions } from '../../bench/report/terminal.js';
import { run } from '../../bench/run/run.js';
import { singleLook } from '../../bench/stats/looks.js';
import { exclusionsOf } from '../../bench/suites/combination.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { ROUNDS_MAX } from '../../bench/worker/board.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { onInterrupt, progress, say, writeJson } from '../console.js';
import { duration, findTargets, seed, targetList, wholeNumber } from '../flags.js';
import { dupmarkVersion } from '../version.js';

interface AdviseFlags {
  readonly settings: string;
  readonly targets?: readonly TargetRequest[];
  readonly blocks: number;
  readonly rounds: number;
  readonly budget: number;
  readonly seed?: number;
  readonly offline: boolean;
  readonly results: string;
  readonly json?: string;
}

export function adviseCommand(): Command {
  return new Command('advise')
    .description(
      'Say whether SSL_dup of a template beats SSL_new and setters, or SSL_new from a configured SSL_CTX, for your settings, and which of them SSL_dup loses.',
    )
    .requiredOption('--settings <list>', 'your settings, as ID or ID=LEVEL with commas between')
    .option(
      '--targets <list>',
      'targets to measure (default: bundled and OpenSSL 1.1.1, 3.0, 3.5 and 4.0)',
      targetList('--targets'),
    )
    .option('--blocks <n>', 'blocks: fresh processes of every target', wholeNumber('--blocks', 1, 10_000), 12)
    .option('--rounds <n>', 'rounds of every target in a block', wholeNumber('--rounds', 1, ROUNDS_MAX), 24)
    .option(
      '--budget <time>',
      'begin no further block after this long (30, 30s, 1m)',
      duration('--budget'),
      30_000,
    )
    .option('--seed <n>', 'the order of everything (default: random, and printed)', seed)
    .option('--offline', 'fetch nothing: use the targets that are here', false)
    .option('--results <folder>', 'where runs are kept', RESULTS_FOLDER)
    .option('--json <file>', 'also write the advice there (- for standard output, instead of the text)')
    .addHelpText(
      'after',
      `
Exit codes: 0 fine, SSL_dup loses none of the settings · 1 it loses one somewhere · 2 could not run, or no target can
have the settings · 3 too few blocks to say · 130 and 143 interrupted, with what was measured kept`,
    )
    .action(advise);
}

async function advise(flags: AdviseFlags): Promise<void> {
  assertBuilt();
  const targets = await findTargets(flags.targets, { offline: flags.offline, say });
  const cLibrary = await chooseCLibrary(targets, { offline: flags.offline, onProgress: say });
  const [first] = targets;
  if (first === undefined) throw new CouldNotRun('no target can be had');
  const chosenSeed = flags.seed ?? randomInt(SEED_MAX);
  const interruption = onInterrupt();
  const shown = progress('measuring');
  let settings: readonly SettingChoice[] = [];
  const outcome = await run({
    targets,
    cLibrary,
    chooseScenarios: (catalogue) => {
      settings = parseSettings(flags.settings, catalogue);
      assertTogether(settings, catalogue);
      return adviceScenarios(settings);
    },
    baseline: first.id,
    looks: singleLook(flags.blocks),
    precision: 0,
    twin: false,
    countInstructions: false,
    rounds: flags.rounds,
    roundNs: 200_000,
    seed: chosenSeed,
    pin: true,
    budgetMs: flags.budget,
    results: flags.results,
    command: process.argv.slice(2),
    dupmark: dupmarkVersion(),
    signal: interruption.signal,
    onProgress: (step) => {
      if (step.kind === 'refused') say(`refused ${step.target}: ${step.reason}`);
      if (step.kind === 'measure') shown.update(step.done, step.total, step.scenario);
    },
  }).finally(() => shown.end());
  const advice = adviceOf(outcome.document, settings);
  if (flags.json !== undefined) writeJson(flags.json, advice);
  if (flags.json !== '-') {
    process.stdout.write(renderAdvice(advice, terminalOptions()));
    say(`seed ${chosenSeed} · kept in ${outcome.folder}`);
  }
  process.exitCode = interruption.exitCode() ?? exitCodeOf(advice);
}

/** Throws CouldNotRun for settings of which one rules another out. */
function assertTogether(settings: readonly SettingChoice[], catalogue: readonly SettingDescription[]): void {
  const excludes = exclusionsOf(catalogue);
  settings.forEach((one, i) => {
    const other = settings.slice(i + 1).find((later) => excludes(one, later));
    if (other !== undefined) {
      throw new CouldNotRun(`--settings: ${formatChoice(one)} and ${formatChoice(other)} exclude each other`);
    }
  });
}

function exitCodeOf(advice: Advice): ExitCode {
  const advised = advice.targets.filter((one) => one.kind === 'advised');
  if (advised.length === 0) return ExitCode.couldNotRun;
  if (advice.lost.length > 0) return ExitCode.finding;
  return advised.every(({ choice }) => choice === 'undecided') ? ExitCode.inconclusive : ExitCode.fine;
}
