import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rises, slopeOf } from './slope.js';

test('a straight line has its own slope, and the largest score', () => {
  const slope = slopeOf([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  assert.is(slope?.bytesPerCheckpoint, 10);
  // score 45, variance 10·9·25/18 = 125: (45 − 1) / 11.1803
  assert.is(slope?.z.toFixed(4), '3.9355');
});

test('one outlier does not make a slope', () => {
  assert.is(slopeOf([5, 5, 5, 900, 5, 5, 5, 5, 5, 5])?.bytesPerCheckpoint, 0);
  assert.is(slopeOf([5, 5, 5, 5, 5, 5, 5, 5, 5, 5])?.z, 0);
});

test('too few readings say nothing', () => {
  assert.is(slopeOf([1, 2, 3, 4, 5, 6, 7, 8, 9]), null);
});

test('a quarter of a handle a checkpoint is needed', () => {
  const line = (step: number) => Array.from({ length: 20 }, (_, i) => i * step);
  assert.is(rises(line(1000), 8000), null);
  assert.ok(rises(line(3000), 8000));
  assert.is(rises(line(3000), 0), null);
});

test('readings in any falling or flat order never rise', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 10, maxLength: 40 }), (values) => {
      const falling = [...values].sort((a, b) => b - a);
      return rises(falling, 1) === null;
    }),
  );
});

test.run();
