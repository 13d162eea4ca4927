import * as assert from 'node:assert/strict';
import fc from 'fast-check';
import { suite } from 'uvu';
import type { Combination, Excludes, Factor } from './combination.js';
import { coverageOf } from './coverage.js';
import { coveringArray } from './covering-array.js';

const Arrays = suite('covering arrays');
const nothing: Excludes = () => false;

/** `count` settings with that many levels each, taken in turn. */
function factors(count: number, levels: readonly number[] = [1]): readonly Factor[] {
  return Array.from({ length: count }, (_, i) => ({
    setting: `s${i}`,
    levels: Array.from({ length: levels[i % levels.length] ?? 1 }, (_l, level) => `l${level}`),
  }));
}

Arrays('three settings on or off take four rows for all pairs, and eight for all triples', () => {
  const three = factors(3);
  assert.equal(coveringArray(three, { strength: 2, excludes: nothing, seed: 1 }).length, 4);
  assert.equal(coveringArray(three, { strength: 3, excludes: nothing, seed: 1 }).length, 8);
});

Arrays('the verifier counts tuples and names what is missing', () => {
  const [a, b] = [
    { setting: 's0', level: 'l0' },
    { setting: 's1', level: 'l0' },
  ];
  const rows: Combination[] = [[a, b], [a], []];
  assert.deepEqual(coverageOf(rows, factors(2), 2, nothing), {
    strength: 2,
    tuples: 4,
    covered: 3,
    missing: ['s0=absent,s1=l0'],
    forbidden: 0,
  });
  const never: Excludes = () => true;
  assert.deepEqual(coverageOf([...rows, [b]], factors(2), 2, never), {
    strength: 2,
    tuples: 3,
    covered: 3,
    missing: [],
    forbidden: 1,
  });
  assert.equal(coverageOf([[{ setting: 'other', level: 'l0' }]], factors(2), 2, nothing).forbidden, 1);
});

Arrays('any settings, levels and exclusions: every tuple is covered, no row holds an exclusion', () => {
  const exclusion = fc.tuple(fc.nat(8), fc.nat(8), fc.boolean());
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 9 }),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
      fc.array(exclusion, { maxLength: 6 }),
      fc.constantFrom(2 as const, 3 as const),
      fc.nat(),
      (count, levels, exclusions, strength, seed) => {
        const all = factors(count, levels);
        // Some exclude a whole setting, some one level of it.
        const excludes: Excludes = (a, b) =>
          exclusions.some(([i, j, whole]) =>
            [[a, b] as const, [b, a] as const].some(
              ([one, other]) =>
                one.setting === `s${i}` && other.setting === `s${j}` && (whole || one.level === 'l0'),
            ),
          );
        const rows = coveringArray(all, { strength, excludes, seed });
        const proof = coverageOf(rows, all, strength, excludes);
        assert.equal(proof.covered, proof.tuples, proof.missing.join('; '));
        assert.equal(proof.forbidden, 0);
        assert.deepEqual(rows, coveringArray(all, { strength, excludes, seed }));
      },
    ),
    { numRuns: 60 },
  );
});

Arrays('rows that are given need not be made again, also where they hold more settings', () => {
  const ten = factors(10, [1, 2]);
  const whole = coveringArray(ten, { strength: 3, excludes: nothing, seed: 3 });
  assert.deepEqual(coveringArray(ten, { strength: 3, excludes: nothing, seed: 4, given: whole }), []);
  const eleven = factors(11, [1, 2]);
  const added = coveringArray(eleven, { strength: 3, excludes: nothing, seed: 5, given: whole });
  assert.ok(added.length < whole.length);
  const proof = coverageOf([...whole, ...added], eleven, 3, nothing);
  assert.equal(proof.covered, proof.tuples);
  const fewer = coveringArray(factors(5, [1, 2]), { strength: 2, excludes: nothing, seed: 6, given: whole });
  assert.deepEqual(fewer, []);
});

Arrays('fewer settings than the strength make no rows', () => {
  assert.deepEqual(coveringArray(factors(2), { strength: 3, excludes: nothing, seed: 1 }), []);
  assert.deepEqual(coveringArray([], { strength: 2, excludes: nothing, seed: 1 }), []);
});

Arrays.run();
