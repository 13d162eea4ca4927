/** Bytes by line of OpenSSL's source as treemaps: files, and lines in them. Of two targets both at one scale. One file without network. */
import type { MemorySite } from '../core/sample.js';
import type { ProfileDocument } from '../document/profile-schema.js';
import { areaOf, compareSites } from '../stats/sites.js';
import { formatCount } from './format.js';
import { escapeMarkup, fitting, fixed, inlinePage } from './inline-page.js';
import { type Rectangle, squarify } from './page/charts/squarify.js';

const WIDTH = 1200;
/** Of the larger of the two. */
const HEIGHT = 460;
const HEAD = 15;
const CHARACTER = 6.4;

interface Bytes {
  readonly id: string;
  readonly version: string;
  readonly sites: readonly MemorySite[];
}

/** The page, or null when no target's bytes could be counted. */
export function treemapPage(document: ProfileDocument): string | null {
  const maps = document.targets.flatMap(({ target, memory }): Bytes[] =>
    memory.kind === 'exact' && memory.requestedBytes > 0
      ? [
          {
            id: target.id,
            version: target.facts?.version ?? '',
            sites: memory.sites.filter((site) => site.requestedBytes > 0),
          },
        ]
      : [],
  );
  const [first, second] = maps;
  if (first === undefined) return null;
  const largest = Math.max(...maps.map(({ sites }) => bytesOf(sites)));
  const changed = second === undefined ? new Set<MemorySite>() : changedSites(first.sites, second.sites);
  const { name } = document.scenario;
  const body = `<h1>Bytes that one iteration asks for: ${escapeMarkup(name)}</h1>
<p>A rectangle is a line of OpenSSL’s source, its area the bytes requested there.${
    second === undefined
      ? ''
      : ' Both at one scale; <b class="changed">coloured</b> lines are not the same on the other.'
  } Point at one for its figures.</p>
${maps.map((map) => section(map, largest, changed)).join('\n')}`;
  return inlinePage({ title: `${name} · dupmark profile`, schemes: 'light', style: STYLE, script: '', body });
}

function changedSites(before: readonly MemorySite[], after: readonly MemorySite[]): ReadonlySet<MemorySite> {
  return new Set(
    compareSites(before, after).flatMap((change) =>
      [change.before, change.after].filter((site) => site !== null),
    ),
  );
}

function section({ id, version, sites }: Bytes, largest: number, changed: ReadonlySet<MemorySite>): string {
  const height = HEIGHT * (bytesOf(sites) / largest);
  const files = [...new Set(sites.map(({ file }) => file))]
    .map((file) => ({ file, own: bySize(sites.filter((site) => site.file === file)) }))
    .sort((a, b) => bytesOf(b.own) - bytesOf(a.own));
  const rooms = squarify(
    files.map(({ own }) => bytesOf(own)),
    { x: 0, y: 0, width: WIDTH, height },
  );
  const drawn = files.map(({ file, own }, i) => {
    const room = rooms[i];
    if (room === undefined) return '';
    const withHead = room.height > 3 * HEAD && room.width > 60;
    const inner = withHead ? { ...room, y: room.y + HEAD, height: room.height - HEAD } : room;
    const places = squarify(
      own.map(({ requestedBytes }) => requestedBytes),
      inner,
    );
    const heading = withHead
      ? `<text class="file" x="${fixed(room.x + 4)}" y="${fixed(room.y + 11)}">${escapeMarkup(fitting(`${file} · ${areaOf(file)}`, room.width, CHARACTER))}</text>`
      : '';
    return `<rect class="room" ${attributes(room)}/>${heading}${own.map((site, j) => tile(site, places[j], changed.has(site))).join('')}`;
  });
  return `<h2>${escapeMarkup(id)} <small>${escapeMarkup(version)} · ${formatCount(bytesOf(sites))} bytes in ${formatCount(sites.reduce((sum, { allocations }) => sum + allocations, 0))} allocations</small></h2>
<svg viewBox="0 0 ${WIDTH} ${fixed(height)}" role="img" aria-label="Treemap of ${escapeMarkup(id)}">
${drawn.join('\n')}
</svg>`;
}

function tile(site: MemorySite, place: Rectangle | undefined, changed: boolean): string {
  if (place === undefined) return '';
  const { file, line, allocations, requestedBytes, retainedBytes } = site;
  const figures = `${file}:${line} · ${formatCount(requestedBytes)} bytes in ${allocations} allocation${allocations === 1 ? '' : 's'}, ${retainedBytes < 0 ? '−' : ''}${formatCount(Math.abs(retainedBytes))} live on`;
  const label =
    place.height > HEAD
      ? `<text x="${fixed(place.x + 4)}" y="${fixed(place.y + 12)}">${escapeMarkup(fitting(`${line}: ${formatCount(requestedBytes)}`, place.width, CHARACTER))}</text>`
      : '';
  return `<g${changed ? ' class="changed"' : ''}><title>${escapeMarkup(figures)}</title><rect ${attributes(place)}/>${label}</g>`;
}

function attributes({ x, y, width, height }: Rectangle): string {
  return `x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}"`;
}

function bytesOf(sites: readonly MemorySite[]): number {
  return sites.reduce((sum, { requestedBytes }) => sum + requestedBytes, 0);
}

function bySize(sites: readonly MemorySite[]): readonly MemorySite[] {
  return [...sites].sort((a, b) => b.requestedBytes - a.requestedBytes || a.line - b.line);
}

const STYLE = `
body { font: 14px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 1240px; padding: 0 1rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.25rem; } h2 { font-size: 1.05rem; margin: 1.2rem 0 .3rem; } small { font-weight: normal; color: #555; }
svg { width: 100%; display: block; } rect { fill: #dfe6ee; stroke: #fff; } .room { fill: #c3cdd9; } .changed rect { fill: #f0b48f; }
b.changed { font-weight: normal; background: #f0b48f; padding: .1rem .4rem; border-radius: 3px; }
g:hover rect { stroke: #000; } text { font: 10.5px ui-monospace, monospace; pointer-events: none; fill: #111; } .file { font-weight: 700; }
`;
