/** Threads side by side: what all do together and what an operation costs one of them, by their number. */
import type { TeamFigures } from '../../../threads/figures.js';
import { formatNs, formatRate, formatReach } from '../../format.js';
import type { PageTarget, PageTeams, PageThreads } from '../../page-data/measured-types.js';
import { type Line, lineMark, linesChart } from '../charts/lines.js';
import { controls, select } from '../controls.js';
import { type Child, data, h } from '../dom.js';
import {
  chosenOf,
  chosenTargets,
  measurementSelect,
  provenance,
  remarks,
  targetName,
  targetSelect,
  targetText,
} from '../measured.js';
import type { Context, View } from '../model.js';
import { type Column, table } from '../table.js';
import { counted } from '../words.js';

interface Row {
  readonly name: string;
  readonly allocator: string;
  readonly target: PageTarget;
  readonly figures: TeamFigures;
}

/** Rows drawn at first: the allocators stand below them. */
const ROWS_SHOWN = 40;

export const threads: View = {
  id: 'threads',
  title: 'Threads',
  of: 'store',
  search: 'scenarios and targets',
  has: ({ threads: all }) => all.length > 0,
  choices(context) {
    const current = chosenOf(context, 'threads', context.data.threads);
    return [
      measurementSelect(context, 'threads', context.data.threads),
      ...(current === undefined ? [] : [targetSelect(context, current)]),
    ];
  },
  render(context) {
    const current = chosenOf(context, 'threads', context.data.threads);
    if (current === undefined) return h('p', {}, 'No threads were measured yet: make threads');
    const targets = chosenTargets(context, current);
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        'The same operation in several threads at once: on handles made from one SSL_CTX, from an SSL_CTX each, or on references to one handle. ',
        'Contention is the throughput of all threads by (threads × that of one): 1.00 is perfect. The control calls nothing. ',
        '! marks more threads than CPUs: they take turns.',
      ),
      provenance(current),
      charts(context, current, targets),
      figuresTable(context, current, targets),
      allocators(context, current, targets),
      remarks(current, missing(context, current, targets)),
    );
  },
};

/** The series of the charts; undefined where nothing was measured. */
function chosenSeries(context: Context, { series }: PageThreads): PageTeams | undefined {
  const measured = series.filter(hasFigures);
  // A control is no answer to begin with.
  const first = measured.find(({ name }) => !name.startsWith('noop')) ?? measured[0];
  return measured.find(({ name }) => name === context.choice('series')) ?? first;
}

function hasFigures({ teams }: PageTeams): boolean {
  return teams.some(({ figures }) => figures.length > 0);
}

function charts(context: Context, current: PageThreads, targets: readonly PageTarget[]): Child {
  const chosen = chosenSeries(context, current);
  if (chosen === undefined) return h('p', {}, 'Nothing was measured.');
  const names = current.series.filter(hasFigures).map(({ name }) => name);
  return h(
    'section',
    {},
    h('h3', {}, 'By the number of threads'),
    controls(
      select(
        context,
        'series',
        'Scenario and what threads share',
        names.map((value) => ({ value, label: value })),
        chosen.name,
      ),
    ),
    h(
      'ul',
      { class: 'legend words', id: 'lines' },
      current.targets.map((target, i) =>
        targets.includes(target) ? h('li', {}, lineMark(i), ` ${targetText(target)}`) : null,
      ),
      h('li', {}, 'dashed: threads × one thread’s'),
    ),
    h(
      'div',
      { class: 'charts pair' },
      chart(current, targets, chosen, 'operations per second, all threads together', formatRate, perSecond),
      chart(current, targets, chosen, 'latency of an operation, as one thread sees it', formatNs, latencyNs),
    ),
  );
}

const perSecond = (one: TeamFigures): number => one.perSecond;
const latencyNs = (one: TeamFigures): number => one.latencyNs;

function chart(
  current: PageThreads,
  targets: readonly PageTarget[],
  { name, teams }: PageTeams,
  title: string,
  format: (value: number) => string,
  of: (one: TeamFigures) => number,
): Node {
  const { cpusUsable: cpus } = current;
  // Beyond as many threads as CPUs nothing can follow the ideal; a latency's own is to stay as it is.
  const most = Math.min(cpus, Math.max(...current.threads, 1));
  const said: string[] = [];
  const lines = current.targets.flatMap((target, tone): readonly Line[] => {
    const figures = teams.find((team) => team.target === target.id)?.figures ?? [];
    if (!targets.includes(target) || figures.length === 0) return [];
    const alone = figures.find((one) => one.threads === 1);
    const points = figures.map((one) => ({
      x: one.threads,
      value: of(one),
      title: `${targetText(target)}, ${counted(one.threads, 'thread')}: ${format(of(one))}`,
    }));
    said.push(...points.map((point) => point.title));
    const ideal = of === perSecond && alone !== undefined ? { x: most, value: most * alone.perSecond } : null;
    return [{ tone, points, ideal }];
  });
  return h(
    'figure',
    {},
    h('figcaption', {}, h('strong', {}, name), `: ${title}`),
    linesChart({
      label: `${name}, ${title}: ${said.join('; ')}`,
      ...{ lines, format, xs: current.threads },
      limit: { x: cpus, text: `more threads than ${counted(cpus, 'CPU')}` },
    }),
  );
}

function rowsOf(
  context: Context,
  series: readonly (PageTeams & { readonly allocator?: string })[],
  targets: readonly PageTarget[],
): readonly Row[] {
  return series.flatMap(({ name, allocator = '', teams }) =>
    teams.flatMap(({ target: id, figures }) => {
      const target = targets.find((one) => one.id === id);
      if (target === undefined || !context.matches(name, allocator, targetText(target))) return [];
      return figures.map((one) => ({ name, allocator, target, figures: one }));
    }),
  );
}

function figuresTable(context: Context, current: PageThreads, targets: readonly PageTarget[]): Child {
  const chosen = chosenSeries(context, current);
  const others = current.series.filter((one) => one !== chosen);
  const rows = rowsOf(context, chosen === undefined ? others : [chosen, ...others], targets);
  return h(
    'section',
    {},
    h('h3', {}, 'Figures'),
    table<Row>(context, {
      id: 'teams',
      shown: ROWS_SHOWN,
      caption: `${counted(rows.length, 'row')}, those of the charts first`,
      rows,
      columns: columns(current),
    }),
  );
}

const ALLOCATOR: Column<Row> = {
  key: 'allocator',
  title: 'Allocator',
  value: ({ allocator }) => allocator,
  cell: ({ allocator }) => allocator,
};

function columns(current: PageThreads, ...more: readonly Column<Row>[]): readonly Column<Row>[] {
  return [
    { key: 'scenario', title: 'Scenario', value: ({ name }) => name, cell: ({ name }) => name },
    ...more,
    {
      key: 'target',
      title: 'Target',
      value: ({ target }) => targetText(target),
      cell: ({ target }) => targetName(target),
    },
    {
      key: 'threads',
      title: 'Threads',
      numeric: true,
      value: ({ figures }) => figures.threads,
      cell: ({ figures }) => threadsCell(current, figures),
    },
    time('latency', 'Latency', latencyNs),
    time('cpu', 'Processor time', ({ cpuNs }) => cpuNs),
    {
      key: 'throughput',
      title: 'Throughput',
      numeric: true,
      value: ({ figures }) => figures.perSecond,
      cell: ({ figures }) => data(figures.perSecond, formatRate(figures.perSecond)),
    },
    {
      key: 'contention',
      title: 'Contention',
      numeric: true,
      value: ({ figures }) => figures.contention?.ratio ?? null,
      cell: ({ figures }) => contentionCell(figures),
    },
  ];
}

function time(key: string, title: string, of: (one: TeamFigures) => number): Column<Row> {
  return {
    ...{ key, title, numeric: true },
    value: ({ figures }) => of(figures),
    cell: ({ figures }) => data(of(figures), formatNs(of(figures))),
  };
}

function threadsCell({ cpusUsable }: PageThreads, { threads: count, oversubscribed }: TeamFigures): Child {
  if (!oversubscribed) return data(count, String(count));
  const why = `more threads than ${counted(cpusUsable, 'CPU')}: they take turns`;
  return h(
    'span',
    { class: 'mark look', title: why },
    data(count, String(count)),
    h('span', { 'aria-hidden': 'true' }, ' !'),
    h('span', { class: 'unseen' }, `, ${why}`),
  );
}

function contentionCell({ contention }: TeamFigures): Child {
  if (contention === null) return h('span', { class: 'quiet' }, '–');
  const { ratio, low, high } = contention;
  const known = low !== null && high !== null;
  return h(
    'span',
    {
      class: 'figure',
      title: known ? `${low.toFixed(2)} to ${high.toFixed(2)}` : 'too few blocks for an interval',
    },
    data(ratio, ratio.toFixed(2)),
    h('span', { class: 'quiet' }, known ? ` ${formatReach(ratio, low, high)}` : ' ±?'),
  );
}

function allocators(context: Context, current: PageThreads, targets: readonly PageTarget[]): Child {
  if (current.allocators.length === 0) return null;
  const rows = rowsOf(context, current.allocatorSeries, targets);
  return h(
    'section',
    {},
    h('h3', {}, 'Allocators'),
    h(
      'p',
      { class: 'explain' },
      'Measured through the driver, where an allocator can be put before the library: compare these with each other, not with the table above.',
    ),
    h(
      'ul',
      { class: 'said', id: 'allocators' },
      current.allocators.map(({ name, about, notAvailable }) =>
        h(
          'li',
          {},
          h('strong', {}, name),
          notAvailable === null
            ? `: ${about}`
            : [': ', h('span', { class: 'quiet' }, `not available: ${notAvailable}`)],
        ),
      ),
    ),
    rows.length === 0
      ? null
      : table<Row>(context, {
          id: 'allocator-teams',
          shown: ROWS_SHOWN,
          caption: `${counted(rows.length, 'row')}, all on handles from one context`,
          rows,
          columns: columns(current, ALLOCATOR),
        }),
  );
}

function missing(context: Context, current: PageThreads, targets: readonly PageTarget[]): readonly Child[] {
  return current.series.flatMap(({ name, teams }) =>
    teams.flatMap(({ target: id, reason }) => {
      const target = targets.find((one) => one.id === id);
      if (reason === null || target === undefined || !context.matches(name, targetText(target))) return [];
      return [[h('strong', {}, name), ` on ${targetText(target)}: ${reason}`]];
    }),
  );
}
