/** Setting × target: what dup costs against making a handle anew and giving it the same settings. */

import { CARRIED, type Carried, LOST } from '../../../core/conformance.js';
import type { ScenarioRecord } from '../../../document/schema.js';
import type { Comparison } from '../../../stats/comparison.js';
import { formatRatio } from '../../format.js';
import { type CarriedIndex, carriedIndex, carriedWord } from '../carried.js';
import { controls, oneOf, select } from '../controls.js';
import { type Child, data, h } from '../dom.js';
import { type Run, targetLabel, type View } from '../model.js';
import { cutTable } from '../table.js';
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
  of: 'run',
  has: ({ document }) => document.scenarios.some(isRow),
  render(context) {
    const { run } = context;
    const chosen = oneOf(
      context.choice('against'),
      FIELDS.map(({ id }) => id),
    );
    const { field, title, over } = FIELDS.find(({ id }) => id === chosen) ?? FIELDS[0];
    const carried = carriedIndex(context.data);
    const all = context.scenarios.filter(isRow);
    const statesOf = (scenario: ScenarioRecord): readonly (Carried | null)[] =>
      run.targets.map(({ id }) => stateOf(run, carried, id, scenario));
    const kept = KEPT_CHOICES.find(({ id }) => id === context.choice('kept')) ?? KEPT_CHOICES[0];
    const taken = all.filter((scenario) => kept?.takes(statesOf(scenario)) ?? true);
    const order = context.choice('order') === 'cost' ? 'cost' : 'settings';
    const cost = ({ name }: ScenarioRecord): number =>
      Math.max(...run.targets.map(({ id }) => run.cell(id, name)?.[field]?.ratio ?? 0));
    const rows = order === 'cost' ? [...taken].sort((a, b) => cost(b) - cost(a)) : taken;
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        `The time of SSL_dup of a handle with a setting, over that of ${over}, on the same target. Below 1, dup is cheaper. `,
        'Where a duplicate lost the setting (✕), dup did less work and its ratio flatters it; where it shares it (⇄), the two are not independent.',
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
        select(
          context,
          'kept',
          'The duplicate',
          KEPT_CHOICES.map(({ id, title: label, takes }) => ({
            value: id,
            label: `${label} (${all.filter((scenario) => takes(statesOf(scenario))).length})`,
          })),
          kept?.id ?? 'all',
        ),
      ),
      legend(),
      cutTable(context, {
        id: 'heatmap',
        class: 'heatmap',
        columns: run.targets.length,
        caption: `${title}, by setting (rows) and target (columns)`,
        head: h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Setting'),
          run.targets.map(({ id }) =>
            h('th', { scope: 'col' }, h('span', {}, run.source.versions[id] ?? ''), h('small', {}, id)),
          ),
        ),
        rows,
        row: (scenario) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, foldedLabel(scenario)),
            run.targets.map(({ id }) =>
              heatCell(
                run,
                id,
                scenario.name,
                run.cell(id, scenario.name)?.[field] ?? null,
                stateOf(run, carried, id, scenario),
              ),
            ),
          ),
      }),
      lostList(run, rows),
    );
  },
};

/** What is worth a sign in a cell; an own copy is what a duplicate should be. */
const SIGNS: Partial<Record<Carried, string>> = {
  'not carried': '✕',
  'SSL_dup fails': '✕',
  crashed: '✕',
  shared: '⇄',
  'could not observe': '?',
};

const KEPT_CHOICES = [
  { id: 'all', title: 'all', takes: () => true },
  {
    id: 'lost',
    title: 'loses it somewhere',
    takes: (states: readonly (Carried | null)[]) => states.some((one) => one !== null && LOST.has(one)),
  },
  {
    id: 'shared',
    title: 'shares it somewhere',
    takes: (states: readonly (Carried | null)[]) => states.includes('shared'),
  },
  {
    id: 'copy',
    title: 'has its own copy everywhere',
    takes: (states: readonly (Carried | null)[]) =>
      states.every((one) => one === 'own copy' || one === null || one === 'absent'),
  },
] as const;

/** What the run itself saw a duplicate lack comes before what conformance observed of that version. */
function stateOf(
  run: Run,
  carried: CarriedIndex,
  target: string,
  { name, settings }: ScenarioRecord,
): Carried | null {
  if (run.lost(target, name).length > 0) return 'not carried';
  return carried.of(target, run.source.versions[target] ?? '', settings);
}

function isRow({ operation, settings }: ScenarioRecord): boolean {
  return operation === 'dup' && settings.length > 0;
}

/** `cipher-list=20`, with method, phase and handles alive where they are not the usual ones. */
function rowLabel({ method, settings, phase, live }: ScenarioRecord): string {
  const names = settings.map(({ setting, level }) => (level === 'default' ? setting : `${setting}=${level}`));
  return `${names.join(', ')}${method === undefined ? '' : ` :${method}`}${phase === 'both' ? '' : ` /${phase}`}${live === 1 ? '' : ` @${live}`}`;
}

/** Many settings are folded, as they would fill the table. */
function foldedLabel(scenario: ScenarioRecord): Child {
  const label = rowLabel(scenario);
  const [first, second] = scenario.settings;
  if (scenario.settings.length <= 3 || first === undefined || second === undefined) return label;
  return h(
    'details',
    { class: 'name' },
    h(
      'summary',
      {},
      `${first.setting}, ${second.setting}, … `,
      h('span', { class: 'quiet' }, `${scenario.settings.length} settings`),
    ),
    label,
  );
}

function heatCell(
  run: Run,
  target: string,
  scenario: string,
  comparison: Comparison | null,
  state: Carried | null,
): Child {
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
      title: [title, state === null ? '' : CARRIED[state], ...lost].filter((text) => text !== '').join('; '),
    },
    data(comparison.ratio, formatRatio(comparison.ratio)),
    state === null || SIGNS[state] === undefined
      ? null
      : h(
          'span',
          { class: LOST.has(state) ? 'keeps lost' : 'keeps' },
          h('span', { 'aria-hidden': 'true' }, ` ${SIGNS[state]}`),
          h('span', { class: 'unseen' }, ` ${carriedWord(state)}`),
        ),
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
    h('h3', {}, '✕ Lost by SSL_dup, as this run saw it'),
    h(
      'ul',
      { id: 'lost' },
      found.slice(0, 200).map((text) => h('li', {}, text)),
    ),
  );
}
