/** Memory of one operation by line of OpenSSL's source. */
import type { MemorySite } from '../../../core/sample.js';
import { formatCount, formatShare } from '../../format.js';
import { squarify } from '../charts/treemap.js';
import { controls, oneOf, select } from '../controls.js';
import { data, h, svg } from '../dom.js';
import { type Context, targetLabel, type View } from '../model.js';
import { table } from '../table.js';

const FIGURES = [
  { id: 'retainedBytes', title: 'bytes retained while the handle lives' },
  { id: 'requestedBytes', title: 'bytes requested by one operation' },
  { id: 'allocations', title: 'allocations of one operation' },
] as const;

type Figure = (typeof FIGURES)[number]['id'];

const WIDTH = 900;
const HEIGHT = 380;
/** A rectangle smaller than this has no room for its name. */
const NAME_WIDTH = 76;
const NAME_HEIGHT = 30;
/** How wide a character is, about. */
const CHARACTER = 6.2;

export const memory: View = {
  id: 'memory',
  title: 'Memory',
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
    const target = oneOf(context.choice('target'), targets);
    const figure = (FIGURES.find(({ id }) => id === context.choice('figure')) ?? FIGURES[0]).id;
    return h(
      'div',
      {},
      h(
        'p',
        { class: 'explain' },
        'What one operation allocates, by the line of OpenSSL’s own source that asked for it; exact, counted apart from all timing.',
      ),
      controls(
        select(
          context,
          'scenario',
          'Scenario',
          names.map((value) => ({ value, label: value })),
          name,
        ),
        select(
          context,
          'target',
          'Target',
          targets.map((value) => ({ value, label: targetLabel(run, value) })),
          target,
        ),
        select(
          context,
          'figure',
          'Figure',
          FIGURES.map(({ id, title }) => ({ value: id, label: title })),
          figure,
        ),
      ),
      shown(context, name, target, figure),
    );
  },
};

function sitesOf({ run }: Pick<Context, 'run'>, target: string, scenario: string): readonly MemorySite[] {
  const reading = run.memory(target, scenario);
  return reading?.kind === 'exact' ? reading.sites : [];
}

function shown(context: Context, name: string, target: string, figure: Figure): Node {
  const sites = sitesOf(context, target, name);
  const drawn = sites.filter((site) => site[figure] > 0).sort((a, b) => b[figure] - a[figure]);
  const total = drawn.reduce((sum, site) => sum + site[figure], 0);
  const unit = figure === 'allocations' ? '' : ' B';
  const label = targetLabel(context.run, target);
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
      h('strong', {}, data(total, `${formatCount(total)}${unit}`)),
      ` from ${drawn.length} source lines, ${name} on ${label}`,
    ),
    drawn.length === 0 ? null : treemap(drawn, figure, total, unit, `${name} on ${label}`),
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

function siteName({ file, line }: MemorySite): string {
  return `${file}:${line}`;
}

function treemap(
  sites: readonly MemorySite[],
  figure: Figure,
  total: number,
  unit: string,
  of: string,
): Node {
  const places = squarify(
    sites.map((site) => site[figure]),
    { x: 0, y: 0, width: WIDTH, height: HEIGHT },
  );
  const most = sites.slice(0, 3).map((site) => `${siteName(site)} ${formatShare(site[figure] / total)}`);
  return h(
    'figure',
    { class: 'wide' },
    svg(
      'svg',
      {
        class: 'treemap',
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        role: 'img',
        'aria-label': `Treemap of ${of}; the most: ${most.join(', ')}. The table below has all.`,
      },
      sites.map((site, i) => {
        const place = places[i];
        if (place === undefined) return null;
        const text = `${formatCount(site[figure])}${unit}`;
        const room = Math.floor((place.width - 10) / CHARACTER);
        const named = place.width >= NAME_WIDTH && place.height >= NAME_HEIGHT;
        return svg(
          'g',
          {},
          svg('title', {}, `${siteName(site)}: ${text}, ${formatShare(site[figure] / total)}`),
          svg('rect', { class: `part part-${partOf(site.file)}`, ...place }),
          named ? svg('text', { x: place.x + 5, y: place.y + 15 }, fitted(siteName(site), room)) : null,
          named && place.height >= 2 * NAME_HEIGHT - 20
            ? svg('text', { class: 'amount', x: place.x + 5, y: place.y + 29 }, fitted(text, room))
            : null,
        );
      }),
    ),
    h(
      'figcaption',
      { class: 'parts' },
      ['ssl', 'crypto', 'other'].map((part) =>
        h(
          'span',
          {},
          h('span', { class: `swatch part-${part}`, 'aria-hidden': 'true' }),
          part === 'other' ? 'elsewhere' : `${part}/`,
        ),
      ),
    ),
  );
}

/** Which part of OpenSSL's source tree a file belongs to. */
function partOf(file: string): 'ssl' | 'crypto' | 'other' {
  if (/(^|\/)ssl\//.test(file)) return 'ssl';
  return /(^|\/)crypto\//.test(file) ? 'crypto' : 'other';
}

/** Cut from the front: the end of a path tells more. */
function fitted(text: string, room: number): string {
  return text.length <= room ? text : `…${text.slice(text.length - Math.max(1, room - 1))}`;
}
