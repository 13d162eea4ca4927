/** `dupmark bisect`: the first OpenSSL release that has a change, in as few looks as it takes. */
import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { badValue, ExitCode, printable } from '../../bench/core/errors.js';
import type { LineChange } from '../../bench/core/history.js';
import { SEED_MAX } from '../../bench/core/order.js';
import { inCatalogue } from '../../bench/core/setting.js';
import type { TargetRequest } from '../../bench/core/target.js';
import { lineChanges } from '../../bench/document/history-changes.js';
import { type BisectOutcome, bisect, type Look } from '../../bench/history/bisect.js';
import { BISECT_SERIES, type BisectSeries, candidates } from '../../bench/history/candidates.js';
import { type Candidate, Examiner } from '../../bench/history/examine.js';
import { BISECT_FIGURES, type Metric, metricName, parseMetric } from '../../bench/history/metric.js';
import { formatCount, formatRatio } from '../../bench/report/format.js';
import { plural } from '../../bench/report/header.js';
import { describeLine } from '../../bench/report/history.js';
import { describeCatalogue, openWorker } from '../../bench/run/survey.js';
import { opensslOf } from '../../bench/targets/aliases.js';
import { chooseCLibrary } from '../../bench/targets/index.js';
import { ROUNDS_MAX } from '../../bench/worker/board.js';
import { assertBuilt, RESULTS_FOLDER } from '../../bench/worker/files.js';
import { onInterrupt, say, writeJson } from '../console.js';
import { readPercent, seed, targetList, wholeNumber } from '../flags.js';
import { dupmarkVersion } from '../version.js';

interface BisectFlags {
  readonly metric: Metric;
  readonly series: BisectSeries;
  readonly targets?: readonly TargetRequest[];
  readonly from?: string;
  readonly to?: string;
  readonly threshold: number;
  readonly blocks: number;
  readonly rounds: number;
  readonly seed?: number;
  readonly pin: boolean;
  readonly offline: boolean;
  readonly results: string;
  readonly json?: string;
}

export function bisectCommand(): Command {
  const figures = Object.entries(BISECT_FIGURES);
  return new Command('bisect')
    .description('Find the first OpenSSL release at which a figure changed, looking at few of them.')
    .requiredOption('--metric <name>', 'SCENARIO.FIGURE, as new.bytes or dup[certificate].time', parseMetric)
    .option('--series <name>', `whose releases: ${BISECT_SERIES.join(', ')}`, readSeries, 'node' as const)
    .addOption(
      new Option('--targets <list>', 'instead, these targets in this order, such as builds of your own')
        .argParser(targetList('--targets'))
        .conflicts('series'),
    )
    .option('--from <release>', 'begin with this OpenSSL version or target (default: the first)')
    .option('--to <release>', 'end with this one (default: the last)')
    .option(
      '--threshold <percent>',
      'of time: a smaller difference between both ends is no change',
      readPercent('--threshold'),
      0.05,
    )
    .option('--blocks <n>', 'of time: blocks of each look', wholeNumber('--blocks', 6, 1000), 12)
    .option('--rounds <n>', 'of time: rounds of each in a block', wholeNumber('--rounds', 1, ROUNDS_MAX), 24)
    .option('--seed <n>', 'the order of everything (default: random, and printed)', seed)
    .option('--no-pin', 'do not keep the workers on one CPU')
    .option('--offline', 'fetch nothing: search among what is here', false)
    .option('--results <folder>', 'where runs of times are kept', RESULTS_FOLDER)
    .option('--json <file>', 'also write what was found there (- for standard output, instead of the text)')
    .addHelpText(
      'after',
      `
Figures:
${figures.map(([name, about]) => `  ${name.padEnd(16)}${about}`).join('\n')}

Exact figures (all but time) are changed where they differ from those of the first release; a time where it is nearer to the
last release's than to the first's. What is found differs from the release just before it, also where there were several changes.

Exit codes: 0 the release was found · 2 could not run · 3 not found: both ends are alike, or a release could not be told
apart from either · 130 and 143 interrupted`,
    )
    .action(bisectReleases);
}

async function bisectReleases(flags: BisectFlags): Promise<void> {
  assertBuilt();
  const { signal, exitCode } = onInterrupt();
  const fetching = { offline: flags.offline, onProgress: say };
  const list = await candidates({
    ...fetching,
    series: flags.series,
    targets: flags.targets ?? null,
    from: flags.from ?? null,
    to: flags.to ?? null,
    signal,
  });
  const metric = await knownMetric(flags.metric, list);
  const chosenSeed = flags.seed ?? randomInt(SEED_MAX);
  if (metric.figure === 'time') say(`seed ${chosenSeed}`);
  const examiner = new Examiner({
    ...flags,
    metric,
    seed: chosenSeed,
    results: resolve(flags.results),
    chooseCLibrary: (targets) => chooseCLibrary(targets, fetching),
    command: process.argv.slice(2),
    dupmark: dupmarkVersion(),
    signal,
  });
  const print = (line: string) => {
    if (flags.json !== '-') process.stdout.write(`${printable(line)}\n`);
  };
  print(
    `${metricName(metric)} over ${list.length} releases, ${list[0]?.id} to ${list.at(-1)?.id}: ` +
      `both ends, and at most ${Math.ceil(Math.log2(list.length - 1))} in between`,
  );
  try {
    const versions = new Map<string, string>();
    const outcome = await bisect(
      list,
      async (step) => {
        const answer = await examiner.look(step);
        versions.set(step.id, step.openssl ?? (await opensslOf(await step.bring())) ?? '?');
        return answer;
      },
      (look, left) => print(lookLine(look, left, metric, versions)),
    );
    const lines = linesOf(outcome, examiner);
    for (const line of conclusion(outcome, metric, versions, lines)) print(line);
    if (flags.json !== undefined) writeJson(flags.json, asJson(outcome, metric, list, versions, lines));
    process.exitCode = outcome.kind === 'found' ? ExitCode.fine : ExitCode.inconclusive;
  } catch (thrown) {
    const interrupted = exitCode();
    if (interrupted === null) throw thrown;
    process.exitCode = interrupted;
  }
}

/** The metric with its settings as the catalogue has them: a setting that there is not is refused before anything is fetched. */
async function knownMetric(metric: Metric, [first]: readonly Candidate[]): Promise<Metric> {
  if (metric.scenario.settings.length === 0 || first === undefined) return metric;
  const target = await first.bring();
  const { worker } = await openWorker(target, await chooseCLibrary([target]), {
    countAllocations: false,
    boardFd: null,
  });
  try {
    return { ...metric, scenario: inCatalogue(metric.scenario, await describeCatalogue(worker), '--metric') };
  } finally {
    await worker.stop();
  }
}

function valueText(value: number, { figure }: Metric): string {
  return figure === 'time' ? formatRatio(value) : formatCount(value);
}

function lookLine(
  { step, value, changed }: Look<Candidate>,
  left: number,
  metric: Metric,
  versions: ReadonlyMap<string, string>,
): string {
  return `  ${(versions.get(step.id) ?? '').padEnd(13)} ${step.id.padEnd(22)} ${valueText(value, metric).padStart(10)}  ${
    changed ? 'changed  ' : 'unchanged'
  }  ${left} ${plural('release', left)} left`;
}

/** The lines of OpenSSL's source that a change of an exact figure comes from. */
function linesOf(outcome: BisectOutcome<Candidate>, { memory }: Examiner): readonly LineChange[] {
  if (outcome.kind !== 'found') return [];
  const [before, after] = [memory.get(outcome.before.step.id), memory.get(outcome.after.step.id)];
  return before === undefined || after === undefined ? [] : lineChanges(before, after);
}

function conclusion(
  outcome: BisectOutcome<Candidate>,
  metric: Metric,
  versions: ReadonlyMap<string, string>,
  lines: readonly LineChange[],
): readonly string[] {
  const named = ({ id }: Candidate) => `${id} (OpenSSL ${versions.get(id) ?? '?'})`;
  switch (outcome.kind) {
    case 'no-change':
      return [`not found: both ends are alike in ${metricName(metric)}`];
    case 'undecided':
      return [
        `not found: ${outcome.why}; the change is after ${outcome.lastUnchanged.id}, in ${outcome.firstChanged.id} at the latest`,
      ];
    case 'found': {
      const { before, after } = outcome;
      return [
        `first release with the change: ${named(after.step)}, after ${named(before.step)}`,
        `  ${metricName(metric)} ${valueText(before.value, metric)} → ${valueText(after.value, metric)}`,
        ...lines.map((line) => `    ${describeLine(line)}`),
      ];
    }
  }
}

function asJson(
  outcome: BisectOutcome<Candidate>,
  metric: Metric,
  list: readonly Candidate[],
  versions: ReadonlyMap<string, string>,
  lines: readonly LineChange[],
) {
  const lookJson = ({ step, value, changed }: Look<Candidate>) => ({
    target: step.id,
    openssl: versions.get(step.id) ?? null,
    value,
    changed,
  });
  return {
    metric: metricName(metric),
    releases: list.map(({ id }) => id),
    outcome: outcome.kind,
    before: outcome.kind === 'found' ? lookJson(outcome.before) : null,
    after: outcome.kind === 'found' ? lookJson(outcome.after) : null,
    why: outcome.kind === 'undecided' ? outcome.why : null,
    looks: outcome.looks.map(lookJson),
    lines,
  };
}

function readSeries(text: string): BisectSeries {
  const series = BISECT_SERIES.find((one) => one === text);
  if (series === undefined)
    throw badValue('--series', text, `a series (accepted: ${BISECT_SERIES.join(', ')})`);
  return series;
}
