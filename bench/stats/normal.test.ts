import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { normalQuantile, normalTail, studentTail } from './normal.js';

const test = suite('stats/normal');
const near = (a: number, b: number, within = 2e-6): void =>
  assert.ok(Math.abs(a - b) <= within * Math.abs(b), `${a} is not ${b}`);

test('normal tails, as in every table', () => {
  for (const [z, p] of [
    [0, 0.5],
    [1, 0.158655254],
    [1.96, 0.0249978951],
    [4, 3.16712418e-5],
    [-1, 0.841344746],
  ] as const) {
    near(normalTail(z), p);
  }
});

test('normal quantiles', () => {
  near(normalQuantile(0.975), 1.95996398);
  near(normalQuantile(0.9), 1.28155157);
  near(normalQuantile(1e-4), -3.71901649);
  assert.ok(Math.abs(normalQuantile(0.5)) < 1e-6);
  for (const p of [0, 1, -1, 2, Number.NaN]) assert.throws(() => normalQuantile(p), RangeError);
});

test('tails of Student’s t, as R and SciPy give them', () => {
  near(studentTail(0, 5), 0.5);
  near(studentTail(0.5, 5), 0.319149436);
  near(studentTail(2.571, 5), 0.0249873173);
  near(studentTail(45, 7), 3.49618897e-10);
  near(studentTail(1.96, 1e5), 0.0249978951, 1e-4);
  // One degree is Cauchy's distribution: 1/2 − arctan(t)/π.
  near(studentTail(3, 1), 0.5 - Math.atan(3) / Math.PI);
  assert.is(studentTail(Number.POSITIVE_INFINITY, 3), 0);
  assert.throws(() => studentTail(-1, 3), RangeError);
  assert.throws(() => studentTail(1, 0), RangeError);
});

test.run();
