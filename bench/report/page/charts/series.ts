/**
 * A long series with its change points. Paths, not elements for each point, so that thousands are as quick as ten; the pointer or the
 * arrow keys read single points out.
 */
import { type Child, h, svg } from '../dom.js';
import { gridLines, linePath } from './axis.js';
import { linear } from './scale.js';

export interface SeriesPoint {
  readonly label: string;
  /** Null where there is none: a gap. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The point in words. */
  readonly title: string;
}

export interface SeriesChange {
  /** Index of the first point that has it. */
  readonly at: number;
  readonly text: string;
  readonly up: boolean;
}

export interface SeriesOptions {
  readonly id: string;
  readonly label: string;
  readonly points: readonly SeriesPoint[];
  readonly changes: readonly SeriesChange[];
  readonly format: (value: number) => string;
  /** A line to hold values against, as 1 for ratios. */
  readonly reference?: number;
}

const WIDTH = 900;
const HEIGHT = 230;
const LEFT = 66;
const RIGHT = 14;
const TOP = 26;
const BOTTOM = 30;
/** What a version's label needs. */
const LABEL_ROOM = 62;
/** What the text of a change needs before the next one. */
const CHANGE_ROOM = 96;

export function seriesChart(options: SeriesOptions): HTMLElement {
  const { id, label, points, changes, format, reference } = options;
  const values = points.flatMap(({ value, low, high }) => [value, low, high].filter((one) => one !== null));
  const y = linear(0, Math.max(...values, reference ?? 0), HEIGHT - BOTTOM, TOP);
  const pitch = (WIDTH - LEFT - RIGHT) / Math.max(1, points.length);
  const x = (i: number): number => LEFT + (i + 0.5) * pitch;
  const cursor = svg('line', { class: 'cursor', y1: TOP, y2: HEIGHT - BOTTOM, visibility: 'hidden' });
  const said = h(
    'p',
    { class: 'readout', role: 'status' },
    'Point at the chart, or use the arrow keys, to read single releases.',
  );
  let current = -1;
  const show = (i: number): void => {
    const point = points[i];
    if (point === undefined || i === current) return;
    current = i;
    for (const end of ['x1', 'x2']) cursor.setAttribute(end, String(x(i)));
    cursor.setAttribute('visibility', 'visible');
    said.textContent = point.title;
  };
  const chart = svg(
    'svg',
    { class: 'chart series', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true' },
    gridLines(y, LEFT, WIDTH - RIGHT, format, reference),
    changeMarks(changes, (at) => LEFT + at * pitch),
    svg('path', { class: 'whisker', d: whiskers(points, x, y) }),
    svg('path', { class: 'line', d: linePath(points, x, y) }),
    // A line of no length with round ends is a dot.
    svg('path', { class: 'dots', d: dots(points, x, y) }),
    labels(points, x, Math.max(1, Math.ceil(LABEL_ROOM / pitch))),
    cursor,
  );
  const move = (event: Event): void => {
    if (!(event instanceof PointerEvent)) return;
    const { left, width } = chart.getBoundingClientRect();
    const at = ((event.clientX - left) / width) * WIDTH;
    show(Math.max(0, Math.min(points.length - 1, Math.floor((at - LEFT) / pitch))));
  };
  const press = (event: Event): void => {
    if (!(event instanceof KeyboardEvent)) return;
    const to = {
      ArrowLeft: Math.max(0, current - 1),
      ArrowRight: current + 1,
      Home: 0,
      End: points.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(Math.min(points.length - 1, to));
  };
  const frame = h(
    'div',
    {
      class: 'readable',
      id,
      tabindex: 0,
      role: 'group',
      'aria-label': label,
      pointermove: move,
      keydown: press,
    },
    chart,
  );
  return h('div', {}, frame, said);
}

type Place = (i: number) => number;

function whiskers(points: readonly SeriesPoint[], x: Place, y: (value: number) => number): string {
  return points
    .map(({ low, high }, i) =>
      low === null || high === null ? '' : `M${x(i).toFixed(1)} ${y(low).toFixed(1)}V${y(high).toFixed(1)}`,
    )
    .join('');
}

function dots(points: readonly SeriesPoint[], x: Place, y: (value: number) => number): string {
  return points
    .map(({ value }, i) => (value === null ? '' : `M${x(i).toFixed(1)} ${y(value).toFixed(1)}h0`))
    .join('');
}

/** A vertical line before the first point that has a change, with its text where that does not run into another. */
function changeMarks(changes: readonly SeriesChange[], at: (i: number) => number): Child {
  let free = Number.NEGATIVE_INFINITY;
  return [...changes]
    .sort((a, b) => a.at - b.at)
    .map((change) => {
      const place = at(change.at);
      const named = place >= free;
      if (named) free = place + CHANGE_ROOM;
      const atEnd = place > WIDTH - CHANGE_ROOM;
      return svg(
        'g',
        { class: `change ${change.up ? 'up' : 'down'}` },
        svg('title', {}, change.text),
        svg('line', { x1: place, x2: place, y1: TOP - 6, y2: HEIGHT - BOTTOM }),
        named
          ? svg(
              'text',
              { x: atEnd ? place - 4 : place + 4, y: TOP - 10, 'text-anchor': atEnd ? 'end' : 'start' },
              `${change.up ? '▲' : '▼'} ${change.text}`,
            )
          : null,
      );
    });
}

function labels(points: readonly SeriesPoint[], x: Place, every: number): Child {
  return points.map(({ label }, i) =>
    i % every === 0
      ? svg('text', { class: 'tick', x: x(i), y: HEIGHT - BOTTOM + 18, 'text-anchor': 'middle' }, label)
      : null,
  );
}
