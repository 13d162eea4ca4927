/** Tables: sortable by buttons in their heads, and cut to what a browser draws at once. */
import { type Child, h } from './dom.js';
import type { Context } from './model.js';

export interface Column<Row> {
  /** As in the URL. */
  readonly key: string;
  readonly title: string;
  readonly numeric?: boolean;
  /** Only draws what another column says: left out where there is little room. */
  readonly drawing?: true;
  /** What rows are sorted by; null comes last either way. Without it the column is not sorted. */
  readonly value?: (row: Row) => number | string | null;
  readonly cell: (row: Row) => Child;
}

export interface TableOptions<Row> {
  /** Apart from others on the same view: choices in the URL and the elements' ids begin with it. */
  readonly id: string;
  readonly class?: string;
  readonly caption: string;
  /** The first column heads its rows. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Rows drawn at first, where what follows the table must not be pushed out of sight. */
  readonly shown?: number;
  /** `key` or `-key`: how rows are sorted until somebody chooses. Absent: as they come. */
  readonly sort?: string;
}

/** Rows drawn at first: 10,000 at once would freeze a telephone. */
const ROWS_SHOWN = 100;
const ROWS_MORE = 400;
/** A matrix of so many columns is no wider than a large screen. */
const COLUMNS_FIT = 7;

export function table<Row>(context: Pick<Context, 'choice' | 'choose'>, options: TableOptions<Row>): Node {
  const { id, caption, columns } = options;
  const sort = context.choice(`${id}-sort`) ?? options.sort ?? '';
  return cutTable(context, {
    id,
    caption,
    ...(options.class === undefined ? {} : { class: options.class }),
    ...(options.shown === undefined ? {} : { shown: options.shown }),
    head: h(
      'tr',
      {},
      columns.map((column) => headCell(context, options, column, sort)),
    ),
    rows: sorted(options.rows, columns, sort),
    row: (row) =>
      h(
        'tr',
        {},
        columns.map((column, i) =>
          i === 0
            ? h('th', { scope: 'row' }, column.cell(row))
            : h('td', { class: classOf(column) }, column.cell(row)),
        ),
      ),
  });
}

/** A table of as many rows as a browser draws at once, with a button for more. */
export function cutTable<Row>(
  context: Pick<Context, 'choice' | 'choose'>,
  {
    id,
    caption,
    head,
    rows,
    row,
    ...rest
  }: {
    readonly id: string;
    readonly class?: string;
    /** Of a matrix: with few its head stays in sight, as it need not scroll sideways. */
    readonly columns?: number;
    readonly shown?: number;
    readonly caption: string;
    readonly head: Node;
    readonly rows: readonly Row[];
    readonly row: (row: Row) => Node;
  },
): Node {
  const shown = Number(context.choice(`${id}-rows`) ?? rest.shown ?? ROWS_SHOWN);
  const count = rows.length;
  return h(
    'div',
    {},
    scrollable(
      caption,
      h(
        'table',
        { id, class: rest.class ?? null },
        h('caption', {}, caption),
        h('thead', {}, head),
        h('tbody', {}, rows.slice(0, shown).map(row)),
      ),
      (rest.columns ?? COLUMNS_FIT + 1) <= COLUMNS_FIT,
    ),
    count > shown
      ? h(
          'p',
          { class: 'more' },
          `${shown} of ${count} rows. `,
          h(
            'button',
            {
              type: 'button',
              id: `${id}-more`,
              click: () => context.choose({ [`${id}-rows`]: String(shown + ROWS_MORE) }),
            },
            'Show more rows',
          ),
        )
      : null,
  );
}

/** What may be wider than a telephone scrolls by itself, also by keyboard. */
export function scrollable(label: string, content: Node, fits = false): HTMLElement {
  return h(
    'div',
    { class: fits ? 'scroll fits' : 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
    content,
  );
}

function classOf({ numeric, drawing }: Pick<Column<never>, 'numeric' | 'drawing'>): string | null {
  return numeric ? 'number' : drawing ? 'drawing' : null;
}

function headCell<Row>(
  context: Pick<Context, 'choose'>,
  { id }: TableOptions<Row>,
  column: Column<Row>,
  sort: string,
): HTMLElement {
  const { key, title, numeric, value } = column;
  const order = sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : null;
  const kind = classOf(column);
  if (value === undefined) return h('th', { scope: 'col', class: kind }, title);
  const next = order === 'descending' ? key : order === 'ascending' ? `-${key}` : numeric ? `-${key}` : key;
  return h(
    'th',
    { scope: 'col', class: kind, 'aria-sort': order },
    h(
      'button',
      {
        type: 'button',
        class: 'sort',
        id: `${id}-by-${key}`,
        click: () => context.choose({ [`${id}-sort`]: next }),
      },
      title,
      h(
        'span',
        { 'aria-hidden': 'true' },
        order === 'ascending' ? '\u00a0↑' : order === 'descending' ? '\u00a0↓' : '\u00a0↕',
      ),
    ),
  );
}

function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: string): readonly Row[] {
  const down = sort.startsWith('-');
  const value = columns.find(({ key }) => key === sort.replace(/^-/, ''))?.value;
  if (value === undefined) return rows;
  const keyed = rows.map((row) => ({ row, value: value(row) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    const order =
      typeof a.value === 'number' && typeof b.value === 'number'
        ? a.value - b.value
        : String(a.value).localeCompare(String(b.value), 'en', { numeric: true });
    return down ? -order : order;
  });
  return keyed.map(({ row }) => row);
}
