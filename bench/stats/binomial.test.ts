import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { binomialUpperTail } from './binomial.js';

const test = suite('stats/binomial');

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test('agrees with what is worked out by hand', () => {
  near(binomialUpperTail(4, 0, 0.5), 1);
  near(binomialUpperTail(4, 1, 0.5), 15 / 16);
  near(binomialUpperTail(4, 3, 0.5), 5 / 16);
  near(binomialUpperTail(4, 4, 0.5), 1 / 16);
  // At least one in ten at 5 %: 1 − 0.95^10.
  near(binomialUpperTail(10, 1, 0.05), 1 - 0.95 ** 10);
  near(binomialUpperTail(4, 5, 0.5), 0);
});

test('is a probability that falls with k and rises with p', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400 }),
      fc.nat(400),
      fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      (n, k, p) => {
        const tail = binomialUpperTail(n, k, p);
        assert.ok(tail >= 0 && tail <= 1);
        assert.ok(binomialUpperTail(n, k + 1, p) <= tail + 1e-12);
        assert.ok(binomialUpperTail(n, k, p + 0.05) >= tail - 1e-9);
      },
    ),
  );
});

test('refuses what is no count or no probability', () => {
  for (const [n, k, p] of [
    [-1, 0, 0.5],
    [2, 0.5, 0.5],
    [2, 1, 1],
    [2, -1, 0.5],
  ] as const) {
    assert.throws(() => binomialUpperTail(n, k, p), /binomialUpperTail/);
  }
});

test.run();
