/** Many handles and connections held at once: what one holds, what making one more takes, and what very many come to. */
import { formatCount, formatHeld } from '../../format.js';
import type { HeldRow, HeldSection } from '../../held-sections.js';
import type { PageConnections, PageTarget } from '../../page-data/measured-types.js';
import { type Child, data, h } from '../dom.js';
import {
  chosenOf,
  chosenTargets,
  measurementSelect,
  provenance,
  remarks,
  targetSelect,
  targetText,
} from '../measured.js';
import type { Context, View } from '../model.js';
import { type Column, table } from '../table.js';
import { counted } from '../words.js';

interface Row extends HeldRow {
  /** The preset or the variant. */
  readonly of: string;
  /** Its place among those of the preset or the variant: labels are not sorted as words. */
  readonly order: number;
}

/** One of the view's tables: all its figures are of one kind, so that it can be sorted by any column. */
interface Part {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly explain: string;
  readonly of: string;
  readonly rowTitle: string;
  readonly kind: HeldSection['kind'];
  readonly time: boolean;
}

const NAME = 'connections';

export const connections: View = {
  id: NAME,
  title: 'Connections',
  of: 'store',
  search: 'figures, presets and variants',
  has: ({ connections: all }) => all.length > 0,
  choices(context) {
    const current = chosenOf(context, NAME, context.data.connections);
    return [
      measurementSelect(context, NAME, context.data.connections),
      ...(current === undefined ? [] : [targetSelect(context, current)]),
    ];
  },
  render(context) {
    const current = chosenOf(context, NAME, context.data.connections);
    if (current === undefined) return h('p', {}, 'No connections were held yet: make connections');
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        `${formatCount(current.handles)} handles and ${counted(current.pairs, 'connected pair')} alive at once in a process. `,
        'Exact: what one keeps, by the counting hooks. Allocator and resident: what the process has more than without any, by handle or pair.',
      ),
      provenance(current),
      partsOf(current).map((part) => section(context, current, part)),
      abouts(current),
      remarks(
        current,
        current.notHeld
          .filter(({ what, target }) => context.matches(what, target))
          .map(({ what, target, kind, reason }) => [
            h('strong', {}, what),
            ` on ${target}: ${kind === null ? '' : `${kind}: `}${reason}`,
          ]),
      ),
    );
  },
};

/** What one came for stands first. */
function partsOf({ exchangeBytes }: PageConnections): readonly Part[] {
  return [
    {
      ...{ id: 'idle', title: 'What so many idle connections of a server hold', kind: 'idle', time: false },
      caption: 'Idle connections',
      explain:
        'Resident memory after data has gone over them: the server’s part of a pair, times their number.',
      ...{ of: 'Mode', rowTitle: 'Connections' },
    },
    {
      ...{ id: 'pairs', title: 'One connected pair, idle: bytes', kind: 'pairs', time: false },
      caption: 'Connected pairs',
      explain: `A client and a server whose handshake is done and whose memory BIOs are taken away; then after ${formatCount(exchangeBytes)} bytes each way.`,
      ...{ of: 'Mode', rowTitle: 'Figure' },
    },
    {
      ...{ id: 'handles', title: 'One handle, not connected: bytes', kind: 'handles', time: false },
      caption: 'Bytes of handles',
      explain: 'With nothing set, and with what well-known programs set on each.',
      ...{ of: 'Preset', rowTitle: 'Figure' },
    },
    {
      ...{
        id: 'times',
        title: 'Making one more handle, while so many are alive, and freeing one',
        kind: 'handles',
      },
      caption: 'Times of handles',
      explain:
        'Each is the average from the number before it up to this one; all are freed at the end, the oldest first.',
      ...{ of: 'Preset', rowTitle: 'Step', time: true },
    },
  ];
}

function section(context: Context, current: PageConnections, part: Part): Child {
  const all = current.sections
    .filter(({ kind }) => kind === part.kind)
    .flatMap(({ of, rows }) => rows.map((row, order): Row => ({ ...row, of, order })))
    .filter(({ unit }) => part.kind !== 'handles' || (unit === 'ns') === part.time);
  if (all.length === 0) return null;
  const targets = chosenTargets(context, current);
  const rows = all.filter(({ of, label }) => context.matches(of, label));
  return h(
    'section',
    {},
    h('h3', {}, part.title),
    h('p', { class: 'explain' }, part.explain),
    table<Row>(context, {
      id: part.id,
      class: 'held',
      caption: `${part.caption}: ${counted(rows.length, 'row')}`,
      rows,
      columns: [
        { key: 'of', title: part.of, value: ({ of }) => of, cell: ({ of }) => of },
        { key: 'row', title: part.rowTitle, value: ({ order }) => order, cell: ({ label }) => label },
        ...current.targets.flatMap((target, i) => (targets.includes(target) ? column(target, i) : [])),
      ],
    }),
  );
}

function column(target: PageTarget, i: number): Column<Row> {
  return {
    // By its place: what is in a URL and in ids is not taken from a name.
    key: `target-${i}`,
    title: targetText(target),
    numeric: true,
    value: ({ values }) => values[i] ?? null,
    cell: ({ unit, values }) => {
      const value = values[i] ?? null;
      return value === null ? h('span', { class: 'quiet' }, '–') : data(value, formatHeld(unit, value));
    },
  };
}

function abouts({ about }: PageConnections): Child {
  return h(
    'details',
    { id: 'presets' },
    h('summary', {}, 'What presets and modes are'),
    h(
      'ul',
      { class: 'said' },
      about.map(({ name, about: what }) => h('li', {}, h('strong', {}, name), `: ${what}`)),
    ),
  );
}
