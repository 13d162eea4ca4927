/** Memory of one operation by line of OpenSSL's source, on one version or as the difference between two. */
import type { MemorySite } from '../../../core/sample.js';
import { compareSites, type SiteChange } from '../../../stats/sites.js';
import { formatCount, formatShare } from '../../format.js';
import { type Tile, treemapChart } from '../charts/treemap.js';
import { controls, oneOf, select } from '../controls.js';
import { type Child, data, h } from '../dom.js';
import { type RunContext, targetLabel, type View } from '../model.js';
import { scrollable, table } from '../table.js';

const FIGURES = [
  { id: 'retainedBytes', title: 'bytes retained while the handle lives' },
  { id: 'requestedBytes', title: 'bytes requested by one operation' },
  { id: 'allocations', title: 'allocations of one operation' },
] as const;

type Figure = (typeof FIGURES)[number]['id'];

export const memory: View = {
  id: 'memory',
  title: 'Memory',
  of: 'run',
  has: ({ document }) =>
    document.memory.some(({ reading }) => reading.kind === 'exact' && reading.sites.length > 0),
  render(context) {
    const { run } = context;
    const readable = context.scenarios.filter(({ name }) =>
      run.targets.some(({ id }) => sitesOf(context, id, name).length > 0),
    );
    const names = readable.map(({ name }) => name);
    const name = oneOf(context.choice('scenario'), names);
    if (name === '') return h('p', {}, 'No scenario that passes the filter has readings by source line.');
    const targets = run.targets.filter(({ id }) => sitesOf(context, id, name).length > 0).map(({ id }) => id);
    // The newest OpenSSL first.
    const target = oneOf(context.choice('target'), [...targets].reverse());
    const others = targets.filter((id) => id !== target);
    const before = oneOf(context.choice('before'), ['', ...others]);
    const figure = (FIGURES.find(({ id }) => id === context.choice('figure')) ?? FIGURES[0]).id;
    const labelled = (id: string) => ({ value: id, label: targetLabel(run, id) });
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        'What one operation allocates, by the line of OpenSSL’s own source that asked for it; exact, counted apart from all timing. ' +
          'Areas are in proportion.',
      ),
      controls(
        select(
          context,
          'scenario',
          'Scenario',
          names.map((value) => ({ value, label: value })),
          name,
        ),
        select(context, 'target', 'Target', targets.map(labelled), target),
        select(
          context,
          'before',
          'Compared with',
          [{ value: '', label: 'nothing' }, ...others.map(labelled)],
          before,
        ),
        select(
          context,
          'figure',
          'Figure',
          FIGURES.map(({ id, title }) => ({ value: id, label: title })),
          figure,
        ),
      ),
      before === ''
        ? onOne(context, name, target, figure)
        : difference(context, name, before, target, figure),
    );
  },
};

function sitesOf({ run }: Pick<RunContext, 'run'>, target: string, scenario: string): readonly MemorySite[] {
  const reading = run.memory(target, scenario);
  return reading?.kind === 'exact' ? reading.sites : [];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const unitOf = (figure: Figure): string => (figure === 'allocations' ? ' allocations' : ' B');

function onOne(context: RunContext, name: string, target: string, figure: Figure): Node {
  const sites = sitesOf(context, target, name);
  const drawn = sites.filter((site) => site[figure] > 0).sort((a, b) => b[figure] - a[figure]);
  const total = sum(drawn.map((site) => site[figure]));
  const label = targetLabel(context.run, target);
  const tiles = drawn.map(
    (site): Tile => ({
      name: siteName(site),
      value: site[figure],
      text: `${formatCount(site[figure])}${unitOf(figure)}`,
      tone: `part-${partOf(site.file)}`,
    }),
  );
  const bytes = (id: Figure, title: string) => ({
    key: id,
    title,
    numeric: true,
    value: (site: MemorySite) => site[id],
    cell: (site: MemorySite) => data(site[id], formatCount(site[id])),
  });
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'total' },
      h('strong', {}, data(total, `${formatCount(total)}${unitOf(figure)}`)),
      ` from ${drawn.length} source lines, ${name} on ${label}`,
    ),
    drawn.length === 0 ? null : treemap(tiles, `${name} on ${label}`, PARTS),
    table<MemorySite>(context, {
      id: 'sites',
      caption: `Source lines of ${name} on ${label}`,
      rows: sites,
      sort: `-${figure}`,
      columns: [
        { key: 'site', title: 'Source line', value: siteName, cell: siteName },
        bytes('retainedBytes', 'Bytes retained'),
        bytes('requestedBytes', 'Bytes requested'),
        bytes('allocations', 'Allocations'),
      ],
    }),
  );
}

/** Lines that allocate otherwise: one that only moved is no change (bench/stats/sites.ts). */
function difference(context: RunContext, name: string, before: string, target: string, figure: Figure): Node {
  const [left, right] = [sitesOf(context, before, name), sitesOf(context, target, name)];
  const changes = compareSites(left, right);
  const [was, is] = [sum(left.map((site) => site[figure])), sum(right.map((site) => site[figure]))];
  const drawn = changes
    .filter((one) => one[figure] !== 0)
    .sort((a, b) => Math.abs(b[figure]) - Math.abs(a[figure]));
  const label = `${targetLabel(context.run, target)} against ${targetLabel(context.run, before)}`;
  const tiles = drawn.map(
    (one): Tile => ({
      name: changeName(one),
      value: Math.abs(one[figure]),
      text: `${signed(one[figure])}${unitOf(figure)}`,
      tone: one[figure] > 0 ? 'part-more' : 'part-less',
    }),
  );
  const figureCell = (value: number | undefined): Child =>
    value === undefined ? h('span', { class: 'quiet' }, 'none') : data(value, formatCount(value));
  return h(
    'div',
    {},
    h(
      'p',
      { class: 'total' },
      h('strong', {}, data(is - was, `${signed(is - was)}${unitOf(figure)}`)),
      `: ${name} on ${label}, `,
      data(was, formatCount(was)),
      ' → ',
      data(is, `${formatCount(is)}${unitOf(figure)}`),
    ),
    drawn.length === 0
      ? h('p', {}, 'No line allocates otherwise.')
      : treemap(tiles, `changes of ${name} on ${label}`, CHANGES),
    changes.length === 0
      ? null
      : table<SiteChange>(context, {
          id: 'site-changes',
          caption: `Source lines that changed, ${label}: ${FIGURES.find(({ id }) => id === figure)?.title ?? ''}`,
          rows: drawn,
          columns: [
            { key: 'site', title: 'Source line', value: changeName, cell: changeName },
            {
              key: 'before',
              title: 'Before',
              numeric: true,
              value: (one) => one.before?.[figure] ?? null,
              cell: (one) => figureCell(one.before?.[figure]),
            },
            {
              key: 'after',
              title: 'After',
              numeric: true,
              value: (one) => one.after?.[figure] ?? null,
              cell: (one) => figureCell(one.after?.[figure]),
            },
            {
              key: 'change',
              title: 'Change',
              numeric: true,
              value: (one) => one[figure],
              cell: (one) => data(one[figure], signed(one[figure])),
            },
          ],
        }),
  );
}

function siteName({ file, line }: Pick<MemorySite, 'file' | 'line'>): string {
  return `${file}:${line}`;
}

/** With both lines where it has moved as well. */
function changeName({ file, before, after }: SiteChange): string {
  const [was, is] = [before?.line, after?.line];
  if (was === undefined || is === undefined)
    return `${file}:${is ?? was}${was === undefined ? ' (new)' : ' (gone)'}`;
  return was === is ? `${file}:${is}` : `${file}:${was} → ${is}`;
}

function signed(value: number): string {
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${formatCount(Math.abs(value))}`;
}

const PARTS = [
  ['part-ssl', 'ssl/'],
  ['part-crypto', 'crypto/'],
  ['part-other', 'elsewhere'],
] as const;
const CHANGES = [
  ['part-more', '+ more'],
  ['part-less', '− less'],
] as const;

function treemap(tiles: readonly Tile[], of: string, key: typeof PARTS | typeof CHANGES): Node {
  const total = sum(tiles.map(({ value }) => value));
  const most = tiles.slice(0, 3).map(({ name, value }) => `${name} ${formatShare(value / total)}`);
  return h(
    'figure',
    { class: 'wide' },
    scrollable(
      `Treemap of ${of}`,
      treemapChart(tiles, `Treemap of ${of}; the most: ${most.join(', ')}. The table below has all.`),
    ),
    h(
      'figcaption',
      { class: 'parts' },
      key.map(([tone, text]) =>
        h('span', {}, h('span', { class: `swatch ${tone}`, 'aria-hidden': 'true' }), text),
      ),
    ),
  );
}

/** Which part of OpenSSL's source tree a file belongs to. */
function partOf(file: string): 'ssl' | 'crypto' | 'other' {
  if (/(^|\/)ssl\//.test(file)) return 'ssl';
  return /(^|\/)crypto\//.test(file) ? 'crypto' : 'other';
}
