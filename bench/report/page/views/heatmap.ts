/** Setting × target: what dup costs against making a handle anew and giving it the same settings. */
import type { ScenarioRecord } from '../../../document/schema.js';
import type { Comparison } from '../../../stats/comparison.js';
import { formatRatio } from '../../format.js';
import { controls, oneOf, select } from '../controls.js';
import { type Child, data, h } from '../dom.js';
import { type Run, targetLabel, type View } from '../model.js';
import { ROWS_SHOWN, scrollable } from '../table.js';
import { ratioTitle } from '../words.js';

/** Upper edges of the colours, on both sides of 1 alike. */
const EDGES = [0.25, 0.5, 0.75, 0.95, 1.05, 1.33, 2, 4] as const;
const WORDS = [
  '< 0.25×',
  '0.25–0.5×',
  '0.5–0.75×',
  '0.75–0.95×',
  'about 1×',
  '1.05–1.33×',
  '1.33–2×',
  '2–4×',
  '≥ 4×',
];

const FIELDS = [
  {
    id: 'configure',
    title: 'dup / new-configure',
    field: 'dupToNewConfigure',
    over: 'SSL_new followed by the same setter',
  },
  {
    id: 'inherit',
    title: 'dup / new-inherit',
    field: 'dupToNewInherit',
    over: 'SSL_new from an SSL_CTX that has the setting',
  },
  { id: 'new', title: 'dup / new', field: 'dupToNew', over: 'a bare SSL_new' },
] as const;

export const heatmap: View = {
  id: 'settings',
  title: 'Settings',
  has: ({ document }) => document.scenarios.some(isRow),
  render(context) {
    const { run } = context;
    const chosen = oneOf(
      context.choice('against'),
      FIELDS.map(({ id }) => id),
    );
    const { field, title, over } = FIELDS.find(({ id }) => id === chosen) ?? FIELDS[0];
    const all = context.scenarios.filter(isRow);
    const order = context.choice('order') === 'cost' ? 'cost' : 'settings';
    const cost = ({ name }: ScenarioRecord): number =>
      Math.max(...run.targets.map(({ id }) => run.cell(id, name)?.[field]?.ratio ?? 0));
    const rows = order === 'cost' ? [...all].sort((a, b) => cost(b) - cost(a)) : all;
    const shown = Number(context.choice('rows') ?? ROWS_SHOWN);
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        `The time of SSL_dup of a handle with a setting, over that of ${over}, on the same target. Below 1, dup is cheaper. `,
        '∗ marks what dup loses there: it did less work, and its ratio flatters it.',
      ),
      controls(
        select(
          context,
          'against',
          'Ratio',
          FIELDS.map(({ id, title: label }) => ({ value: id, label })),
          chosen,
        ),
        select(
          context,
          'order',
          'Order',
          [
            { value: 'settings', label: 'as in the suite' },
            { value: 'cost', label: 'dearest dup first' },
          ],
          order,
        ),
      ),
      legend(),
      scrollable(
        `${title} by setting and target`,
        h(
          'table',
          { class: 'heatmap', id: 'heatmap' },
          h('caption', {}, `${title}, by setting (rows) and target (columns)`),
          h(
            'thead',
            {},
            h(
              'tr',
              {},
              h('th', { scope: 'col' }, 'Setting'),
              run.targets.map(({ id }) =>
                h('th', { scope: 'col' }, h('span', {}, run.source.versions[id] ?? ''), h('small', {}, id)),
              ),
            ),
          ),
          h(
            'tbody',
            {},
            rows.slice(0, shown).map((scenario) =>
              h(
                'tr',
                {},
                h('th', { scope: 'row', title: scenario.name }, rowLabel(scenario)),
                run.targets.map(({ id }) =>
                  heatCell(run, id, scenario.name, run.cell(id, scenario.name)?.[field] ?? null),
                ),
              ),
            ),
          ),
        ),
      ),
      rows.length > shown
        ? h(
            'p',
            { class: 'more' },
            `${shown} of ${rows.length} rows. `,
            h(
              'button',
              {
                type: 'button',
                id: 'heatmap-more',
                click: () => context.choose({ rows: String(shown + 400) }),
              },
              'Show more rows',
            ),
          )
        : null,
      lostList(run, rows),
    );
  },
};

function isRow({ operation, settings }: ScenarioRecord): boolean {
  return operation === 'dup' && settings.length > 0;
}

/** `cipher-list=20`, with phase and handles alive where they are not the usual ones. */
function rowLabel({ settings, phase, live }: ScenarioRecord): string {
  const names = settings.map(({ setting, level }) => (level === 'default' ? setting : `${setting}=${level}`));
  return `${names.join(', ')}${phase === 'both' ? '' : ` /${phase}`}${live === 1 ? '' : ` @${live}`}`;
}

function heatCell(run: Run, target: string, scenario: string, comparison: Comparison | null): Child {
  const lost = run.lost(target, scenario);
  if (comparison === null) {
    const reason = run.reason(target, scenario);
    return h(
      'td',
      { class: 'heat none', title: reason },
      reason === null ? 'no data' : (reason.split(':')[0] ?? reason),
    );
  }
  const title = `${targetLabel(run, target)}: ${ratioTitle(comparison)}`;
  return h(
    'td',
    {
      class: `heat heat-${heatClass(comparison.ratio)}`,
      title: lost.length === 0 ? title : `${title}; lost: ${lost.join(', ')}`,
    },
    data(comparison.ratio, formatRatio(comparison.ratio)),
    lost.length === 0
      ? null
      : h('span', { class: 'lost' }, '∗', h('span', { class: 'unseen' }, ' lost by dup')),
  );
}

export function heatClass(ratio: number): number {
  const i = EDGES.findIndex((edge) => ratio < edge);
  return i < 0 ? EDGES.length : i;
}

function legend(): Node {
  return h(
    'ul',
    { class: 'legend', 'aria-label': 'Colours' },
    WORDS.map((text, i) => h('li', { class: `heat heat-${i}` }, text)),
  );
}

function lostList(run: Run, rows: readonly ScenarioRecord[]): Node | null {
  const found = rows.flatMap((scenario) =>
    run.targets.flatMap(({ id }) => {
      const settings = run.lost(id, scenario.name);
      return settings.length === 0
        ? []
        : [`${rowLabel(scenario)} on ${targetLabel(run, id)}: ${settings.join('; ')}`];
    }),
  );
  if (found.length === 0) return null;
  return h(
    'section',
    {},
    h('h3', {}, '∗ Lost by SSL_dup'),
    h(
      'ul',
      { id: 'lost' },
      found.slice(0, 200).map((text) => h('li', {}, text)),
    ),
  );
}
