/** Several lines over numbers of threads. Each has a mark of its own shape, so that none is told by its colour alone. */
import { type Child, svg } from '../dom.js';
import { gridLines, linePath } from './axis.js';
import { linear } from './scale.js';

export interface Line {
  /** Which of the marks and colours it has. */
  readonly tone: number;
  readonly points: readonly LinePoint[];
  /** From 0 to here, as a quiet line: what would be ideal. */
  readonly ideal: { readonly x: number; readonly value: number } | null;
}

export interface LinePoint {
  readonly x: number;
  readonly value: number;
  readonly title: string;
}

export interface LinesOptions {
  readonly label: string;
  readonly lines: readonly Line[];
  /** Where the axis has figures. */
  readonly xs: readonly number[];
  /** What lies beyond is shaded, with this said in it. */
  readonly limit: { readonly x: number; readonly text: string };
  readonly format: (value: number) => string;
}

const WIDTH = 440;
const HEIGHT = 220;
const LEFT = 66;
const RIGHT = 14;
const TOP = 22;
const BOTTOM = 26;
/** What a figure of the axis needs. */
const FIGURE_ROOM = 22;
const TONES = 6;

export function linesChart({ label, lines, xs, limit, format }: LinesOptions): SVGElement {
  const values = lines.flatMap(({ points, ideal }) => [
    ...points.map(({ value }) => value),
    ideal?.value ?? 0,
  ]);
  const y = linear(0, Math.max(...values, 0), HEIGHT - BOTTOM, TOP);
  const most = Math.max(...xs, 1);
  const x = (value: number): number => LEFT + (value / most) * (WIDTH - LEFT - RIGHT);
  return svg(
    'svg',
    { class: 'chart lines', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    limit.x < most
      ? [
          svg('rect', {
            ...{ class: 'beyond-limit', x: x(limit.x), y: TOP },
            ...{ width: WIDTH - RIGHT - x(limit.x), height: HEIGHT - BOTTOM - TOP },
          }),
          svg('text', { x: WIDTH - RIGHT, y: TOP - 8, 'text-anchor': 'end' }, limit.text),
        ]
      : null,
    gridLines(y, LEFT, WIDTH - RIGHT, format, undefined),
    lines.map(({ tone, ideal }) =>
      ideal === null
        ? null
        : svg('path', {
            class: `ideal ${toneClass(tone)}`,
            d: `M${x(0)} ${y(0)}L${x(ideal.x).toFixed(1)} ${y(ideal.value).toFixed(1)}`,
          }),
    ),
    lines.map(({ tone, points }) =>
      svg(
        'g',
        { class: toneClass(tone) },
        svg('path', { class: 'through', d: linePath(points, (i) => x(points[i]?.x ?? 0), y) }),
        points.map((point) =>
          svg(
            'path',
            { class: 'mark', d: markAt(tone, x(point.x), y(point.value)) },
            svg('title', {}, point.title),
          ),
        ),
      ),
    ),
    figures(xs, x),
  );
}

/** Those that would run into each other are left out; the last one stays. */
function figures(xs: readonly number[], x: (value: number) => number): Child {
  let free = Number.POSITIVE_INFINITY;
  return [...xs].reverse().map((value) => {
    if (x(value) > free) return null;
    free = x(value) - FIGURE_ROOM;
    return svg('text', { x: x(value), y: HEIGHT - BOTTOM + 18, 'text-anchor': 'middle' }, String(value));
  });
}

/** A line's mark alone, for a legend. */
export function lineMark(tone: number): SVGElement {
  return svg(
    'svg',
    {
      class: `line-mark ${toneClass(tone)}`,
      viewBox: '0 0 24 14',
      width: 24,
      height: 14,
      'aria-hidden': 'true',
    },
    svg('path', { class: 'through', d: 'M1 7H23' }),
    svg('path', { class: 'mark', d: markAt(tone, 12, 7) }),
  );
}

function toneClass(tone: number): string {
  return `tone-${tone % TONES}`;
}

/** Circle, square, triangle, diamond, triangle on its head: their number and that of the colours have no common factor. */
const MARKS: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0-8 0`,
  (x, y) => `M${x - 4} ${y - 4}h8v8h-8Z`,
  (x, y) => `M${x} ${y - 5}l5 9h-10Z`,
  (x, y) => `M${x} ${y - 6}l5 6l-5 6l-5-6Z`,
  (x, y) => `M${x} ${y + 5}l5-9h-10Z`,
];

function markAt(tone: number, x: number, y: number): string {
  const mark = MARKS[tone % MARKS.length];
  return mark?.(Number(x.toFixed(1)), Number(y.toFixed(1))) ?? '';
}
