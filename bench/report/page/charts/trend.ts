/** A figure over OpenSSL versions: a point with its interval for each, joined in order of version. */
import { type Child, svg } from '../dom.js';
import { gridLines, linePath } from './axis.js';
import { linear } from './scale.js';

export interface TrendPoint {
  readonly label: string;
  /** Null where the version has none: a gap in the line. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly title: string;
  /** Where it differs from the point before it by more than noise: how, in a few characters. */
  readonly step: TrendStep | null;
}

export interface TrendStep {
  readonly text: string;
  readonly up: boolean;
}

export interface TrendOptions {
  readonly label: string;
  readonly points: readonly TrendPoint[];
  readonly format: (value: number) => string;
  /** A line to hold values against, as 1 for ratios. */
  readonly reference?: number;
}

const WIDTH = 440;
const HEIGHT = 200;
const LEFT = 62;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 34;
/** A step narrower than this has no room for its size. */
const STEP_ROOM = 52;

export function trendChart({ label, points, format, reference }: TrendOptions): SVGElement {
  const values = points.flatMap(({ value, low, high }) => [value, low, high].filter((one) => one !== null));
  const y = linear(0, Math.max(...values, reference ?? 0), HEIGHT - BOTTOM, TOP);
  const room = WIDTH - LEFT - RIGHT;
  const x = (i: number): number => LEFT + ((i + 0.5) / points.length) * room;
  // Labels that would run into each other are left out, never the first.
  const every = Math.ceil(points.length / Math.floor(room / 54));
  return svg(
    'svg',
    { class: 'chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    gridLines(y, LEFT, WIDTH - RIGHT, format, reference),
    svg('path', { class: 'line', d: linePath(points, x, y) }),
    points.map((point, i) => stepMark(points[i - 1], point, x(i - 1), x(i), y)),
    points.map((point, i) => mark(point, x(i), y)),
    points.map(({ label: text }, i) =>
      i % every === 0
        ? svg('text', { class: 'tick', x: x(i), y: HEIGHT - BOTTOM + 18, 'text-anchor': 'middle' }, text)
        : null,
    ),
  );
}

/** A change point: the way from one point to the next, drawn thick, with its size where there is room. */
function stepMark(
  before: TrendPoint | undefined,
  { value, step, title }: TrendPoint,
  from: number,
  to: number,
  y: (value: number) => number,
): Child {
  if (step === null || value === null || before === undefined || before.value === null) return null;
  const [start, end] = [y(before.value), y(value)];
  const tone = step.up ? 'up' : 'down';
  return svg(
    'g',
    { class: `step ${tone}` },
    svg('title', {}, `${step.text}: ${title}`),
    svg('path', { d: `M${from} ${start}L${to} ${end}` }),
    to - from < STEP_ROOM
      ? null
      : svg(
          'text',
          { x: (from + to) / 2, y: Math.max(TOP + 10, Math.min(start, end) - 8), 'text-anchor': 'middle' },
          `${step.up ? '▲' : '▼'} ${step.text}`,
        ),
  );
}

function mark({ value, low, high, title }: TrendPoint, x: number, y: (value: number) => number): Child {
  if (value === null) return null;
  return svg(
    'g',
    {},
    svg('title', {}, title),
    low === null || high === null ? null : svg('path', { class: 'whisker', d: whisker(x, y(low), y(high)) }),
    svg('circle', { class: 'dot', cx: x, cy: y(value), r: 4 }),
  );
}

function whisker(x: number, low: number, high: number): string {
  return `M${x - 4} ${low}h8M${x} ${low}V${high}M${x - 4} ${high}h8`;
}
