/** What differs most from the baseline, and how much of that could be noise. */
import type { Comparison } from '../../../stats/comparison.js';
import { formatCount, formatShare } from '../../format.js';
import { ratioBar, ratioReachOf } from '../charts/ratio-bar.js';
import { controls, oneOf, select } from '../controls.js';
import { type Child, data, h } from '../dom.js';
import { baselineLabel, type Context, type Run, targetLabel, type View } from '../model.js';
import { table } from '../table.js';
import { ratioFigure, timeFigure, VERDICT_NAMES, verdictBadge, verdictWord } from '../words.js';

interface Row {
  readonly scenario: string;
  readonly target: string;
  readonly comparison: Comparison;
}

const ANY = 'all';

export const overview: View = {
  id: 'overview',
  title: 'Overview',
  has: () => true,
  render(context) {
    const { run, scenarios } = context;
    const others = run.targets.filter(({ id }) => id !== run.document.plan.baseline);
    const rows = scenarios.flatMap(({ name }) =>
      others.flatMap(({ id }): Row[] => {
        const comparison = run.cell(id, name)?.ratioToBaseline ?? null;
        return comparison === null ? [] : [{ scenario: name, target: id, comparison }];
      }),
    );
    return h('div', {}, facts(run), rows.length === 0 ? single(context) : differences(context, rows));
  },
};

/** Worst first: ratios that are distinguished come before those that are not, then the farthest above 1. */
function differences(context: Context, all: readonly Row[]): Node {
  const { run } = context;
  const verdict = oneOf(context.choice('verdict'), [ANY, ...VERDICT_NAMES]);
  const target = oneOf(context.choice('target'), [ANY, ...run.targets.map(({ id }) => id)]);
  const rows = all.filter(
    (row) =>
      (verdict === ANY || row.comparison.verdict === verdict) && (target === ANY || row.target === target),
  );
  const reach = ratioReachOf(all.map(({ comparison }) => comparison));
  const count = (name: string): number => all.filter(({ comparison }) => comparison.verdict === name).length;
  const choices = VERDICT_NAMES.map((value) => ({ value, label: `${verdictWord(value)} (${count(value)})` }));
  const ranked = [...rows].sort((a, b) => rank(b.comparison) - rank(a.comparison));
  return h(
    'section',
    {},
    h('h3', {}, 'What differs most from the baseline'),
    h(
      'p',
      { class: 'explain' },
      `Time of each target over that of ${baselineLabel(run)}; below 1 is faster.`,
    ),
    controls(
      select(
        context,
        'verdict',
        'Verdict',
        [{ value: ANY, label: `all (${all.length})` }, ...choices],
        verdict,
      ),
      select(
        context,
        'target',
        'Target',
        [
          { value: ANY, label: 'all' },
          ...run.targets
            .filter(({ id }) => id !== run.document.plan.baseline)
            .map(({ id }) => ({ value: id, label: targetLabel(run, id) })),
        ],
        target,
      ),
    ),
    table<Row>(context, {
      id: 'differences',
      caption: `${formatCount(rows.length)} ratios to ${baselineLabel(run)}, worst first`,
      rows: ranked,
      columns: [
        { key: 'scenario', title: 'Scenario', value: (row) => row.scenario, cell: (row) => row.scenario },
        {
          key: 'target',
          title: 'Target',
          value: (row) => row.target,
          cell: (row) => targetLabel(run, row.target),
        },
        {
          key: 'time',
          title: 'Time',
          numeric: true,
          value: (row) => run.cell(row.target, row.scenario)?.summary?.medianNs ?? null,
          cell: (row) => timeFigure(run.cell(row.target, row.scenario)?.summary),
        },
        {
          key: 'ratio',
          title: 'To baseline',
          numeric: true,
          value: (row) => row.comparison.ratio,
          cell: (row) => ratioFigure(row.comparison),
        },
        { key: 'bar', title: 'Interval around 1', cell: (row) => ratioBar(row.comparison, reach) },
        {
          key: 'floor',
          title: 'A/A',
          numeric: true,
          value: (row) => run.floor(row.scenario)?.ratio ?? null,
          cell: (row) => ratioFigure(run.floor(row.scenario), 'none'),
        },
        {
          key: 'verdict',
          title: 'Verdict',
          value: (row) => rank(row.comparison),
          cell: (row) => verdictBadge(row.comparison.verdict),
        },
      ],
    }),
  );
}

/** Only one target: its times. */
function single(context: Context): Node {
  const { run, scenarios } = context;
  const target = run.targets[0];
  if (target === undefined)
    return h('p', {}, 'No target was measured in this run: see Machine and method for why.');
  return table(context, {
    id: 'times',
    caption: `Times on ${targetLabel(run, target.id)}, the only target with ratios to show`,
    rows: scenarios,
    columns: [
      { key: 'scenario', title: 'Scenario', value: ({ name }) => name, cell: ({ name }) => name },
      {
        key: 'time',
        title: 'Time',
        numeric: true,
        value: ({ name }) => run.cell(target.id, name)?.summary?.medianNs ?? null,
        cell: ({ name }) =>
          timeFigure(run.cell(target.id, name)?.summary, run.reason(target.id, name) ?? 'no data'),
      },
    ],
  });
}

const ORDER = { slower: 4, faster: 3, noisy: 2, same: 1, undecided: 0 } as const;

function rank({ verdict, ratio }: Comparison): number {
  // Groups are farther apart than any logarithm of a ratio.
  const away = verdict === 'slower' ? Math.log(ratio) : Math.abs(Math.log(ratio));
  return ORDER[verdict] * 1000 + away;
}

/** What the run could have seen, in a few cards. */
function facts({ source: { sensitivity, warnings }, document }: Run): Node {
  const { change, floor } = sensitivity;
  const card = (title: string, value: Child, note: string): Node =>
    h('div', { class: 'card' }, h('dt', {}, title), h('dd', {}, h('strong', {}, value), h('span', {}, note)));
  return h(
    'dl',
    { class: 'cards' },
    floor === null
      ? card('Noise floor (A/A)', 'none', 'the baseline was not measured against itself')
      : card(
          'Noise floor (A/A)',
          data(floor.worst, formatShare(floor.worst)),
          `largest of ${floor.cells} departures of the baseline from itself; ${floor.flagged} flagged, where none should be`,
        ),
    change === null
      ? null
      : card(
          'Smallest detectable change',
          data(change.median, formatShare(change.median)),
          `nine times in ten, in the middle ratio; ${formatShare(change.worst)} in the worst`,
        ),
    card(
      'Status',
      document.status.kind,
      document.status.kind === 'partial'
        ? document.status.reason
        : `${document.plan.blocks} blocks of fresh processes`,
    ),
    card(
      'Warnings',
      data(warnings.length, String(warnings.length)),
      warnings.map(({ code }) => code).join(', ') || 'none',
    ),
  );
}
