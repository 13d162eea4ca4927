import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { doublingLooks, LEVEL, levelAt, singleLook } from './looks.js';

const test = suite('stats/looks');

test('one look spends everything', () => {
  assert.equal(singleLook(12), [{ blocks: 12, level: LEVEL }]);
  assert.equal(doublingLooks(12, 12), singleLook(12));
});

test('looks double, each spends half of what is left, the last one all', () => {
  assert.equal(doublingLooks(10, 70), [
    { blocks: 10, level: 0.025 },
    { blocks: 20, level: 0.0125 },
    { blocks: 40, level: 0.00625 },
    { blocks: 70, level: 0.00625 },
  ]);
  assert.throws(() => doublingLooks(10, 9), RangeError);
  assert.throws(() => doublingLooks(0, 9), RangeError);
});

test('property: levels add up to the whole, blocks rise to the last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 1000 }), (first, more) => {
      const looks = doublingLooks(first, first + more);
      const spent = looks.reduce((sum, { level }) => sum + level, 0);
      assert.ok(Math.abs(spent - LEVEL) < 1e-12);
      assert.is(looks.at(-1)?.blocks, first + more);
      looks.slice(1).forEach(({ blocks }, i) => {
        assert.ok(blocks > (looks[i]?.blocks ?? 0));
      });
    }),
    { seed: 14 },
  );
});

test('the level of a look is that of the blocks on the way to it', () => {
  const looks = doublingLooks(10, 40);
  assert.equal(
    [1, 10, 11, 20, 21, 40, 99].map((blocks) => levelAt(looks, blocks)),
    [0.025, 0.025, 0.0125, 0.0125, 0.0125, 0.0125, 0.0125],
  );
  assert.is(levelAt(doublingLooks(10, 80), 30), 0.00625);
  assert.throws(() => levelAt([], 3), RangeError);
});

test.run();
