import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { aaHolds, powerHolds } from './detector.js';

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

test.run();
