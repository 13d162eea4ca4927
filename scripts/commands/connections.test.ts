import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkpointsTo } from './connections.js';

test('readings at 1, 2, 5, 10 … thousand and at the end', () => {
  assert.equal(checkpointsTo(100_000), [1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]);
  assert.equal(checkpointsTo(3000), [1000, 2000, 3000]);
  assert.equal(checkpointsTo(1000), [1000]);
  assert.equal(checkpointsTo(7), [7]);
});

test.run();
