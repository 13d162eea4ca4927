/** What charts over an ordered axis have in common: the lines of the scale, and a line with gaps. */
import { type Child, svg } from '../dom.js';
import type { Scale } from './scale.js';

/** A horizontal line and a figure for each tick of the scale, and a dashed line at the reference. */
export function gridLines(
  y: Scale,
  left: number,
  right: number,
  format: (value: number) => string,
  reference: number | undefined,
): Child {
  return [
    y.ticks.map((tick) => [
      svg('line', { class: 'grid', x1: left, x2: right, y1: y(tick), y2: y(tick) }),
      svg('text', { class: 'tick', x: left - 6, y: y(tick) + 4, 'text-anchor': 'end' }, format(tick)),
    ]),
    reference === undefined
      ? null
      : svg('line', { class: 'reference', x1: left, x2: right, y1: y(reference), y2: y(reference) }),
  ];
}

/** Through all points that have a value; a gap where one has none. */
export function linePath(
  points: readonly { readonly value: number | null }[],
  x: (i: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let pen = 'M';
  points.forEach(({ value }, i) => {
    if (value !== null) path += `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = value === null ? 'M' : 'L';
  });
  return path;
}
