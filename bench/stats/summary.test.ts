import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { summarise } from './summary.js';
import { batchOf, blocksOf } from './testing.js';

const test = suite('stats/summary');

test('a hand-worked answer: the median over blocks of the medians over rounds', () => {
  const summary = summarise(
    blocksOf([[10, 11, 900], [20, 21, 22], [12, 12, 12], [14, 13], [16], [15, 15, 14], [17, 17, 18]]),
  );
  // Block values: 11 21 12 13.5 16 15 17; sorted 11 12 13.5 15 16 17 21; n = 7 takes ranks 1 and 7.
  assert.is(summary?.medianNs, 15);
  assert.equal(summary?.interval, { lowNs: 11, highNs: 21, confidence: 1 - 2 / 128 });
  assert.is(summary?.rounds, 18);
  assert.is(summary?.blocks, 7);
  // Quartiles 12.75 and 16.5 over 15.
  assert.is(summary?.betweenBlockSpread, 0.25);
  assert.equal(summary?.warnings, [{ code: 'block-spread', spread: 0.25, limit: 0.05 }]);
});

test('fewer than six blocks: no interval, and a warning that says how many it takes', () => {
  const summary = summarise(blocksOf([[100], [100], [100], [100], [100]]));
  assert.is(summary?.medianNs, 100);
  assert.is(summary?.interval, null);
  assert.equal(summary?.warnings, [{ code: 'few-blocks', blocks: 5, blocksNeeded: 6 }]);
});

test('no batch, no round, or no usable round: no summary', () => {
  assert.is(summarise([]), null);
  assert.is(summarise([batchOf([])]), null);
  assert.is(summarise([batchOf([0, 0])]), null);
});

test('rounds of 0 ns are left out and named', () => {
  const summary = summarise([batchOf([0, 5, 7])]);
  assert.is(summary?.medianNs, 6);
  assert.is(summary?.rounds, 2);
  assert.ok(summary?.warnings.some((warning) => warning.code === 'unusable-rounds' && warning.rounds === 1));
});

test('a batch that was cut short keeps its rounds and is named', () => {
  const summary = summarise([batchOf([5], { state: { kind: 'failed', reason: 'worker died' } })]);
  assert.is(summary?.medianNs, 5);
  assert.equal(summary?.warnings[0], { code: 'short-batch', block: 0, rounds: 1 });
});

test('two batches of one block: the longest is used and it is said', () => {
  const summary = summarise([batchOf([5]), batchOf([7, 7, 7]), batchOf([9, 9])]);
  assert.is(summary?.medianNs, 7);
  assert.is(summary?.blocks, 1);
  assert.equal(summary?.warnings[0], { code: 'repeated-batch', block: 0 });
});

test('refuses batches of several targets', () => {
  assert.throws(() => summarise([batchOf([1]), batchOf([1], { target: 'system' })]), /several targets/);
});

const block = fc.array(fc.double({ min: 0.5, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 });
const run = fc.array(block, { minLength: 1, maxLength: 12 });

test('property: times k costs k times as much, with the same spread and confidence', () => {
  fc.assert(
    fc.property(run, fc.integer({ min: -6, max: 6 }), (blocks, power) => {
      const factor = 2 ** power;
      const one = summarise(blocksOf(blocks));
      const other = summarise(blocksOf(blocks.map((rounds) => rounds.map((ns) => ns * factor))));
      assert.ok(one && other);
      assert.is(other.medianNs, one.medianNs * factor);
      assert.is(other.interval?.lowNs, one.interval ? one.interval.lowNs * factor : undefined);
      assert.is(other.interval?.highNs, one.interval ? one.interval.highNs * factor : undefined);
      assert.is(other.interval?.confidence, one.interval?.confidence);
      assert.is(other.betweenBlockSpread, one.betweenBlockSpread);
    }),
    { seed: 4 },
  );
});

test('property: the interval holds the estimate, and order of blocks and rounds does not matter', () => {
  fc.assert(
    fc.property(run, (blocks) => {
      const batches = blocksOf(blocks);
      const summary = summarise(batches);
      assert.ok(summary);
      if (summary.interval !== null) {
        assert.ok(summary.interval.lowNs <= summary.medianNs && summary.medianNs <= summary.interval.highNs);
      }
      const turned = batches.map((batch) => ({ ...batch, roundNs: [...batch.roundNs].reverse() })).reverse();
      assert.equal(summarise(turned), summary);
    }),
    { seed: 5 },
  );
});

test.run();
