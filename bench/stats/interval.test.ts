import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { orderConfidence, orderInterval, valuesNeeded } from './interval.js';
import { median } from './quantile.js';

const test = suite('stats/interval');
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

test('confidence: as the binomial table says', () => {
  // 1 - 2·(1/2)^6; 1 - 2·(1 + 10)/1024; 1 - 2·(1 + 20 + 190 + 1140 + 4845 + 15504)/2^20.
  assert.is(orderConfidence(6, 1), 0.96875);
  assert.ok(Math.abs(orderConfidence(10, 2) - (1 - 22 / 1024)) < 1e-14);
  assert.ok(Math.abs(orderConfidence(20, 6) - (1 - (2 * 21700) / 2 ** 20)) < 1e-13);
  assert.is(orderConfidence(5, 1), 0.9375);
  assert.is(orderConfidence(1, 1), 0);
});

test('confidence: no underflow at many values', () => {
  // Normal approximation: k = n/2 - 1.96·sqrt(n)/2 gives 95 % for n = 10,000.
  const confidence = orderConfidence(10_000, 4902);
  assert.ok(Math.abs(confidence - 0.95) < 0.003, String(confidence));
});

test('values needed: 6 for 95 %, 5 for 90 %, 8 for 99 %', () => {
  assert.is(valuesNeeded(), 6);
  assert.is(valuesNeeded(0.9), 5);
  assert.is(valuesNeeded(0.99), 8);
  assert.throws(() => valuesNeeded(1), /confidence 1/);
});

test('interval: the order statistics that published tables give', () => {
  // Conover, table for the median at 95 %: n=6 (1,6), 9 (2,8), 10 (2,9), 15 (4,12), 20 (6,15), 25 (8,18), 30 (10,21).
  const ranks: [number, number, number][] = [
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [10, 2, 9],
    [12, 3, 10],
    [15, 4, 12],
    [20, 6, 15],
    [25, 8, 18],
    [30, 10, 21],
  ];
  for (const [n, low, high] of ranks) {
    const interval = orderInterval(upTo(n));
    assert.is(interval?.low, low, `n=${n}`);
    assert.is(interval?.high, high, `n=${n}`);
  }
});

test('what means nothing is refused', () => {
  for (const [n, k] of [
    [6.5, 1],
    [6, 1.5],
    [6, 0],
    [6, 4],
    [1, 2],
  ] as const) {
    assert.throws(() => orderConfidence(n, k), `orderConfidence: k ${k} of n ${n}`);
  }
  // The two middle values, and a middle value by itself.
  assert.ok(Math.abs(orderConfidence(6, 3) - (1 - (2 * (1 + 6 + 15)) / 64)) < 1e-12);
  assert.ok(orderConfidence(5, 3) < 1e-12);
  for (const confidence of [0, 1, -1, Number.NaN])
    assert.throws(() => valuesNeeded(confidence), /confidence/);
});

test('a confidence that is met exactly is enough', () => {
  // 1 − 2/64 with six values, and 1 − 14/64 with the second and fifth of six.
  assert.is(valuesNeeded(0.96875), 6);
  assert.equal(orderInterval(upTo(6), 0.96875), { low: 1, high: 6, confidence: 0.96875 });
  assert.equal(orderInterval(upTo(6), 0.78125), { low: 2, high: 5, confidence: 0.78125 });
  // The two middle ones are as near as it goes.
  const narrowest = orderInterval(upTo(6), 0.1);
  assert.equal([narrowest?.low, narrowest?.high], [3, 4]);
});

test('interval: none from fewer than 6 values', () => {
  for (const n of [0, 1, 2, 5]) assert.is(orderInterval(upTo(n)), null);
});

test('property: at least 95 %, holds the median, and one step narrower would be too little', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 6, maxLength: 80 }),
      (values) => {
        const interval = orderInterval(values);
        assert.ok(interval);
        assert.ok(interval.confidence >= 0.95);
        const centre = median(values);
        assert.ok(interval.low <= centre && centre <= interval.high);
        const n = values.length;
        let k = 1;
        while (orderConfidence(n, k) > interval.confidence + 1e-12) k++;
        if (2 * (k + 1) <= n) assert.ok(orderConfidence(n, k + 1) < 0.95);
      },
    ),
    { seed: 3 },
  );
});

test.run();
