/**
 * The call trees of a profile as flame graphs (B. Gregg, "The Flame Graph", 2016), roots at the top: width is
 * instructions. Of two targets each has one, at one scale, coloured by what changed. One file without network.
 */
import { type Frame, inclusiveOf } from '../core/profile.js';
import type { ProfileDocument } from '../document/profile-schema.js';
import { formatCount } from './format.js';
import { escapeMarkup, fitting, fixed, inlinePage } from './inline-page.js';

const WIDTH = 1200;
const ROW = 19;
/** About what a character of the page's font takes. */
const CHARACTER = 6.7;

interface Graph {
  readonly id: string;
  readonly version: string;
  readonly tree: Frame;
}

/** The page, or null when no target's instructions could be counted. */
export function flamePage(document: ProfileDocument): string | null {
  const graphs = document.targets.flatMap(({ target, instructions }): Graph[] =>
    instructions.kind === 'exact'
      ? [{ id: target.id, version: target.facts?.version ?? '', tree: instructions.tree }]
      : [],
  );
  const [first, second] = graphs;
  if (first === undefined) return null;
  const widest = Math.max(...graphs.map(({ tree }) => inclusiveOf(tree)));
  const { name } = document.scenario;
  const legend =
    second === undefined
      ? '<p>Colours are libraries: <b class="libssl">libssl</b> <b class="libcrypto">libcrypto</b> <b class="libc">C library</b>.</p>'
      : '<p>Both at one scale. <b class="new">only here</b> <b class="more">more than on the other</b> <b class="same">the same</b> <b class="less">less</b>, for the same callers.</p>';
  const body = `<h1>Instructions of one iteration: ${escapeMarkup(name)}</h1>
${legend}
<p><label>Find <input id="find" type="search" placeholder="part of a function’s name"></label> <button id="reset" type="button">Whole graph</button> <span id="found" role="status"></span></p>
<p id="detail" role="status">Point at a function for its figures; click or press Enter to widen it.</p>
${graphs.map((graph, i) => section(graph, graphs[1 - i] ?? null, widest)).join('\n')}
<p class="fine">Counted by valgrind’s callgrind. It counts every step of a repeated string instruction (memset, memcpy), which a processor does many at a time: instructions are not time.</p>`;
  return inlinePage({
    title: `${name} · dupmark profile`,
    schemes: 'light',
    style: STYLE,
    script: SCRIPT,
    body,
  });
}

function section({ id, version, tree }: Graph, other: Graph | null, widest: number): string {
  const bars: string[] = [];
  let depth = 0;
  const draw = (frame: Frame, twin: Frame | null, x: number, row: number): void => {
    const total = inclusiveOf(frame);
    const width = (total / widest) * WIDTH;
    depth = Math.max(depth, row);
    const before = twin === null ? 0 : inclusiveOf(twin);
    const kind = other === null ? frame.library : changeOf(total, before, twin !== null);
    const compared = other === null ? '' : ` · on ${other.id}: ${formatCount(Math.round(before))}`;
    const figures = `${frame.name} (${frame.library}) · ${formatCount(Math.round(total))} with what it calls, ${formatCount(Math.round(frame.self))} itself${compared}`;
    bars.push(
      `<g tabindex="0" class="${escapeMarkup(kind)}" data-x="${fixed(x)}" data-w="${fixed(width)}" data-y="${row}" data-name="${escapeMarkup(frame.name)}"><title>${escapeMarkup(figures)}</title><rect x="${fixed(x)}" y="${row * ROW}" width="${fixed(width)}" height="${ROW - 1}"/><text x="${fixed(x + 3)}" y="${row * ROW + 13}">${escapeMarkup(fitting(frame.name, width, CHARACTER))}</text></g>`,
    );
    let at = x;
    for (const child of [...frame.children].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const same = twin?.children.find((one) => one.name === child.name && one.library === child.library);
      draw(child, same ?? null, at, row + 1);
      at += (inclusiveOf(child) / widest) * WIDTH;
    }
  };
  draw(tree, other?.tree ?? null, 0, 0);
  const total = formatCount(Math.round(inclusiveOf(tree)));
  return `<h2>${escapeMarkup(id)} <small>${escapeMarkup(version)} · ${total} instructions</small></h2>
<svg viewBox="0 0 ${WIDTH} ${(depth + 1) * ROW}" role="group" aria-label="Flame graph of ${escapeMarkup(id)}">
${bars.join('\n')}
</svg>`;
}

function changeOf(total: number, before: number, known: boolean): string {
  if (!known) return 'new';
  // Less than one instruction in a thousand is no difference that a colour should show.
  if (Math.abs(total - before) <= Math.max(total, before) / 1000) return 'same';
  return total > before ? 'more' : 'less';
}

const STYLE = `
body { font: 14px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 1240px; padding: 0 1rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.25rem; } h2 { font-size: 1.05rem; margin: 1.2rem 0 .3rem; } small { font-weight: normal; color: #555; }
b { font-weight: normal; padding: .1rem .4rem; border-radius: 3px; } #detail { min-height: 1.5em; font-weight: 600; } .fine { color: #555; }
svg { width: 100%; display: block; } g { cursor: pointer; } g:focus { outline: none; } g:focus rect, g:hover rect { stroke: #000; }
rect { stroke: #fff; stroke-width: .6; fill: #d8d8d8; } text { font: 11px ui-monospace, monospace; pointer-events: none; fill: #111; }
.libssl rect { fill: #f4b183; } b.libssl { background: #f4b183; } .libcrypto rect { fill: #ffd966; } b.libcrypto { background: #ffd966; }
.libc rect { fill: #9dc3e6; } b.libc { background: #9dc3e6; }
.new rect { fill: #e8795f; } b.new { background: #e8795f; } .more rect { fill: #f6c3b6; } b.more { background: #f6c3b6; }
.same rect, b.same { fill: #e2e2e2; background: #e2e2e2; } .less rect { fill: #b4d2ee; } b.less { background: #b4d2ee; }
g.hit rect { fill: #c58bf2; } g.away { visibility: hidden; }
`;

const SCRIPT = `'use strict';
const WIDTH = ${WIDTH}, CHARACTER = ${CHARACTER};
const detail = document.getElementById('detail'), found = document.getElementById('found');
function zoom(svg, from, width) {
  for (const g of svg.querySelectorAll('g')) {
    const x = (Number(g.dataset.x) - from) * WIDTH / width, w = Number(g.dataset.w) * WIDTH / width;
    const away = x + w <= 0.01 || x >= WIDTH - 0.01;
    g.classList.toggle('away', away);
    if (away) continue;
    const left = Math.max(0, x), right = Math.min(WIDTH, x + w);
    const rect = g.querySelector('rect'), text = g.querySelector('text');
    rect.setAttribute('x', left); rect.setAttribute('width', right - left);
    const room = Math.floor((right - left - 6) / CHARACTER), name = g.dataset.name;
    text.setAttribute('x', left + 3);
    text.textContent = room < 3 ? '' : name.length <= room ? name : name.slice(0, room - 1) + '…';
  }
}
for (const svg of document.querySelectorAll('svg')) {
  const show = (event) => { const g = event.target.closest('g'); if (g) detail.textContent = g.querySelector('title').textContent; };
  const widen = (event) => { const g = event.target.closest('g'); if (g) zoom(svg, Number(g.dataset.x), Number(g.dataset.w)); };
  svg.addEventListener('mouseover', show); svg.addEventListener('focusin', show); svg.addEventListener('click', widen);
  svg.addEventListener('keydown', (event) => { if (event.key === 'Enter') widen(event); if (event.key === 'Escape') zoom(svg, 0, WIDTH); });
}
document.getElementById('reset').addEventListener('click', () => { for (const svg of document.querySelectorAll('svg')) zoom(svg, 0, WIDTH); });
document.getElementById('find').addEventListener('input', (event) => {
  const wanted = event.target.value.toLowerCase();
  let hits = 0;
  for (const g of document.querySelectorAll('g')) {
    const hit = wanted !== '' && g.dataset.name.toLowerCase().includes(wanted);
    g.classList.toggle('hit', hit); if (hit) hits++;
  }
  found.textContent = wanted === '' ? '' : hits + ' found';
});
`;
