import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { changePenalty, fit, noiseOf, pelt, segmentsOf } from './change-points.js';

const test = suite('stats/change-points');

const exactly = (values: readonly number[], standardError: number | null = 0.01) =>
  values.map((value) => ({ value, standardError }));
const starts = (values: readonly number[], floor = 0.01) =>
  segmentsOf(exactly(values), floor).map(({ from }) => from);

test('a level shift is found at its first point', () => {
  const values = [0, 0.005, -0.005, 0.002, 0.3, 0.301, 0.296, 0.305, 0.299, 0.3];
  assert.equal(starts(values), [0, 4]);
  const [before, after] = segmentsOf(exactly(values), 0.01);
  assert.ok(Math.abs((before?.level ?? 1) - 0.0005) < 1e-9);
  assert.ok(Math.abs((after?.level ?? 0) - 1.801 / 6) < 1e-9);
});

test('one odd point between two that agree is no change, two are', () => {
  assert.equal(starts([0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0]), [0]);
  assert.equal(starts([0, 0, 0, 0, 0.5, 0.5, 0, 0, 0, 0]), [0, 4, 6]);
});

test('the newest point alone can be one', () => {
  assert.equal(starts([0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5]), [0, 9]);
});

test('where every release is another level, as from suite to suite, each is its own segment', () => {
  assert.equal(starts([0, 0.3, 0.9, 1.5, 2.5]), [0, 1, 2, 3, 4]);
});

test('one point is one segment, and no points are an error', () => {
  assert.equal(segmentsOf(exactly([0.2]), 0.01), [{ from: 0, to: 1, level: 0.2 }]);
  assert.throws(() => segmentsOf([], 0.01), RangeError);
});

test('noise: what the standard errors say, or the spread of differences where it is more, at least the floor', () => {
  assert.is(noiseOf(exactly([0, 0, 0], 0.03), 0.01), 0.03);
  assert.is(noiseOf(exactly([0, 0, 0], 0.003), 0.01), 0.01);
  // Differences of 0.2 everywhere: 0.2 / (1.1503 √2).
  const zigzag = [0, 0.2, 0, 0.2, 0, 0.2, 0, 0.2];
  assert.ok(Math.abs(noiseOf(exactly(zigzag), 0.01) - 0.122943) < 1e-5);
  // Too few points for that.
  assert.is(noiseOf(exactly(zigzag.slice(1)), 0.01), 0.01);
  // One difference of nine is a change, and does not matter.
  assert.is(noiseOf(exactly([0, 0, 0, 0, 0, 9, 9, 9, 9, 9], null), 0.01), 0.01);
});

test('a badly measured point counts for less', () => {
  const points = exactly([0, 0, 0, 0, 0, 0.08]);
  assert.is(segmentsOf(points, 0.01).length, 2);
  assert.is(
    segmentsOf(
      points.map((point, i) => (i === 5 ? { ...point, standardError: 0.2 } : point)),
      0.01,
    ).length,
    1,
  );
});

test('fit: the mean where all are within the bound, without what is outside', () => {
  const of = (...values: number[]) => values.map((value) => ({ value, deviation: 1 }));
  // (−1)² + 0² + 1² about 2.
  assert.equal(fit(of(1, 2, 3), 5), { level: 2, cost: 2 });
  // 100 costs the bound squared: 25, and 1 and 3 cost 1 each about 2.
  assert.equal(fit(of(1, 3, 100), 5), { level: 2, cost: 27 });
  // Weights 1 and 1/4: (0 + 5/4) / (5/4) = 1; costs 1 and (4/2)² = 4.
  assert.equal(
    fit(
      [
        { value: 0, deviation: 1 },
        { value: 5, deviation: 2 },
      ],
      10,
    ),
    { level: 1, cost: 5 },
  );
});

test('fit is no worse than any level that is tried', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          value: fc.double({ min: -5, max: 5, noNaN: true }),
          deviation: fc.double({ min: 0.1, max: 3, noNaN: true }),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      fc.double({ min: -6, max: 6, noNaN: true }),
      (points, level) => {
        const cost = points.reduce(
          (sum, point) => sum + Math.min(((point.value - level) / point.deviation) ** 2, 9),
          0,
        );
        assert.ok(fit(points, 3).cost <= cost + 1e-9);
      },
    ),
  );
});

/** All ways to cut `length` points. */
function everyCut(length: number): number[][] {
  return Array.from({ length: 2 ** (length - 1) }, (_, bits) => [
    0,
    ...Array.from({ length: length - 1 }, (_, i) => i + 1).filter((at) => (bits >> (at - 1)) & 1),
  ]);
}

test('pelt finds the least of all ways to cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 60 }),
      (values, penalty) => {
        const cost = (from: number, to: number) => {
          const points = values.slice(from, to).map((value) => ({ value, deviation: 1 }));
          return fit(points, 4).cost;
        };
        const total = (cuts: readonly number[]) =>
          cuts.reduce((sum, from, i) => sum + penalty + cost(from, cuts[i + 1] ?? values.length), 0);
        const least = Math.min(...everyCut(values.length).map(total));
        assert.ok(Math.abs(total(pelt(values.length, penalty, cost)) - least) < 1e-9);
      },
    ),
    { numRuns: 60 },
  );
});

test('neither another unit, nor another zero, nor the direction matters', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 20 }),
      fc.integer({ min: -100, max: 100 }),
      (values, zero) => {
        const found = starts(values.map((value) => value / 64));
        assert.equal(starts(values.map((value) => (value + zero) / 64)), found);
        assert.equal(starts(values.map((value) => -value / 64)), found);
        assert.equal(
          segmentsOf(
            exactly(
              values.map((value) => value / 16),
              0.04,
            ),
            0.04,
          ).map(({ from }) => from),
          found,
        );
      },
    ),
  );
});

test('more points make a change dearer, and very few do too', () => {
  assert.ok(changePenalty(100) > changePenalty(30));
  assert.ok(changePenalty(3) > changePenalty(30));
});

test.run();
