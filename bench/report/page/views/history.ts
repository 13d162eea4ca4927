/** What each OpenSSL release costs, and with which release it changed. */
import type { HistoryChange } from '../../../core/history.js';
import type { HistoryPoint, HistoryTrend, TrendFigure } from '../../../document/history-trends.js';
import { formatCount, formatNs, formatRatio, formatShare } from '../../format.js';
import type { PageHistory } from '../../page-data/types.js';
import { type SeriesChange, seriesChart } from '../charts/series.js';
import { controls, documentSelect, oneOf, select } from '../controls.js';
import { type Child, data, h } from '../dom.js';
import type { Context, View } from '../model.js';
import { scrollable, table } from '../table.js';
import { counted } from '../words.js';

const FIGURES: Readonly<
  Record<TrendFigure, { readonly title: string; readonly format: (value: number) => string }>
> = {
  time: { title: 'time, over that of the reference', format: formatRatio },
  allocations: { title: 'allocations', format: (value) => formatCount(Math.round(value)) },
  requestedBytes: { title: 'bytes requested', format: bytes },
  retainedBytes: { title: 'bytes retained', format: bytes },
};
const FIGURE_IDS = Object.keys(FIGURES) as readonly TrendFigure[];

function bytes(value: number): string {
  return `${formatCount(Math.round(value))} B`;
}

/** Charts and changes drawn at first. */
const CHANGES_SHOWN = 12;
const CHARTS_SHOWN = 8;

export const history: View = {
  id: 'history',
  title: 'History',
  of: 'store',
  search: 'scenarios and releases',
  has: ({ histories }) => histories.length > 0,
  choices: (context) => [
    documentSelect(context, 'history', 'History', context.data.histories, chosenId(context)),
  ],
  render(context) {
    const found = context.data.histories.find(({ id }) => id === chosenId(context));
    if (found === undefined) return h('p', {}, 'No history is stored yet: dupmark history');
    const { reference, status, missing, trends } = found;
    const releases = new Set(trends.flatMap(({ points }) => points.map(({ openssl }) => openssl)));
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        `${counted(releases.size, 'OpenSSL release')}, each measured in turns with one reference, ${reference.openssl} (${reference.target}), so that times far apart can be compared. `,
        'Series of different providers are never mixed. ',
        status === 'complete' ? null : h('strong', {}, `This history is ${status}.`),
      ),
      changesOf(context, found),
      charts(context, found),
      missing.length === 0
        ? null
        : h(
            'details',
            { id: 'missing' },
            h('summary', {}, `Not in this history (${missing.length})`),
            h(
              'ul',
              {},
              missing.map(({ target, reason }) => h('li', {}, h('strong', {}, target), `: ${reason}`)),
            ),
          ),
    );
  },
};

function chosenId(context: Context): string {
  return oneOf(
    context.choice('history'),
    context.data.histories.map(({ id }) => id),
  );
}

/** A change of one figure. */
export interface FigureChange {
  readonly change: HistoryChange;
  readonly figure: TrendFigure;
  readonly from: number;
  readonly to: number;
}

/** Every change of every figure, the largest share first. */
export function changesIn({ trends }: PageHistory): readonly FigureChange[] {
  return trends
    .flatMap(({ figure, changes }) =>
      changes.map((change): FigureChange => {
        if (change.kind === 'time') return { change, figure, from: change.from, to: change.to };
        const [from, to] = figure === 'time' ? [0, 0] : change[figure];
        return { change, figure, from, to };
      }),
    )
    .sort((a, b) => weight(b) - weight(a));
}

function weight({ from, to }: FigureChange): number {
  return from > 0 && to > 0 ? Math.abs(Math.log(to / from)) : Number.POSITIVE_INFINITY;
}

function changesOf(context: Context, found: PageHistory): Child {
  const all = changesIn(found).filter(({ change }) =>
    context.matches(change.scenario, change.series, change.opensslBefore, change.opensslAfter),
  );
  const figure = oneOf(context.choice('figure'), ['', ...FIGURE_IDS]);
  const shown = all.filter((one) => figure === '' || one.figure === figure);
  const count = (id: string): number => all.filter((one) => one.figure === id).length;
  return h(
    'section',
    {},
    h('h3', {}, 'What changed, and with which release'),
    controls(
      select(
        context,
        'figure',
        'Figure',
        [
          { value: '', label: `all (${all.length})` },
          ...FIGURE_IDS.map((id) => ({ value: id, label: `${FIGURES[id].title} (${count(id)})` })),
        ],
        figure,
      ),
    ),
    shown.length === 0
      ? h('p', {}, 'Nothing changed between these releases.')
      : table<FigureChange>(context, {
          id: 'history-changes',
          class: 'narrow',
          shown: CHANGES_SHOWN,
          caption: `${counted(shown.length, 'change')}, largest first. Times change by level shifts (PELT); allocations and bytes are exact`,
          rows: shown,
          columns: [
            {
              key: 'release',
              title: 'Release',
              value: ({ change }) => change.opensslAfter,
              cell: ({ change }) => [
                `${change.opensslBefore} → ${change.opensslAfter} `,
                h('small', {}, change.after),
              ],
            },
            {
              key: 'scenario',
              title: 'Scenario',
              value: ({ change }) => change.scenario,
              cell: ({ change }) => change.scenario,
            },
            {
              key: 'figure',
              title: 'Figure',
              value: (one) => one.figure,
              cell: (one) => FIGURES[one.figure].title,
            },
            {
              key: 'from',
              title: 'From',
              numeric: true,
              value: ({ from }) => from,
              cell: (one) => data(one.from, FIGURES[one.figure].format(one.from)),
            },
            {
              key: 'to',
              title: 'To',
              numeric: true,
              value: ({ to }) => to,
              cell: (one) => data(one.to, FIGURES[one.figure].format(one.to)),
            },
            {
              key: 'change',
              title: 'Change',
              numeric: true,
              value: ({ from, to }) => (from === 0 ? null : to / from),
              cell: (one) => h('strong', { class: one.to > one.from ? 'worse' : 'better' }, shareText(one)),
            },
            { key: 'why', title: 'Where', cell: ({ change }) => whereOf(change) },
          ],
        }),
  );
}

function shareText({ from, to }: Pick<FigureChange, 'from' | 'to'>): string {
  const sign = to > from ? '▲ +' : '▼ −';
  return from === 0
    ? `${sign}${formatCount(Math.abs(to))}`
    : `${sign}${formatShare(Math.abs(to / from - 1))}`;
}

/** Lines of a change that are named. */
const LINES_SHOWN = 3;

function whereOf(change: HistoryChange): Child {
  const flags = change.compilerChanged
    ? h('div', { class: 'quiet' }, 'the two were built with other flags')
    : null;
  if (change.kind === 'time') return flags;
  const more = change.lines.length - LINES_SHOWN;
  return [
    change.lines.slice(0, LINES_SHOWN).map(({ file, before, after, retainedBytes, requestedBytes }) => {
      const bytesMore = retainedBytes === 0 ? requestedBytes : retainedBytes;
      const moved =
        before !== null && after !== null && before !== after ? `${before} → ${after}` : `${after ?? before}`;
      const gone = before === null ? ' (new)' : after === null ? ' (gone)' : '';
      return h(
        'div',
        { class: 'wide-text' },
        `${file}:${moved}${gone} ${bytesMore < 0 ? '−' : '+'}${formatCount(Math.abs(bytesMore))} B`,
      );
    }),
    more > 0 ? h('div', { class: 'quiet' }, `and ${more} more`) : null,
    flags,
  ];
}

function charts(context: Context, found: PageHistory): Child {
  const figure = oneOf(context.choice('figure'), ['', ...FIGURE_IDS]);
  const drawn = FIGURE_IDS.find((id) => id === figure) ?? 'time';
  const all = found.trends.filter(({ figure: of }) => of === drawn);
  const series = [...new Set(all.map((trend) => trend.series))];
  const one = oneOf(context.choice('series'), ['', ...series]);
  const trends = all.filter(
    (trend) =>
      (one === '' || trend.series === one) &&
      context.matches(trend.scenario, trend.series, ...trend.points.map(({ openssl }) => openssl)),
  );
  const shown = Number(context.choice('charts') ?? CHARTS_SHOWN);
  return h(
    'section',
    {},
    h('h3', {}, `Releases: ${FIGURES[drawn].title}`),
    series.length < 2
      ? null
      : controls(
          select(
            context,
            'series',
            'Series',
            [{ value: '', label: 'all' }, ...series.map((value) => ({ value, label: value }))],
            one,
          ),
        ),
    h(
      'div',
      { class: 'stack' },
      trends.slice(0, shown).map((trend) => figureOf(found, trend)),
    ),
    trends.length > shown
      ? h(
          'p',
          { class: 'more' },
          `${shown} of ${trends.length} charts. `,
          h(
            'button',
            {
              type: 'button',
              id: 'charts-more',
              click: () => context.choose({ charts: String(shown + 2 * CHARTS_SHOWN) }),
            },
            'Show more charts',
          ),
        )
      : null,
  );
}

function figureOf({ floors, reference }: PageHistory, trend: HistoryTrend): Node {
  const { series, scenario, figure, points, changes } = trend;
  const { title, format } = FIGURES[figure];
  const at = new Map(points.map(({ target }, i) => [target, i]));
  const marks = changes.flatMap((change): SeriesChange[] => {
    const i = at.get(change.after);
    if (i === undefined) return [];
    const [from, to] =
      change.kind === 'time' ? [change.from, change.to] : figure === 'time' ? [0, 0] : change[figure];
    return [{ at: i, text: `${change.opensslAfter} ${shareText({ from, to }).slice(2)}`, up: to > from }];
  });
  const floor = floors[scenario];
  const name = `${scenario}, ${series}`;
  return h(
    'figure',
    { class: 'wide' },
    h(
      'figcaption',
      {},
      h('strong', {}, scenario),
      ` · ${series}, ${counted(points.length, 'release')}`,
      figure === 'time' && floor !== undefined
        ? h(
            'span',
            { class: 'quiet' },
            ' · A/A noise floor: the reference against itself is up to ',
            data(floor, formatShare(floor)),
            ' off',
          )
        : null,
    ),
    seriesChart({
      id: `series-${series}-${scenario}`,
      label: `${name}: ${title} over releases; ${marks.length === 0 ? 'no change' : marks.map(({ text }) => text).join('; ')}. Arrow keys read single releases.`,
      points: points.map((point) => ({
        ...point,
        label: point.openssl,
        title: pointText(point, format, reference.openssl),
      })),
      changes: marks,
      format,
      ...(figure === 'time' ? { reference: 1 } : {}),
    }),
    h(
      'details',
      { id: `figures-${series}-${scenario}` },
      h('summary', {}, 'Figures'),
      figures(name, title, points, format),
    ),
  );
}

function pointText(point: HistoryPoint, format: (value: number) => string, reference: string): string {
  const { openssl, target, value, low, high, medianNs, reason } = point;
  if (value === null) return `${openssl} (${target}): ${reason ?? 'no figure'}`;
  const range = low === null || high === null ? '' : ` (${format(low)} to ${format(high)})`;
  const time = medianNs === null ? '' : ` that of ${reference}, ${formatNs(medianNs)} in its run`;
  return `${openssl} (${target}): ${format(value)}${range}${time}`;
}

function figures(
  name: string,
  title: string,
  points: readonly HistoryPoint[],
  format: (value: number) => string,
): Node {
  const number = (value: number | null): Child =>
    h('td', { class: 'number' }, value === null ? '–' : data(value, format(value)));
  return scrollable(
    `Figures of ${name}`,
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Release', 'Target', title, 'low', 'high'].map((text) => h('th', { scope: 'col' }, text)),
        ),
      ),
      h(
        'tbody',
        {},
        points.map((point) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, point.openssl),
            h('td', {}, point.target),
            point.value === null
              ? h('td', { class: 'quiet' }, point.reason ?? 'no figure')
              : number(point.value),
            number(point.low),
            number(point.high),
          ),
        ),
      ),
    ),
  );
}
