import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LeastSquares } from './least-squares.js';

const test = suite('stats/least-squares');
const column = (...values: number[]) => Float64Array.from(values);
const near = (a: number | null | undefined, b: number, within = 1e-9) =>
  assert.ok(a != null && Math.abs(a - b) <= within * Math.max(1, Math.abs(b)), `${a} is not near ${b}`);

test('a line through points that are on none: the normal equations by hand', () => {
  // y = 1, 3, 4 at x = 0, 1, 2: slope 3/2, intercept 7/6, residuals -1/6, 1/3, -1/6.
  const fit = new LeastSquares([1, 3, 4]);
  assert.ok(fit.add(column(1, 1, 1)));
  near(fit.residualSquares, 42 / 9);
  near(fit.gain(column(0, 1, 2)), 42 / 9 - 1 / 6);
  assert.ok(fit.add(column(0, 1, 2)));
  const [intercept, slope] = fit.coefficients();
  near(intercept, 7 / 6);
  near(slope, 3 / 2);
  near(fit.residualSquares, 1 / 6);
  near(fit.residual[1], 1 / 3);
});

test('a column that is a combination of others has no coefficient and takes nothing from theirs', () => {
  const fit = new LeastSquares([5, 7, 5, 7]);
  fit.add(column(1, 1, 1, 1));
  fit.add(column(0, 1, 0, 1));
  assert.is(fit.gain(column(1, 0, 1, 0)), 0);
  assert.is(fit.add(column(1, 0, 1, 0)), false);
  assert.is(fit.add(column(0, 0, 0, 0)), false);
  assert.equal(fit.rank, 2);
  const [base, step, dependent, empty] = fit.coefficients();
  near(base, 5);
  near(step, 2);
  assert.is(dependent, null);
  assert.is(empty, null);
});

test('values that are no numbers are refused', () => {
  assert.throws(() => new LeastSquares([1, Number.NaN]), /finite/);
});

test('any design: planted coefficients come back, and a gain is what adding really takes away', () => {
  const cell = fc.integer({ min: 0, max: 2 });
  const planted = fc.integer({ min: -1_000_000, max: 1_000_000 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 6, maxLength: 40 }),
      // Nanoseconds and bytes: beyond these, doubles hold no 1e-6 of them.
      fc.tuple(planted, planted, planted, planted),
      (rows, coefficients) => {
        const values = rows.map((row) => row.reduce((sum, one, i) => sum + one * (coefficients[i] ?? 0), 0));
        const fit = new LeastSquares(values);
        const squares = fit.residualSquares;
        for (let i = 0; i < 4; i++) {
          const one = Float64Array.from(rows, (row) => row[i] ?? 0);
          const before = fit.residualSquares;
          const gain = fit.gain(one);
          assert.ok(fit.leastGain(one) <= gain * (1 + 1e-6) + 1e-6 * (before + 1) || gain === 0);
          fit.add(one);
          near(before - fit.residualSquares, gain, 1e-6 * Math.max(1, before));
        }
        const found = fit.coefficients();
        if (found.every((one) => one !== null))
          found.forEach((one, i) => void near(one, coefficients[i] ?? 0, 1e-6));
        near(fit.residualSquares, 0, 1e-9 * (1 + squares));
      },
    ),
    { numRuns: 200 },
  );
});

test.run();
