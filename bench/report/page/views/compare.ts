/** Any two targets of a run, or one target in two runs, side by side. */
import type { Comparison } from '../../../stats/comparison.js';
import { detectable, FAMILY_LEVEL, NOISY_REACH } from '../../../stats/family.js';
import type { Summary } from '../../../stats/summary.js';
import { formatShare, formatTime } from '../../format.js';
import { ratioBar, ratioReachOf } from '../charts/ratio-bar.js';
import { controls, oneOf, select } from '../controls.js';
import { type Child, data, h } from '../dom.js';
import { inverse, type Run, type RunContext, targetLabel, type View } from '../model.js';
import { table } from '../table.js';
import { ratioFigure, scenarioName, timeFigure, verdictBadge } from '../words.js';

interface Side {
  readonly run: Run;
  readonly target: string;
}

interface Row {
  readonly scenario: string;
  readonly base: Summary | null;
  readonly contender: Summary | null;
  readonly comparison: Comparison | null;
}

export const compare: View = {
  id: 'compare',
  title: 'Compare',
  of: 'run',
  has: (run, data) => run.targets.length > 1 || data.runs.length > 1,
  render(context) {
    const { run, runs } = context;
    const sides = runs.flatMap((one) => one.targets.map(({ id }): Side => ({ run: one, target: id })));
    const own = sides.filter((side) => side.run === run);
    const keys = sides.map(sideKey);
    const baseline = own.find(({ target }) => target === run.document.plan.baseline) ?? own[0] ?? sides[0];
    // The newest OpenSSL of the run: its targets are in that order.
    const other = own.filter((side) => side !== baseline).at(-1) ?? sides.find((side) => side !== baseline);
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

function withinRun(context: RunContext, base: Side, contender: Side): Node {
  const { run } = base;
  if (base.target === contender.target)
    return h('p', {}, 'Baseline and contender are the same: choose another.');
  const rows = context.scenarios.map(({ name }) => row(base, contender, name));
  if (rows.every(({ comparison }) => comparison === null)) {
    return h(
      'p',
      {},
      'The page holds no comparison of these two: the run has too many pairs of targets, or neither has times here.',
    );
  }
  const floor = run.source.sensitivity.floor;
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'explain' },
      'Both were measured in the same run, round by round on one CPU: ratios are of paired rounds.',
    ),
    thresholds([
      ...commonThresholds(rows),
      floor === null
        ? ['A/A noise floor', 'not measured in this run']
        : [
            'A/A noise floor',
            h('span', {}, 'up to ', data(floor.worst, formatShare(floor.worst)), ' from 1'),
          ],
    ]),
    judged(context, rows, `${targetLabel(run, contender.target)} over ${targetLabel(run, base.target)}`),
    h(
      'p',
      { class: 'explain' },
      'The same gate on a fresh measurement: ',
      h(
        'code',
        {},
        `dupmark compare ${base.target} ${contender.target} --fail-on 'time>${limitOf(context)}%'`,
      ),
    ),
  );
}

function betweenRuns(context: RunContext, base: Side, contender: Side): Node {
  const stored = context.data.betweenRuns.find(
    (one) => one.base === base.run.document.id && one.contender === contender.run.document.id,
  );
  const turned = context.data.betweenRuns.find(
    (one) => one.contender === base.run.document.id && one.base === contender.run.document.id,
  );
  const between = stored ?? turned;
  const cells = new Map(
    base.target === contender.target
      ? between?.cells.map((cell) => [`${cell.scenario}\n${cell.target}`, cell.time])
      : [],
  );
  const rows = context.scenarios
    .map(({ name }): Row => {
      const time = cells.get(`${name}\n${base.target}`);
      const comparison = time === undefined || typeof time === 'string' ? null : time;
      return {
        ...row(base, contender, name),
        comparison: comparison && stored === undefined ? inverse(comparison) : comparison,
      };
    })
    .filter((one) => one.base !== null && one.contender !== null);
  const reasons = [
    ...(between?.timeRefused ?? []),
    ...new Set([...cells.values()].filter((time) => typeof time === 'string')),
  ];
  const isJudged = rows.some(({ comparison }) => comparison !== null);
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'explain' },
      'Two runs were measured at different times, and the machine drifts between them: times are judged by what each target was to a library that both runs have. ',
      ...(between?.notes ?? []).map((note) => `${note}. `),
    ),
    isJudged
      ? thresholds(commonThresholds(rows))
      : h(
          'p',
          { id: 'not-judged' },
          h('strong', {}, 'No verdict: '),
          base.target !== contender.target
            ? 'between runs only the same target is judged.'
            : reasons.length > 0
              ? `${reasons.join('; ')}.`
              : 'the page holds no comparison of these two runs.',
        ),
    judged(context, rows, `${sideLabel(contender, true)} over ${sideLabel(base, true)}`),
    h(
      'p',
      { class: 'explain' },
      'In the terminal: ',
      h('code', {}, `dupmark compare ${base.run.document.id} ${contender.run.document.id}`),
    ),
  );
}

/** What a ratio must be beyond, to be called a change. */
function thresholds(entries: readonly (readonly [string, Child])[]): Node {
  return h(
    'dl',
    { class: 'facts', id: 'thresholds' },
    entries.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}

function commonThresholds(rows: readonly Row[]): readonly (readonly [string, Child])[] {
  const judgedRows = rows.flatMap(({ comparison }) => (comparison === null ? [] : comparison));
  const smallest = judgedRows
    .flatMap(({ standardError }) =>
      standardError === null ? [] : detectable(standardError, judgedRows.length),
    )
    .sort((a, b) => a - b);
  const middle = smallest[Math.floor(smallest.length / 2)];
  return [
    [
      'False alarms',
      `at most ${formatShare(FAMILY_LEVEL)} for all ${judgedRows.length} ratios together (Holm)`,
    ],
    [
      'Smallest detectable change',
      middle === undefined
        ? 'none: no ratio has an interval'
        : h('span', {}, data(middle, formatShare(middle)), ' in the middle ratio, nine times in ten'),
    ],
    ['Called noisy', `when an interval reaches further than ${formatShare(NOISY_REACH)}`],
  ];
}

/** Limits that a person may hold ratios against, in percent; the gate of `dupmark compare` is the same. */
const LIMITS = ['0', '1', '3', '5', '10', '25'] as const;

function limitOf(context: RunContext): string {
  return oneOf(context.choice('limit'), ['3', ...LIMITS]);
}

function judged(context: RunContext, rows: readonly Row[], caption: string): Node {
  const limit = limitOf(context);
  const beyond = ({ comparison }: Row): boolean =>
    comparison?.verdict === 'slower' && comparison.ratio - 1 > Number(limit) / 100;
  const which = oneOf(context.choice('show'), ['all', 'distinguished', 'beyond']);
  const distinguished = rows.filter(
    ({ comparison }) => comparison?.verdict === 'slower' || comparison?.verdict === 'faster',
  );
  const offending = rows.filter(beyond);
  const shown = which === 'beyond' ? offending : which === 'distinguished' ? distinguished : rows;
  const reach = ratioReachOf(rows.map(({ comparison }) => comparison));
  return h(
    'div',
    {},
    controls(
      select(
        context,
        'limit',
        'Limit: slower by more than',
        LIMITS.map((value) => ({ value, label: `${value} %` })),
        limit,
      ),
      select(
        context,
        'show',
        'Show',
        [
          { value: 'all', label: `all (${rows.length})` },
          { value: 'distinguished', label: `distinguished from 1 (${distinguished.length})` },
          { value: 'beyond', label: `beyond the limit (${offending.length})` },
        ],
        which,
      ),
    ),
    h(
      'p',
      { class: offending.length > 0 ? 'gate bad' : 'gate', id: 'gate' },
      offending.length > 0
        ? `▲ ${offending.length} of ${rows.length} scenarios slower by more than ${limit} %`
        : `✓ none of ${rows.length} scenarios distinguished and slower by more than ${limit} %`,
    ),
    table<Row>(context, {
      id: 'comparison',
      caption,
      rows: shown,
      columns: [
        scenarioColumn,
        {
          key: 'ratio',
          title: 'Ratio',
          numeric: true,
          value: ({ comparison }) => comparison?.ratio ?? null,
          cell: ({ comparison }) => ratioFigure(comparison, 'none'),
        },
        {
          key: 'bar',
          title: 'Interval around 1, and the limit',
          drawing: true,
          cell: ({ comparison }) => ratioBar(comparison, reach, 1 + Number(limit) / 100),
        },
        {
          key: 'verdict',
          title: 'Verdict',
          value: ({ comparison }) => comparison?.verdict ?? null,
          cell: (one) =>
            one.comparison === null
              ? '–'
              : [
                  verdictBadge(one.comparison.verdict),
                  beyond(one) ? h('strong', { class: 'beyond' }, ' beyond the limit') : null,
                ],
        },
        timeColumn('base', 'Baseline', ({ base: summary }) => summary),
        timeColumn('contender', 'Contender', ({ contender: summary }) => summary),
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
  };
}

const scenarioColumn = {
  key: 'scenario',
  title: 'Scenario',
  of: 'run',
  value: ({ scenario }: Row) => scenario,
  cell: ({ scenario }: Row) => scenarioName(scenario),
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
