import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Comparison } from './comparison.js';
import { detectable, familyP, holm, judgeFamily, reach } from './family.js';

const test = suite('stats/family');
const near = (a: number, b: number, within = 1e-6): void =>
  assert.ok(Math.abs(a - b) <= within * Math.abs(b), `${a} is not ${b}`);

/** A comparison of 10 blocks; `over` names what is not the ordinary. */
function comparison(over: Partial<Comparison> = {}): Comparison {
  return {
    ratio: 1.02,
    interval: { low: 1.01, high: 1.03, confidence: 0.95 },
    verdict: 'slower',
    pValue: 0.01,
    level: 0.05,
    deviation: 0.01,
    standardError: 0.004,
    rounds: 100,
    blocks: 10,
    warnings: [],
    ...over,
  };
}

test('Holm: a hand-worked example', () => {
  // 0.01 ≤ 0.05/4, 0.015 ≤ 0.05/3, 0.03 > 0.05/2: the rest is not looked at.
  assert.equal(holm([0.03, 0.01, 0.04, 0.015], 0.05), [false, true, false, true]);
  assert.equal(holm([0.05], 0.05), [true]);
  assert.equal(holm([0.051], 0.05), [false]);
  assert.equal(holm([]), []);
  assert.equal(holm([0.025]), [true]);
  assert.equal(holm([0.0251]), [false]);
  assert.equal(holm([0.02, 0.02], 0.04), [true, true]);
  assert.equal(holm([0.021, 0.02], 0.04), [true, true]);
  assert.equal(holm([0.041, 0.02], 0.04), [false, true]);
});

test('property: Holm rejects no less than Bonferroni and no more than each by itself', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 0.1, noNaN: true }), { minLength: 1 }), (pValues) => {
      holm(pValues).forEach((rejected, i) => {
        const p = pValues[i] ?? 1;
        if (p <= 0.025 / pValues.length) assert.ok(rejected);
        if (p > 0.025) assert.not.ok(rejected);
      });
    }),
    { seed: 13 },
  );
});

test('verdicts of a family: distinguished only after correction', () => {
  const alone = judgeFamily([comparison({ pValue: 0.02 })]);
  assert.is(alone[0]?.verdict, 'slower');
  const three = judgeFamily([
    comparison({ pValue: 0.02 }),
    comparison({ pValue: 0.5 }),
    comparison({ pValue: 0.9 }),
  ]);
  assert.equal(
    three.map((one) => one?.verdict),
    ['same', 'same', 'same'],
  );
  const faster = comparison({ ratio: 0.9, interval: { low: 0.89, high: 0.91, confidence: 0.95 } });
  assert.is(judgeFamily([faster])[0]?.verdict, 'faster');
});

test('too wide to tell is noisy, and no interval is undecided, whatever the p-value', () => {
  const wide = { low: 0.97, high: 1.09, confidence: 0.95 };
  assert.is(judgeFamily([comparison({ pValue: 0.5, interval: wide })])[0]?.verdict, 'noisy');
  assert.is(judgeFamily([comparison({ pValue: 0.01, interval: wide })])[0]?.verdict, 'slower');
  assert.is(judgeFamily([comparison({ pValue: 0.001, interval: null })])[0]?.verdict, 'undecided');
  assert.equal(judgeFamily([null]), [null]);
});

test('an undecided comparison takes no part in the correction', () => {
  const list = [comparison({ pValue: 0.02 }), comparison({ interval: null }), null];
  assert.is(judgeFamily(list)[0]?.verdict, 'slower');
});

test('a change no larger than what the baseline shows against itself is never called one', () => {
  const floors = [Math.log(1.03)];
  assert.is(judgeFamily([comparison()], floors)[0]?.verdict, 'noisy');
  assert.is(judgeFamily([comparison({ ratio: 1.04 })], floors)[0]?.verdict, 'slower');
  assert.is(judgeFamily([comparison({ ratio: 0.98 })], floors)[0]?.verdict, 'noisy');
});

test('several looks: a p-value counts for as much as its look is of the whole level', () => {
  assert.is(familyP(comparison({ pValue: 0.01, level: 0.0125 }), 0), 0.04);
  assert.is(familyP(comparison({ pValue: 0.5, level: 0.0125 }), 0), 1);
  assert.is(judgeFamily([comparison({ pValue: 0.02, level: 0.0125 })])[0]?.verdict, 'same');
});

test('beyond what ranks can say Student takes over, with no less noise than the run has', () => {
  const floor = 2 / 2 ** 10;
  // t = log(2) / (0.01 / √10) = 219.2 with 9 degrees: far below the ranks' 0.00195.
  const twice = comparison({ ratio: 2, pValue: floor, deviation: 0.01 });
  assert.ok(familyP(twice, 0) < 1e-15);
  // With a deviation of 0.5 in the run: t = 4.384, two-sided 0.00177 (R: 2 * pt(-4.384, 9)).
  near(familyP(twice, 0.5), 0.001766, 0.01);
  // With more noise still the ranks' own stays.
  assert.is(familyP(twice, 5), floor);
  // Not all on one side: ranks it is.
  assert.is(familyP(comparison({ ratio: 2, pValue: 2 * floor, deviation: 0.01 }), 0), 2 * floor);
  assert.is(familyP(comparison({ ratio: 2, pValue: floor, deviation: 0 }), 0), floor);
});

test('a family of hundreds of cells with few blocks still calls twice the time slower', () => {
  const twice = comparison({ ratio: 2, pValue: 2 / 2 ** 10 });
  const others = Array.from({ length: 300 }, () => comparison({ pValue: 0.4, ratio: 1 }));
  assert.is(judgeFamily([...others, twice]).at(-1)?.verdict, 'slower');
});

test('reach and detectable change', () => {
  near(reach(2, { low: 1.9, high: 2.04 }), 0.05);
  near(reach(2, { low: 1.98, high: 2.1 }), 0.05);
  // (1.95996 + 1.28155) standard errors of 0.1 %.
  near(detectable(0.001, 1, 0.05), Math.expm1(0.00324151), 1e-4);
  // z of 1 − 0.05 / 200 is 3.48076, and so is that of half the level for half the cells.
  near(detectable(0.001, 100, 0.05), Math.expm1(0.00476231), 1e-4);
  near(detectable(0.001, 50), Math.expm1(0.00476231), 1e-4);
  assert.is(detectable(0.001, 0), detectable(0.001, 1));
});

test.run();
