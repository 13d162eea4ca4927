import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { median, medianAbsoluteDeviation, quantile, relativeSpread, standardDeviation } from './quantile.js';

const test = suite('stats/quantile');
// In 1,024ths, so that stretching by a power of two is exact.
const finite = fc.integer({ min: -1e9, max: 1e9 }).map((parts) => parts / 1024);
const some = fc.array(finite, { minLength: 1, maxLength: 40 });

test('median: odd, even and single counts, in any order', () => {
  assert.is(median([3, 1, 2]), 2);
  assert.is(median([4, 1, 3, 2]), 2.5);
  assert.is(median([7]), 7);
});

test('quantile: type 7 as R gives it for 1, 2, 4, 8, 16', () => {
  const values = [16, 1, 8, 2, 4];
  // R: quantile(c(1,2,4,8,16), c(0,.1,.25,.5,.75,.9,1)) = 1.0 1.4 2.0 4.0 8.0 12.8 16.0
  const expected = [1, 1.4, 2, 4, 8, 12.8, 16];
  [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1].forEach((p, i) => {
    assert.ok(Math.abs(quantile(values, p) - (expected[i] ?? Number.NaN)) < 1e-12, `p=${p}`);
  });
});

test('median absolute deviation: 1 1 2 2 4 6 9 has 1', () => {
  assert.is(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9]), 1);
});

test('relative spread: interquartile range over the median', () => {
  // Quartiles of 90, 95, 100, 105, 110 are 95 and 105.
  assert.is(relativeSpread([90, 95, 100, 105, 110]), 0.1);
  assert.is(relativeSpread([5]), null);
  assert.is(relativeSpread([0, 0, 0]), null);
});

test('refuses no values, values that are not numbers, and fractions outside 0 to 1', () => {
  assert.throws(() => median([]), /no values/);
  assert.throws(() => median([1, Number.NaN]), /NaN is not a finite number/);
  assert.throws(() => quantile([1], 1.5), /fraction 1.5/);
  assert.throws(() => quantile([1], Number.NaN), /fraction NaN/);
});

test('leaves its input as it is', () => {
  const values = [3, 1, 2];
  median(values);
  assert.equal(values, [3, 1, 2]);
});

test('property: quantiles lie within the values and rise with the fraction', () => {
  const fraction = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(some, fraction, fraction, (values, p, q) => {
      const [low, high] = [quantile(values, Math.min(p, q)), quantile(values, Math.max(p, q))];
      assert.ok(low <= high + 1e-6);
      assert.ok(low >= Math.min(...values) - 1e-6 && high <= Math.max(...values) + 1e-6);
    }),
    { seed: 1 },
  );
});

test('property: the median moves and stretches with its values', () => {
  fc.assert(
    fc.property(some, fc.integer({ min: -8, max: 8 }), (values, power) => {
      const factor = 2 ** power;
      assert.is(median(values.map((value) => value * factor)), median(values) * factor);
      assert.is(median(values.map((value) => -value)) + 0, -median(values) + 0);
    }),
    { seed: 2 },
  );
});

test('standard deviation: hand-worked, in the unit of the values', () => {
  // Mean 5; squares 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7.
  assert.ok(Math.abs((standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]) ?? 0) - Math.sqrt(32 / 7)) < 1e-12);
  assert.is(standardDeviation([3, 3]), 0);
  assert.is(standardDeviation([3]), null);
  assert.is(standardDeviation([]), null);
});

test.run();
