import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { aaHolds, coverageOf, plantFor, powerHolds } from './detector.js';

const test = suite('run/detector');

test('A/A figures hold up to one flagged cell in a hundred', () => {
  assert.ok(aaHolds({ cells: 1000, flagged: 10, runs: 1000, runsFlagged: 10 }));
  assert.not.ok(aaHolds({ cells: 1000, flagged: 11, runs: 1000, runsFlagged: 11 }));
  assert.not.ok(aaHolds({ cells: 0, flagged: 0, runs: 0, runsFlagged: 0 }));
});

test('A/A figures hold while flagged runs are no more than chance makes of one in twenty', () => {
  // P(at least 5 of 40) = 0.048, P(at least 4 of 40) = 0.14.
  assert.ok(aaHolds({ cells: 10_000, flagged: 4, runs: 40, runsFlagged: 4 }));
  assert.not.ok(aaHolds({ cells: 10_000, flagged: 5, runs: 40, runsFlagged: 5 }));
});

test('power holds from nine runs in ten, and never with one that is wrong', () => {
  const figures = {
    scenario: 'new',
    plant: 'delay' as const,
    effect: 0.01,
    secondsMedian: 3,
    secondsMax: 9,
    seen: { effect: 0.01, low: 0.009, high: 0.011 },
    standardErrorPerSecond: 0.003,
    intervals: 0,
    covered: 0,
  };
  assert.ok(powerHolds({ ...figures, runs: 10, found: 9, wrong: 0 }));
  assert.not.ok(powerHolds({ ...figures, runs: 10, found: 8, wrong: 0 }));
  assert.not.ok(powerHolds({ ...figures, runs: 10, found: 9, wrong: 1 }));
});

test('a plant has the size that was asked for', () => {
  assert.equal(plantFor({ plant: 'delay', effect: 0.01 }), { delay: 0.01, workEvery: 0 });
  assert.equal(plantFor({ plant: 'work', effect: 0.005 }), { delay: 0, workEvery: 200 });
});

test('coverage counts the intervals of 20 blocks that hold the effect of them all', () => {
  // Ten groups around 0.01, and one around 0.05 whose interval cannot reach it; one block is over.
  const group = (centre: number) => Array.from({ length: 20 }, (_, i) => centre + (i - 9.5) * 1e-4);
  const ten = Array.from({ length: 10 }, () => group(0.01)).flat();
  const figures = coverageOf([...ten, ...group(0.05), 0.01], 4);
  assert.is(figures.intervals, 11);
  assert.is(figures.covered, 10);
  assert.ok(figures.seen !== null && Math.abs(figures.seen.effect - Math.expm1(0.01)) < 2e-4);
  // One second holds a quarter of the blocks of four, and so twice the error.
  const slower = coverageOf([...group(0.01), ...group(0.01)], 4).standardErrorPerSecond ?? 0;
  assert.is(coverageOf([...group(0.01), ...group(0.01)], 1).standardErrorPerSecond, slower / 2);
  assert.equal(coverageOf([], 0), { seen: null, standardErrorPerSecond: null, intervals: 0, covered: 0 });
});

test.run();
