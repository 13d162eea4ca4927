/** What SSL_dup carries: surprises first, then the matrix of settings and versions, each outcome with its explanation. */
import {
  CARRIED,
  CARRIED_NAMES,
  type Carried,
  LOST,
  SURPRISE_KIND_NAMES,
  SURPRISE_KINDS,
} from '../../../core/conformance.js';
import { formatTime } from '../../format.js';
import type { ConformanceRow, PageConformance } from '../../page-data/types.js';
import { carriedBadge, carriedTone, carriedWord, differsByVersion, differsWithSession } from '../carried.js';
import { controls, oneOf, select } from '../controls.js';
import { type Child, h } from '../dom.js';
import { explanation } from '../explanation.js';
import type { Context, View } from '../model.js';
import { formatRoute, withChoices } from '../route.js';
import { cutTable, scrollable } from '../table.js';

interface Filter {
  readonly id: string;
  readonly title: string;
  readonly takes: (row: ConformanceRow) => boolean;
}

const has = (row: ConformanceRow, takes: (carried: Carried) => boolean): boolean =>
  row.cells.some(
    (cell) =>
      (cell?.plain && takes(cell.plain.carried)) || (cell?.withSession && takes(cell.withSession.carried)),
  );

const FILTERS: readonly Filter[] = [
  { id: 'all', title: 'all', takes: () => true },
  { id: 'lost', title: 'lost by a version', takes: (row) => has(row, (one) => LOST.has(one)) },
  { id: 'shared', title: 'shared with the original', takes: (row) => has(row, (one) => one === 'shared') },
  { id: 'versions', title: 'not the same in all versions', takes: differsByVersion },
  { id: 'session', title: 'other with a session', takes: ({ cells }) => cells.some(differsWithSession) },
  {
    id: 'promised',
    title: 'documented, and lost',
    takes: (row) => row.about?.documented === 'carried' && has(row, (one) => LOST.has(one)),
  },
  {
    id: 'unseen',
    title: 'could not be observed',
    takes: (row) => has(row, (one) => one === 'could not observe'),
  },
];

export const conformance: View = {
  id: 'conformance',
  title: 'Conformance',
  of: 'store',
  search: 'settings, calls and claims',
  has: ({ conformance: all }) => all.length > 0,
  choices: (context) => [
    select(
      context,
      'source',
      'Observed',
      context.data.conformance.map(({ id, startedAt }) => ({
        value: id,
        label: startedAt === null ? 'the stored expectations' : `${formatTime(startedAt)} · ${id.slice(-6)}`,
      })),
      chosenId(context),
    ),
  ],
  render(context) {
    const matrix = context.data.conformance.find(({ id }) => id === chosenId(context));
    if (matrix === undefined) return h('p', {}, 'Nothing was observed yet: make conform');
    const rows = matrix.rows.filter((row) =>
      context.matches(row.name, row.about?.bullet ?? '', row.about?.call ?? ''),
    );
    const filter = FILTERS.find(({ id }) => id === context.choice('outcome')) ?? FILTERS[0];
    const taken = rows.filter((row) => filter?.takes(row) ?? true);
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        'Every setting was set on a real handle, the handle duplicated by SSL_dup, and both looked at. ',
        matrix.startedAt === null
          ? 'These are the stored expectations: what was observed of each version before.'
          : `Observed ${formatTime(matrix.startedAt)}${matrix.interrupted ? ', interrupted: not all was' : ''}.`,
      ),
      changes(matrix),
      surprises(context, matrix),
      explanation(context, matrix),
      h('h3', { id: 'matrix-title' }, 'What a duplicate has'),
      controls(
        select(
          context,
          'outcome',
          'Outcome',
          FILTERS.map(({ id, title, takes }) => ({
            value: id,
            label: `${title} (${rows.filter(takes).length})`,
          })),
          filter?.id ?? 'all',
        ),
      ),
      legend(),
      cells(context, matrix, taken),
      claims(context, matrix),
      refused(matrix),
    );
  },
};

function chosenId(context: Context): string {
  return oneOf(
    context.choice('source'),
    context.data.conformance.map(({ id }) => id),
  );
}

function changes({ changes: all }: PageConformance): Child {
  if (all === null || all.length === 0) return null;
  return h(
    'section',
    { class: 'alarm' },
    h('h3', {}, `▲ Not as expected (${all.length})`),
    h(
      'ul',
      { id: 'unexpected' },
      all.map(({ row, target, version, expected, seen }) =>
        h(
          'li',
          {},
          h('strong', {}, row),
          ` on ${version} (${target}): expected ${expected}, seen `,
          h('strong', {}, seen),
        ),
      ),
    ),
  );
}

function surprises(context: Context, { surprises: all, rows }: PageConformance): Child {
  if (all.length === 0) return null;
  const names = new Set(rows.map(({ name }) => name));
  const kinds = SURPRISE_KIND_NAMES.map((kind) => ({
    kind,
    of: all.filter((one) => one.kind === kind),
  })).filter(({ of }) => of.length > 0);
  return h(
    'section',
    { id: 'surprises' },
    h('h3', {}, `Surprises (${all.length})`),
    kinds.map(({ kind, of }, i) =>
      h(
        'details',
        // What breaks a promise is read first; the rest is there on demand.
        { id: `surprises-${i}`, open: i === 0 || kind === 'the page says otherwise' },
        h('summary', {}, `${kind} (${of.length})`),
        h('p', { class: 'explain' }, `${SURPRISE_KINDS[kind]}.`),
        h(
          'ul',
          { class: 'surprises' },
          of.map(({ subject, versions, consequence }) =>
            h(
              'li',
              {},
              names.has(subject) ? rowLink(context, subject) : h('strong', {}, subject),
              h('span', { class: 'said' }, consequence),
              h('span', { class: 'quiet' }, versions.join(', ')),
            ),
          ),
        ),
      ),
    ),
  );
}

/** A row's explanation has a link of its own. */
function rowLink({ route }: Context, name: string): Node {
  return h('a', { href: formatRoute(withChoices(route, { row: name })) }, name);
}

function legend(): Node {
  return h(
    'ul',
    { class: 'legend words', 'aria-label': 'Outcomes' },
    CARRIED_NAMES.map((carried) => h('li', {}, carriedBadge(carried), ` ${CARRIED[carried]}`)),
  );
}

function cells(context: Context, { targets }: PageConformance, rows: readonly ConformanceRow[]): Node {
  return cutTable(context, {
    id: 'matrix',
    class: 'matrix',
    columns: targets.length,
    caption: `${rows.length} settings, in order of the page’s list; after “/”: with a session to resume set first, where that is something else`,
    head: h(
      'tr',
      {},
      h('th', { scope: 'col' }, 'Setting'),
      targets.map(({ id, version }) =>
        h('th', { scope: 'col' }, h('span', {}, version), id === version ? null : h('small', {}, id)),
      ),
    ),
    rows,
    row: (row) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, rowLink(context, row.name)),
        row.cells.map((cell) => {
          const plain = cell?.plain ?? null;
          const session = cell?.withSession ?? null;
          if (plain === null) return h('td', { class: 'quiet' }, 'not observed');
          const other = differsWithSession(cell) && session !== null ? session.carried : null;
          const tone = other !== null && LOST.has(other) ? carriedTone(other) : carriedTone(plain.carried);
          const detail = [CARRIED[plain.carried], plain.detail].filter((text) => text !== '').join(': ');
          return h(
            'td',
            { class: `state ${tone}`, title: detail },
            carriedBadge(plain.carried),
            other === null ? null : h('span', { class: 'session' }, ` / ${carriedWord(other)}`),
          );
        }),
      ),
  });
}

function claims(context: Context, { claims: all, targets }: PageConformance): Child {
  const shown = all.filter(({ id, question, sentence }) => context.matches(id, question, sentence));
  if (shown.length === 0) return null;
  const version = new Map(targets.map(({ id, version: reported }) => [id, reported]));
  return h(
    'section',
    {},
    h('h3', {}, 'The page’s other sentences, and what it leaves open'),
    scrollable(
      'Claims',
      h(
        'table',
        { id: 'claims' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['Claim', 'Asked', 'Answer'].map((text) => h('th', { scope: 'col' }, text)),
          ),
        ),
        h(
          'tbody',
          {},
          shown.map(({ id, question, sentence, answers }) => {
            const groups = new Map<string, string[]>();
            for (const { target, verdict, seen } of answers) {
              const text = verdict === 'open' ? seen : `${verdict}: ${seen}`;
              groups.set(text, [...(groups.get(text) ?? []), version.get(target) ?? target]);
            }
            return h(
              'tr',
              {},
              h('th', { scope: 'row' }, id),
              h('td', { class: 'wide-text' }, question, sentence === '' ? null : h('q', {}, sentence)),
              h(
                'td',
                { class: 'wide-text' },
                h(
                  'ul',
                  { class: 'answers' },
                  [...groups].map(([text, of]) =>
                    h(
                      'li',
                      { class: text.startsWith('does not hold') ? 'lost' : null },
                      text.startsWith('does not hold') ? '✕ ' : null,
                      text,
                      of.length === answers.length
                        ? null
                        : h('span', { class: 'quiet' }, ` (${of.join(', ')})`),
                    ),
                  ),
                ),
              ),
            );
          }),
        ),
      ),
    ),
  );
}

function refused({ refused: all }: PageConformance): Child {
  if (all.length === 0) return null;
  return h(
    'section',
    {},
    h('h3', {}, 'Refused targets'),
    h(
      'ul',
      {},
      all.map(({ id, reason }) => h('li', {}, h('strong', {}, id), `: ${reason}`)),
    ),
  );
}
