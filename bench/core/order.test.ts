import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SEED_MAX, scenarioOrder, shuffled, turnOrder } from './order.js';

const Order = suite('order');
const seeds = fc.integer({ min: 0, max: SEED_MAX });

Order('shuffles without losing or doubling anything, and the same way each time', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { maxLength: 30 }), seeds, fc.nat(), (items, seed, salt) => {
      const once = shuffled(items, seed, salt);
      assert.equal([...once].sort(byValue), [...items].sort(byValue));
      assert.equal(once, shuffled(items, seed, salt));
    }),
  );
});

Order('gives other orders for other seeds and other salts', () => {
  const items = Array.from({ length: 12 }, (_, i) => i);
  const orders = [shuffled(items, 1, 0), shuffled(items, 2, 0), shuffled(items, 1, 1), shuffled(items, 1, 2)];
  assert.is(new Set(orders.map(String)).size, orders.length);
});

Order('puts what taints the process last', () => {
  fc.assert(
    fc.property(seeds, fc.nat(50), (seed, block) => {
      const order = scenarioOrder([1, 2, 3, 4, 5, 6, 7, 8], (n) => n % 4 === 0, seed, block);
      assert.equal([...order].sort(byValue), [1, 2, 3, 4, 5, 6, 7, 8]);
      assert.equal(order.slice(6).sort(byValue), [4, 8]);
    }),
  );
});

Order('gives every worker one turn a round, every second round reversed', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(31), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 20 }),
      seeds,
      (workers, rounds, seed) => {
        const turns = [...turnOrder(workers, rounds, seed, 3)];
        assert.is(turns.length, workers.length * rounds);
        const byRound = Array.from({ length: rounds }, (_, r) =>
          turns.slice(r * workers.length, (r + 1) * workers.length),
        );
        for (const [r, round] of byRound.entries()) {
          assert.equal([...round].sort(byValue), [...workers].sort(byValue));
          if (r % 2 === 1) assert.equal(round, [...(byRound[r - 1] ?? [])].reverse());
        }
      },
    ),
  );
});

Order('is balanced: over many rounds each worker stands in each place about as often', () => {
  const turns = turnOrder([0, 1, 2, 3], 4000, 7);
  const leaders = turns.filter((_, slot) => slot % 4 === 0);
  for (const worker of [0, 1, 2, 3]) {
    const count = leaders.filter((leader) => leader === worker).length;
    assert.ok(count > 900 && count < 1100, `first ${count} times of 4000`);
  }
});

function byValue(a: number, b: number): number {
  return a - b;
}

Order.run();
