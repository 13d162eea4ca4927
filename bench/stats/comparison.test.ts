import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blockRatio, compare, verdictOf } from './comparison.js';
import { batchOf, blocksOf } from './testing.js';

const test = suite('stats/comparison');
const near = (a: number | undefined, b: number): void =>
  assert.ok(a !== undefined && Math.abs(a / b - 1) < 1e-9, `${a} is not ${b}`);

test('a hand-worked answer: the median over blocks of the median paired ratio', () => {
  const baseline = blocksOf(Array.from({ length: 6 }, () => [100, 200, 400]));
  const ratios = [1.1, 1.2, 1.3, 1.4, 1.5, 1.6];
  const contender = blocksOf(ratios.map((ratio) => [100 * ratio, 200 * ratio, 400 * 9]));
  const comparison = compare(baseline, contender);
  // Of the 21 pairwise averages (geometric means of two ratios) the 11th.
  near(comparison?.ratio, Math.sqrt(1.2 * 1.5));
  assert.is(comparison?.pValue, 2 / 2 ** 6);
  assert.is(comparison?.level, 0.05);
  near(comparison?.interval?.low, 1.1);
  near(comparison?.interval?.high, 1.6);
  assert.is(comparison?.interval?.confidence, 0.96875);
  assert.is(comparison?.verdict, 'slower');
  assert.is(comparison?.rounds, 18);
  assert.is(comparison?.blocks, 6);
  assert.equal(comparison?.warnings, []);
});

test('pairing cancels what happens to both sides of a round', () => {
  // A neighbour doubles every second round, and whole blocks drift: the ratio is 1.02 throughout.
  const noise = [1, 2, 1, 2, 1.7];
  const blocks = Array.from({ length: 8 }, (_, b) => noise.map((n) => 1000 * n * (1 + b)));
  const comparison = compare(
    blocksOf(blocks),
    blocksOf(blocks.map((rounds) => rounds.map((ns) => ns * 1.02))),
  );
  near(comparison?.ratio, 1.02);
  near(comparison?.interval?.low, 1.02);
  near(comparison?.interval?.high, 1.02);
});

test('verdicts: decided only when the interval is wholly on one side of 1', () => {
  const at = (low: number, high: number) => verdictOf({ low, high, confidence: 0.95 });
  assert.is(at(0.9, 0.99), 'faster');
  assert.is(at(1.01, 1.02), 'slower');
  assert.is(at(0.99, 1.01), 'same');
  assert.is(at(1, 1.2), 'same');
  assert.is(at(0.8, 1), 'same');
  assert.is(verdictOf(null), 'undecided');
});

test('A/A: the same rounds on both sides are the same', () => {
  const rounds = blocksOf(Array.from({ length: 6 }, (_, b) => [100 + b, 101]));
  assert.is(compare(rounds, rounds)?.verdict, 'same');
  assert.is(compare(rounds, rounds)?.ratio, 1);
});

test('too few blocks: a ratio, no interval, undecided', () => {
  const comparison = compare(blocksOf([[1], [1]]), blocksOf([[2], [2]]));
  assert.is(comparison?.ratio, 2);
  assert.is(comparison?.interval, null);
  assert.is(comparison?.verdict, 'undecided');
  assert.equal(comparison?.warnings, [{ code: 'few-blocks', blocks: 2, blocksNeeded: 6 }]);
});

test('a crashed worker: only the rounds that both have are paired, and it is said', () => {
  const baseline = [batchOf([100, 100, 100, 100])];
  const contender = [batchOf([150, 150], { state: { kind: 'failed', reason: 'died' } })];
  const comparison = compare(baseline, contender);
  near(comparison?.ratio, 1.5);
  assert.is(comparison?.rounds, 2);
  assert.equal(comparison?.warnings.slice(0, 2), [
    { code: 'short-batch', block: 0, rounds: 2 },
    { code: 'unpaired-rounds', block: 0, baselineRounds: 4, contenderRounds: 2 },
  ]);
});

test('a block that one side lacks is left out and named', () => {
  const comparison = compare(
    [batchOf([1], { block: 0 }), batchOf([1], { block: 1 }), batchOf([], { block: 2 })],
    [batchOf([2], { block: 1 }), batchOf([2], { block: 2 })],
  );
  assert.is(comparison?.blocks, 1);
  const missing = comparison?.warnings.filter((warning) => warning.code === 'missing-block');
  assert.equal(missing, [
    { code: 'missing-block', block: 0, missing: 'contender' },
    { code: 'missing-block', block: 2, missing: 'baseline' },
  ]);
});

test('nothing in common: no comparison', () => {
  assert.is(compare([], []), null);
  assert.is(compare([batchOf([1])], []), null);
  assert.is(compare([batchOf([1, 0])], [batchOf([0, 1])]), null);
  assert.is(blockRatio([batchOf([1])], [batchOf([1], { block: 1 })]), null);
});

test('a round of 0 ns on either side drops its pair, not those after it', () => {
  const comparison = compare([batchOf([0, 100, 100])], [batchOf([300, 200, 0])]);
  near(comparison?.ratio, 2);
  assert.is(comparison?.rounds, 1);
  assert.ok(comparison?.warnings.some((w) => w.code === 'unusable-rounds' && w.rounds === 2));
});

test('different iterations per round are named', () => {
  const comparison = compare([batchOf([1])], [batchOf([1], { iterations: 7 })]);
  assert.equal(comparison?.warnings[0], { code: 'iterations-differ', block: 0 });
});

test('blockRatio: two scenarios of one target by the medians of each block, rounds unpaired', () => {
  const fresh = blocksOf(Array.from({ length: 6 }, () => [100, 100, 500]));
  const dup = blocksOf(
    [1.2, 1.21, 1.22, 1.23, 1.24, 1.25].map((ratio) => [100 * ratio]),
    { scenario: 'dup' },
  );
  const comparison = blockRatio(fresh, dup);
  near(comparison?.ratio, Math.sqrt(1.21 * 1.24));
  near(comparison?.interval?.low, 1.2);
  near(comparison?.interval?.high, 1.25);
  assert.is(comparison?.verdict, 'slower');
  assert.is(comparison?.rounds, 6);
});

const ns = fc.double({ min: 0.5, max: 1e5, noNaN: true });
const pairedBlock = fc.array(fc.tuple(ns, ns), { minLength: 1, maxLength: 7 });
const pairedRun = fc.array(pairedBlock, { minLength: 1, maxLength: 12 });
type Run = [number, number][][];
const sideOf = (run: Run, side: 0 | 1) => blocksOf(run.map((rounds) => rounds.map((pair) => pair[side])));

for (const [name, judge] of [
  ['compare', compare],
  ['blockRatio', blockRatio],
] as const) {
  test(`property: ${name}: swapping the sides inverts ratio, interval and verdict`, () => {
    const opposite = {
      faster: 'slower',
      slower: 'faster',
      same: 'same',
      noisy: 'noisy',
      undecided: 'undecided',
    } as const;
    fc.assert(
      fc.property(pairedRun, (run) => {
        const there = judge(sideOf(run, 0), sideOf(run, 1));
        const back = judge(sideOf(run, 1), sideOf(run, 0));
        assert.ok(there && back);
        near(back.ratio, 1 / there.ratio);
        assert.is(back.interval === null, there.interval === null);
        if (there.interval !== null && back.interval !== null) {
          near(back.interval.low, 1 / there.interval.high);
          near(back.interval.high, 1 / there.interval.low);
          // At exactly 1 rounding may fall either way.
          const edge = Math.min(Math.abs(there.interval.low - 1), Math.abs(there.interval.high - 1));
          if (edge > 1e-9) assert.is(back.verdict, opposite[there.verdict]);
        }
      }),
      { seed: 6 },
    );
  });

  test(`property: ${name}: the unit of time does not matter, and the interval holds the ratio`, () => {
    fc.assert(
      fc.property(pairedRun, fc.integer({ min: -6, max: 6 }), (run, power) => {
        const scaled = run.map((rounds) =>
          rounds.map(([a, b]): [number, number] => [a * 2 ** power, b * 2 ** power]),
        );
        const one = judge(sideOf(run, 0), sideOf(run, 1));
        const other = judge(sideOf(scaled, 0), sideOf(scaled, 1));
        assert.ok(one && other);
        near(other.ratio, one.ratio);
        if (one.interval !== null) {
          assert.ok(one.interval.low <= one.ratio && one.ratio <= one.interval.high);
          assert.ok(one.interval.confidence >= 0.95);
        }
      }),
      { seed: 7 },
    );
  });
}

test('property: the same noise on both rounds of a pair changes nothing', () => {
  const noise = fc.array(fc.double({ min: 0.5, max: 8, noNaN: true }), { minLength: 84, maxLength: 84 });
  fc.assert(
    fc.property(pairedRun, noise, (run, factors) => {
      let next = 0;
      const noisy = run.map((rounds) =>
        rounds.map(([a, b]): [number, number] => {
          const factor = factors[next++] ?? 1;
          return [a * factor, b * factor];
        }),
      );
      near(
        compare(sideOf(noisy, 0), sideOf(noisy, 1))?.ratio,
        compare(sideOf(run, 0), sideOf(run, 1))?.ratio ?? 0,
      );
    }),
    { seed: 8 },
  );
});

test.run();
