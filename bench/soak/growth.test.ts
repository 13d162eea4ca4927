import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { growthOf } from './growth.js';

test('one lost in every quarter is growing, however little', () => {
  assert.is(growthOf(5, [5, 6, 6, 7, 7, 8, 8, 9]), 'growing');
  assert.is(growthOf(0, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]), 'growing');
});

test('a cache that fills and stays is steady; one that filled late is not known to stay', () => {
  assert.is(growthOf(0, [3, 10, 10, 10, 10, 10, 10, 10]), 'steady');
  assert.is(growthOf(0, [0, 0, 0, 0, 0, 0, 4, 10]), 'grown');
  assert.is(growthOf(0, [0, 0, 0, 0, 0, 10, 10, 10]), 'grown');
});

test('what goes up and down again does not grow', () => {
  assert.is(growthOf(2, [2, 4, 2, 3, 2, 5, 2, 6]), 'none');
  assert.is(growthOf(2, [9, 9, 9, 9, 9, 9, 9, 2]), 'none');
});

test('too few readings never say that it goes on', () => {
  assert.is(growthOf(0, [1, 2, 3, 4, 5, 6, 7]), 'grown');
  assert.is(growthOf(0, []), 'none');
});

test('whatever is lost at a constant rate grows; a constant never does', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 8, max: 300 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(100),
      (n, rate, before) => {
        const lost = Array.from({ length: n }, (_, i) => before + (i + 1) * rate);
        assert.is(growthOf(before, lost), 'growing');
        assert.is(growthOf(before, new Array(n).fill(before)), 'none');
      },
    ),
  );
});

test.run();
