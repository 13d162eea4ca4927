/** A ratio with its interval on a logarithmic axis around 1, small enough for a table's cell. */
import type { Comparison } from '../../../stats/comparison.js';
import { type Child, svg } from '../dom.js';

const WIDTH = 120;
const HEIGHT = 16;

/** A ratio beyond 16 ends at the edge: one of 1,000 must not press all others together. */
const REACH_MAX = Math.log(16);

/** How far an axis must reach, as a logarithm, so that the ratios fit. */
export function ratioReachOf(comparisons: readonly (Comparison | null)[]): number {
  let most = Math.log(1.05);
  for (const one of comparisons) if (one !== null) most = Math.max(most, Math.abs(Math.log(one.ratio)));
  return Math.min(REACH_MAX, most * 1.1);
}

/** With a line at `limit`, where that is not 1. Decoration for those who see: the same figures stand beside it as text. */
export function ratioBar(comparison: Comparison | null, reach: number, limit = 1): Child {
  if (comparison === null) return null;
  const { ratio, interval, verdict } = comparison;
  const at = (value: number): number => {
    const share = Math.max(-1, Math.min(1, Math.log(value) / reach));
    return WIDTH / 2 + share * (WIDTH / 2 - 4);
  };
  const middle = HEIGHT / 2;
  return svg(
    'svg',
    {
      class: `ratio-bar ${verdict}`,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      width: WIDTH,
      height: HEIGHT,
      'aria-hidden': 'true',
    },
    limit === 1 ? null : svg('line', { class: 'limit', x1: at(limit), x2: at(limit), y1: 0, y2: HEIGHT }),
    svg('line', { class: 'axis', x1: WIDTH / 2, x2: WIDTH / 2, y1: 0, y2: HEIGHT }),
    interval === null
      ? null
      : svg('line', {
          class: 'whisker',
          x1: at(interval.low),
          x2: at(interval.high),
          y1: middle,
          y2: middle,
        }),
    svg('circle', { class: 'dot', cx: at(ratio), cy: middle, r: 3.5 }),
  );
}
