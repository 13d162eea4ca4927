import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lowerTail, rankSum } from './rank-sum.js';

const test = suite('stats/rank-sum');
const near = (a: number | undefined, b: number, within = 1e-9): void =>
  assert.ok(a !== undefined && Math.abs(a - b) <= within, `${a} is not ${b}`);

test('the published example: permeability of chorioamnion, Hollander, Wolfe and Chicken, examples 4.1 to 4.4', () => {
  const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const early = [1.15, 0.88, 0.9, 0.74, 1.21];
  const { estimate, pValue } = rankSum(early, term);
  near(estimate, 0.305);
  near(pValue, 0.2544, 5e-5); // twice the 0.1272 of R's one-sided wilcox.test
});

test('the distribution, counted by hand for two and two values', () => {
  // U of the six orders: 0 1 2 2 3 4.
  [1, 2, 4, 5, 6].forEach((count, u) => {
    near(lowerTail(2, 2, u), count / 6);
  });
  assert.is(lowerTail(2, 2, -1), 0);
});

test('the normal limit meets the counted distribution', () => {
  near(lowerTail(50, 50, 1_000), lowerTail(51, 50, 1_022), 0.004);
});

test('an interval needs values enough on both sides', () => {
  assert.is(rankSum([1, 2, 3], [4, 5, 6]).interval, null);
  near(rankSum([1, 2, 3], [4, 5, 6]).pValue, 0.1);
  assert.equal(rankSum([1, 2, 3, 4], [11, 12, 13, 14]).interval?.low, 7);
  assert.throws(() => rankSum([], [1]), RangeError);
  assert.throws(() => rankSum([1], []), RangeError);
});

const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 12 });

test('property: interval and p-value agree, and swapping the sides turns the sign', () => {
  fc.assert(
    fc.property(values, values, (left, right) => {
      const there = rankSum(left, right);
      const back = rankSum(right, left);
      near(there.estimate, -back.estimate);
      near(there.pValue, back.pValue);
      if (there.interval === null) return;
      assert.is(there.interval.low > 0 || there.interval.high < 0, there.pValue <= 0.05);
    }),
    { seed: 15 },
  );
});

test.run();
