/** What changed and what is wrong, worst first; then what differs most from the baseline, and how much of that could be noise. */
import type { Comparison, Verdict } from '../../../stats/comparison.js';
import { formatCount, formatRatio, formatShare, formatTime } from '../../format.js';
import type { PageData } from '../../page-data/types.js';
import { ratioBar, ratioReachOf } from '../charts/ratio-bar.js';
import { controls, oneOf, select } from '../controls.js';
import { type Child, data as figureOf, h } from '../dom.js';
import { changesBetween, headlines, type Weight } from '../headlines.js';
import { baselineLabel, type Run, type RunContext, targetCell, targetLabel, type View } from '../model.js';
import { leftOut } from '../shell.js';
import { type Column, table } from '../table.js';
import {
  counted,
  ratioFigure,
  scenarioName,
  timeFigure,
  VERDICT_NAMES,
  verdictBadge,
  verdictWord,
} from '../words.js';

interface Row {
  readonly scenario: string;
  readonly target: string;
  readonly comparison: Comparison;
}

const ANY = 'all';

export const overview: View = {
  id: 'overview',
  title: 'Overview',
  of: 'store',
  search: null,
  showsRun: true,
  has: ({ runs, histories, soaks, faults, conformance, threads, connections, nodeLayers }) =>
    [runs, histories, soaks, faults, conformance, threads, connections, nodeLayers].some(
      ({ length }) => length > 0,
    ),
  intro: ({ data }) => whatChanged(data),
  render(context) {
    const { run } = context;
    const nothing = run === null && headlines(context.data).length === 0;
    return h(
      'div',
      {},
      run === null ? null : ofRun({ ...context, run }),
      nothing
        ? h('p', {}, 'Nothing here could have changed or be wrong: the other views have the figures.')
        : null,
      leftOut(context.data),
    );
  },
};

const SIGNS: Readonly<Record<Weight, readonly [sign: string, word: string]>> = {
  bad: ['▲', 'act'],
  look: ['?', 'look'],
  good: ['✓', 'fine'],
};

function whatChanged(data: PageData): Node | null {
  const lines = headlines(data);
  if (lines.length === 0) return null;
  return h(
    'section',
    { 'aria-label': 'What changed' },
    h(
      'ul',
      { class: 'headlines', id: 'headlines' },
      lines.map(({ weight, topic, text, link }) =>
        h(
          'li',
          { class: weight },
          h(
            'span',
            { class: 'weight' },
            h('span', { 'aria-hidden': 'true' }, SIGNS[weight][0]),
            ` ${SIGNS[weight][1]}`,
          ),
          h('a', { href: link }, topic),
          h('span', { class: 'said' }, text),
        ),
      ),
    ),
  );
}

function ofRun(context: RunContext): Child {
  const { run, scenarios } = context;
  const others = run.targets.filter(({ id }) => id !== run.document.plan.baseline);
  const rows = scenarios.flatMap(({ name }) =>
    others.flatMap(({ id }): Row[] => {
      const comparison = run.cell(id, name)?.ratioToBaseline ?? null;
      return comparison === null ? [] : [{ scenario: name, target: id, comparison }];
    }),
  );
  return [facts(run), sinceBefore(context), rows.length === 0 ? single(context) : differences(context, rows)];
}

/** One thing that two runs differ in. */
interface Change {
  readonly scenario: string;
  readonly target: string;
  readonly what: string;
  readonly before: Child;
  readonly after: Child;
  readonly ratio: number;
  readonly verdict: Child;
}

/** What is distinguished from the run before, times and exact quantities together, the worst first. */
function sinceBefore(context: RunContext): Child {
  const { run, data } = context;
  const between = data.betweenRuns.find(({ contender }) => contender === run.document.id);
  const before = context.runs.find(({ document }) => document.id === between?.base);
  if (between === undefined || before === undefined) return null;
  const shown = new Set(context.scenarios.map(({ name }) => name));
  const { slower, faster } = changesBetween(between);
  const times = [...slower, ...faster].flatMap(({ scenario, target, time }): Change[] =>
    typeof time === 'string'
      ? []
      : [
          {
            ...{
              scenario,
              target,
              what: 'time',
              ratio: time.ratio,
              verdict: verdictOf(time.verdict, between.identical.includes(target)),
            },
            before: timeFigure(before.cell(target, scenario)?.summary),
            after: timeFigure(run.cell(target, scenario)?.summary),
          },
        ],
  );
  const exact = between.cells.flatMap(({ scenario, target, allocations, retainedBytes }) => [
    ...exactChange(scenario, target, 'allocations', '', allocations),
    ...exactChange(scenario, target, 'bytes retained', ' B', retainedBytes),
  ]);
  const all = [...times, ...exact];
  const rows = all.filter(({ scenario }) => shown.has(scenario)).sort((a, b) => b.ratio - a.ratio);
  const compare = `#/compare?${new URLSearchParams({ base: `${between.base}/${run.document.plan.baseline}`, contender: `${between.contender}/${run.document.plan.baseline}` })}`;
  return h(
    'section',
    {},
    h('h3', {}, `What changed since the run of ${formatTime(before.document.startedAt)}`),
    rows.length === 0
      ? h(
          'p',
          {},
          all.length > 0
            ? `None of ${counted(all.length, 'change')} is of a scenario that passes the filter. `
            : between.timeRefused.length > 0
              ? `No times are compared (${between.timeRefused.join('; ')}), and allocations and bytes are the same. `
              : `No time is distinguished from that run, and allocations and bytes are the same. `,
          h('a', { href: compare }, 'All figures'),
        )
      : table<Change>(context, {
          id: 'changes',
          caption: `${counted(rows.length, 'change')}, worst first${between.notes[0] === undefined ? '' : `; ${between.notes[0]}`}`,
          rows,
          columns: [
            ...placeColumns(run),
            { key: 'what', title: 'What', value: (row) => row.what, cell: (row) => row.what },
            { key: 'before', title: 'Before', numeric: true, cell: (row) => row.before },
            { key: 'after', title: 'Now', numeric: true, cell: (row) => row.after },
            {
              key: 'ratio',
              title: 'Ratio',
              numeric: true,
              value: (row) => row.ratio,
              cell: (row) =>
                Number.isFinite(row.ratio) ? figureOf(row.ratio, formatRatio(row.ratio)) : 'from none',
            },
            { key: 'verdict', title: 'Verdict', cell: (row) => row.verdict },
          ],
        }),
  );
}

/** What changes with the same library is the machine's or the measurement's, not OpenSSL's. */
function verdictOf(verdict: Verdict, same: boolean): Child {
  return [verdictBadge(verdict), same ? h('small', {}, ' same library') : null];
}

/** What a row is about. */
function placeColumns(run: Run): readonly Column<{ readonly scenario: string; readonly target: string }>[] {
  return [
    {
      key: 'scenario',
      title: 'Scenario',
      value: ({ scenario }) => scenario,
      cell: ({ scenario }) => scenarioName(scenario),
    },
    {
      key: 'target',
      title: 'Target',
      value: ({ target }) => target,
      cell: ({ target }) => targetCell(run, target),
    },
  ];
}

function exactChange(
  scenario: string,
  target: string,
  what: string,
  unit: string,
  pair: readonly [number, number] | null,
): readonly Change[] {
  if (pair === null || pair[0] === pair[1]) return [];
  const [before, after] = pair;
  const figure = (value: number): Child => figureOf(value, `${formatCount(value)}${unit}`);
  return [
    {
      ...{ scenario, target, what, before: figure(before), after: figure(after) },
      ratio: before === 0 ? Number.POSITIVE_INFINITY : after / before,
      verdict: after > before ? 'more, exactly' : 'less, exactly',
    },
  ];
}

/** Worst first: ratios that are distinguished come before those that are not, then the farthest above 1. */
function differences(context: RunContext, all: readonly Row[]): Node {
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
        ...placeColumns(run),
        {
          key: 'ratio',
          title: 'To baseline',
          numeric: true,
          value: (row) => row.comparison.ratio,
          cell: (row) => ratioFigure(row.comparison),
        },
        {
          key: 'bar',
          title: 'Interval around 1',
          drawing: true,
          cell: (row) => ratioBar(row.comparison, reach),
        },
        {
          key: 'verdict',
          title: 'Verdict',
          value: (row) => rank(row.comparison),
          cell: (row) => verdictBadge(row.comparison.verdict),
        },
        {
          key: 'time',
          title: 'Time',
          numeric: true,
          value: (row) => run.cell(row.target, row.scenario)?.summary?.medianNs ?? null,
          cell: (row) => timeFigure(run.cell(row.target, row.scenario)?.summary),
        },
        {
          key: 'floor',
          title: 'A/A',
          numeric: true,
          value: (row) => run.floor(row.scenario)?.ratio ?? null,
          cell: (row) => ratioFigure(run.floor(row.scenario), 'none'),
        },
      ],
    }),
  );
}

/** Only one target: its times. */
function single(context: RunContext): Node {
  const { run, scenarios } = context;
  const target = run.targets[0];
  if (target === undefined)
    return h('p', {}, 'No target was measured in this run: see Machine and method for why.');
  return table(context, {
    id: 'times',
    caption: `Times on ${targetLabel(run, target.id)}, the only target with ratios to show`,
    rows: scenarios,
    columns: [
      {
        key: 'scenario',
        title: 'Scenario',
        value: ({ name }) => name,
        cell: ({ name }) => scenarioName(name),
      },
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
          figureOf(floor.worst, formatShare(floor.worst)),
          `largest of ${floor.cells} departures of the baseline from itself; ${floor.flagged} flagged, where none should be`,
        ),
    change === null
      ? null
      : card(
          'Smallest detectable change',
          figureOf(change.median, formatShare(change.median)),
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
      figureOf(warnings.length, String(warnings.length)),
      warnings.map(({ code }) => code).join(', ') || 'none',
    ),
  );
}
