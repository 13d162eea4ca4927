import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lowerTail, signedRank } from './signed-rank.js';

const test = suite('stats/signed-rank');
const near = (a: number | undefined, b: number, within = 1e-12): void =>
  assert.ok(a !== undefined && Math.abs(a - b) <= within, `${a} is not ${b}`);

/** Hamilton depression scale, after minus before: Hollander, Wolfe and Chicken, examples 3.1, 3.3 and 3.4. */
const DEPRESSION = [-0.952, 0.147, -1.022, -0.43, -0.62, -0.59, -0.49, 0.08, -0.01];

test('the published example: estimate −0.46, interval (−0.786, −0.010), p 0.039', () => {
  const { estimate, interval, pValue, standardError } = signedRank(DEPRESSION);
  near(estimate, -0.46);
  near(interval?.low, -0.786);
  near(interval?.high, -0.01);
  near(interval?.confidence, 1 - 0.0390625);
  assert.is(pValue, 0.0390625); // as R's wilcox.test(x, y, paired = TRUE)
  // Half the interval over the normal quantile of 0.98046875.
  near(standardError ?? undefined, 0.388 / 2.0627, 1e-4);
});

test('the distribution, counted by hand for three values', () => {
  // Sums of subsets of {1, 2, 3}: 0 1 2 3 3 4 5 6.
  assert.equal(
    [-1, 0, 1, 2, 3, 4, 5, 6, 7].map((t) => lowerTail(3, t) * 8),
    [0, 1, 2, 3, 5, 6, 7, 8, 8],
  );
});

test('the distribution of 200 values meets its normal limit', () => {
  near(lowerTail(200, 8_000), lowerTail(201, 8_100), 0.001);
  near(lowerTail(200, 10_050), 0.5, 0.001);
  near(lowerTail(300, 22_575), 0.5, 0.001);
  near(lowerTail(300, 19_632), 0.025, 0.001); // 1.96 standard deviations of 1,503 below 22,575
});

test('five values have no interval of 95 %, six have one', () => {
  assert.is(signedRank([1, 2, 3, 4, 5]).interval, null);
  assert.is(signedRank([1, 2, 3, 4, 5]).standardError, null);
  assert.is(signedRank([1, 2, 3, 4, 5]).pValue, 0.0625);
  assert.equal(signedRank([1, 2, 3, 4, 5, 6]).interval, { low: 1, high: 6, confidence: 0.96875 });
  assert.is(signedRank([1, 2, 3, 4, 5, 6], 0.99).interval, null);
});

test('an even number of averages: the mean of the two in the middle', () => {
  // 1, 1.5, 2, 2.5, 3, 4 … of {1, 2, 4}: 1 1.5 2 2.5 3 4.
  assert.is(signedRank([4, 1, 2]).estimate, 2.25);
});

test('values of 0 speak for neither side', () => {
  assert.is(signedRank([0, 0, 0, 0, 0, 0, 0, 0]).pValue, 1);
  assert.ok(signedRank([0, 1, 2, 3, 4, 5, 6, 7]).pValue > signedRank([0.1, 1, 2, 3, 4, 5, 6, 7]).pValue);
});

test('nothing and nonsense are refused', () => {
  assert.throws(() => signedRank([]), RangeError);
  assert.throws(() => signedRank([1, Number.NaN]), RangeError);
});

const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 30 });

test('property: the interval leaves 0 out exactly when the p-value is at most its level', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(0.95, 0.9, 0.75), (list, confidence) => {
      const { interval, pValue } = signedRank(list, confidence);
      if (interval === null) return;
      const out = interval.low > 0 || interval.high < 0;
      assert.is(out, pValue <= 1 - confidence, `${interval.low} ${interval.high} ${pValue}`);
    }),
    { seed: 11 },
  );
});

test('property: estimate within the interval, and moved along with the values', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: -8, max: 8 }), (list, shift) => {
      const { estimate, interval } = signedRank(list);
      assert.ok(interval && interval.low <= estimate && estimate <= interval.high);
      assert.ok(interval.confidence >= 0.95 && interval.confidence < 1);
      near(signedRank(list.map((value) => value + shift)).estimate, estimate + shift, 1e-9);
      near(signedRank(list.map((value) => -value)).estimate, -estimate, 1e-9);
    }),
    { seed: 12 },
  );
});

test.run();
