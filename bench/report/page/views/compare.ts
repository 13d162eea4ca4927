/** Any two targets of a run, or one target in two runs, side by side. */
import type { Comparison } from '../../../stats/comparison.js';
import type { Summary } from '../../../stats/summary.js';
import { formatShare, formatTime } from '../../format.js';
import { ratioBar, ratioReachOf } from '../charts/ratio-bar.js';
import { controls, oneOf, select } from '../controls.js';
import { h } from '../dom.js';
import { type Context, type Run, targetLabel, type View } from '../model.js';
import { table } from '../table.js';
import { ratioFigure, timeFigure, verdictBadge } from '../words.js';

interface Side {
  readonly run: Run;
  readonly target: string;
}

interface Row {
  readonly scenario: string;
  readonly base: Summary | null;
  readonly contender: Summary | null;
  /** Within one run: their own ratio. */
  readonly comparison: Comparison | null;
  /** Between runs: the ratios that each had to its own baseline. */
  readonly ratios: readonly [Comparison | null, Comparison | null];
}

/** Family-wise, as all verdicts: bench/stats/family.ts. */
const LEVEL_SHARE = 0.05;

export const compare: View = {
  id: 'compare',
  title: 'Compare',
  has: (run, data) => run.targets.length > 1 || data.runs.length > 1,
  render(context) {
    const { run, runs } = context;
    const sides = runs.flatMap((one) => one.targets.map(({ id }): Side => ({ run: one, target: id })));
    const own = sides.filter((side) => side.run === run);
    const keys = sides.map(sideKey);
    const baseline = own.find(({ target }) => target === run.document.plan.baseline) ?? own[0] ?? sides[0];
    const other = own.find((side) => side !== baseline) ?? sides.find((side) => side !== baseline);
    if (baseline === undefined || other === undefined) return h('p', {}, 'There is nothing to compare yet.');
    const base = sides[keys.indexOf(oneOf(context.choice('base'), [sideKey(baseline), ...keys]))] ?? baseline;
    const contender =
      sides[keys.indexOf(oneOf(context.choice('contender'), [sideKey(other), ...keys]))] ?? other;
    const choices = sides.map((side) => ({ value: sideKey(side), label: sideLabel(side, runs.length > 1) }));
    return h(
      'div',
      {},
      controls(
        select(context, 'base', 'Baseline', choices, sideKey(base)),
        select(context, 'contender', 'Contender', choices, sideKey(contender)),
      ),
      base.run === contender.run
        ? withinRun(context, base, contender)
        : betweenRuns(context, base, contender),
    );
  },
};

function withinRun(context: Context, base: Side, contender: Side): Node {
  const { run } = base;
  if (base.target === contender.target)
    return h('p', {}, 'Baseline and contender are the same: choose another.');
  // Stored one way round; the other way it is exactly the inverse, so the page asks for swapping instead.
  const stored = context.scenarios.some(
    ({ name }) => run.compare(base.target, contender.target, name) !== null,
  );
  if (!stored) {
    const swap = { base: sideKey(contender), contender: sideKey(base) };
    const turned = context.scenarios.some(
      ({ name }) => run.compare(contender.target, base.target, name) !== null,
    );
    return turned
      ? h(
          'p',
          {},
          'The run holds this comparison the other way round. ',
          h('button', { type: 'button', id: 'swap', click: () => context.choose(swap) }, 'Swap the two'),
        )
      : h(
          'p',
          {},
          'The page holds no comparison of these two: the run has too many pairs of targets, or neither has times here.',
        );
  }
  const rows = context.scenarios.map(({ name }) => row(base, contender, name));
  const reach = ratioReachOf(rows.map(({ comparison }) => comparison));
  const floor = run.source.sensitivity.floor;
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'explain' },
      'Both were measured in the same run, round by round on one CPU: ratios are of paired rounds. Verdicts hold for all ratios together, ' +
        `of the run to its baseline or else of this table, at a level of ${formatShare(LEVEL_SHARE)}. ` +
        (floor === null
          ? 'The run has no A/A ratios to tell its noise floor.'
          : `The run's noise floor (A/A): up to ${formatShare(floor.worst)}.`),
    ),
    table<Row>(context, {
      id: 'comparison',
      caption: `${targetLabel(run, contender.target)} over ${targetLabel(run, base.target)}`,
      rows,
      columns: [
        scenarioColumn,
        timeColumn('base', 'Baseline', ({ base: summary }) => summary),
        timeColumn('contender', 'Contender', ({ contender: summary }) => summary),
        {
          key: 'ratio',
          title: 'Ratio',
          numeric: true,
          value: ({ comparison }) => comparison?.ratio ?? null,
          cell: ({ comparison }) => ratioFigure(comparison),
        },
        { key: 'bar', title: 'Interval around 1', cell: ({ comparison }) => ratioBar(comparison, reach) },
        {
          key: 'verdict',
          title: 'Verdict',
          value: ({ comparison }) => comparison?.verdict ?? null,
          cell: ({ comparison }) => (comparison === null ? '–' : verdictBadge(comparison.verdict)),
        },
      ],
    }),
  );
}

function betweenRuns(context: Context, base: Side, contender: Side): Node {
  const rows = context.scenarios
    .map(({ name }) => row(base, contender, name))
    .filter((one) => one.base !== null && one.contender !== null);
  const machines = [base, contender].map(({ run }) => run.document.environment);
  const same = machines[0]?.cpuModel === machines[1]?.cpuModel && machines[0]?.kernel === machines[1]?.kernel;
  const ratioColumn = (i: 0 | 1, title: string) => ({
    key: `ratio-${i}`,
    title,
    numeric: true,
    value: ({ ratios }: Row) => ratios[i]?.ratio ?? null,
    cell: ({ ratios }: Row) => ratioFigure(ratios[i], 'baseline'),
  });
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'explain' },
      'Two runs were measured at different times: their rounds are not paired, so there is no verdict here (dupmark compare judges two runs). What each target was to the ' +
        'baseline of its own run cancels much of what the machine did; times do not. ',
      same ? null : h('strong', {}, 'The runs come from different machines: their times are not comparable.'),
    ),
    table<Row>(context, {
      id: 'between',
      caption: `${sideLabel(contender, true)} beside ${sideLabel(base, true)}`,
      rows,
      columns: [
        scenarioColumn,
        timeColumn('base', 'Time, baseline side', ({ base: summary }) => summary),
        timeColumn('contender', 'Time, contender side', ({ contender: summary }) => summary),
        ratioColumn(0, `To ${base.run.document.plan.baseline}, baseline side`),
        ratioColumn(1, `To ${contender.run.document.plan.baseline}, contender side`),
      ],
    }),
  );
}

function row(base: Side, contender: Side, scenario: string): Row {
  const [left, right] = [
    base.run.cell(base.target, scenario),
    contender.run.cell(contender.target, scenario),
  ];
  return {
    scenario,
    base: left?.summary ?? null,
    contender: right?.summary ?? null,
    comparison: base.run === contender.run ? base.run.compare(base.target, contender.target, scenario) : null,
    ratios: [left?.ratioToBaseline ?? null, right?.ratioToBaseline ?? null],
  };
}

const scenarioColumn = {
  key: 'scenario',
  title: 'Scenario',
  value: ({ scenario }: Row) => scenario,
  cell: ({ scenario }: Row) => scenario,
};

function timeColumn(key: string, title: string, of: (row: Row) => Summary | null) {
  return {
    key,
    title,
    numeric: true,
    value: (one: Row) => of(one)?.medianNs ?? null,
    cell: (one: Row) => timeFigure(of(one)),
  };
}

function sideKey({ run, target }: Side): string {
  return `${run.document.id}/${target}`;
}

function sideLabel({ run, target }: Side, withRun: boolean): string {
  return withRun
    ? `${targetLabel(run, target)} · ${formatTime(run.document.startedAt)}`
    : targetLabel(run, target);
}
