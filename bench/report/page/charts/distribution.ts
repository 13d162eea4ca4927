/** Rounds and processes: for each block a line from its fastest to its slowest round, its middle half, its median. */
import { formatNs } from '../../format.js';
import type { BlockFigures } from '../../page-data/types.js';
import { svg } from '../dom.js';
import { linear } from './scale.js';

export interface DistributionOptions {
  readonly label: string;
  readonly blocks: readonly BlockFigures[];
  /** The cell's median over blocks and its interval. */
  readonly medianNs: number;
  readonly interval: { readonly lowNs: number; readonly highNs: number } | null;
  /** The axis, shared by all targets of the view, in nanoseconds. */
  readonly from: number;
  readonly to: number;
}

const WIDTH = 440;
const HEIGHT = 150;
const LEFT = 62;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 12;

/** Three paths, however many blocks: 10,000 blocks are no more elements than 10. */
export function distributionChart(options: DistributionOptions): SVGElement {
  const { label, blocks, medianNs, interval } = options;
  const y = linear(options.from, options.to, HEIGHT - BOTTOM, TOP);
  const clamp = (ns: number): string => Math.max(TOP, Math.min(HEIGHT - BOTTOM, y(ns))).toFixed(1);
  const room = WIDTH - LEFT - RIGHT;
  const pitch = room / Math.max(1, blocks.length);
  const x = (i: number): string => (LEFT + (i + 0.5) * pitch).toFixed(1);
  const thick = Math.max(1, Math.min(10, pitch * 0.6));
  const path = (draw: (figures: BlockFigures, at: string) => string): string =>
    blocks.map((figures, i) => draw(figures, x(i))).join('');
  return svg(
    'svg',
    { class: 'chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    y.ticks.map((tick) => [
      svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) }),
      svg('text', { class: 'tick', x: LEFT - 6, y: y(tick) + 4, 'text-anchor': 'end' }, formatNs(tick)),
    ]),
    interval === null
      ? null
      : svg('rect', {
          class: 'band',
          x: LEFT,
          width: room,
          y: clamp(interval.highNs),
          height: Math.max(1, Number(clamp(interval.lowNs)) - Number(clamp(interval.highNs))),
        }),
    svg('line', { class: 'median', x1: LEFT, x2: WIDTH - RIGHT, y1: clamp(medianNs), y2: clamp(medianNs) }),
    svg('path', {
      class: 'range',
      d: path(([, , min, , , , max], at) => `M${at} ${clamp(min)}V${clamp(max)}`),
    }),
    svg('path', {
      class: 'half',
      'stroke-width': thick,
      d: path(([, , , lower, , upper], at) => `M${at} ${clamp(lower)}V${clamp(upper)}`),
    }),
    // A line of no length with round ends is a dot.
    svg('path', { class: 'dots', d: path(([, , , , median], at) => `M${at} ${clamp(median)}h0`) }),
  );
}
