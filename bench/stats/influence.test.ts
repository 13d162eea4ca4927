import fc from 'fast-check';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { estimate, fitCount, fitTime, split, type TimedObservation } from './influence.js';
import { type Observation, predict, type Term, termValue } from './influence-terms.js';

const test = suite('stats/influence');
const CHOICES = ['a', 'b', 'c', 'd', 'e', 'list=2', 'list=20'];

/** None, each choice alone and others drawn, 80 in all; list has two levels, of which one at a time. */
function combinations(seed: number): ReadonlySet<string>[] {
  const random = xoroshiro128plus(seed);
  const found = new Map<string, ReadonlySet<string>>();
  const add = (choices: readonly string[]) => found.set(choices.join(), new Set(choices));
  add([]);
  for (const choice of CHOICES) add([choice]);
  while (found.size < 80) {
    const drawn = CHOICES.filter(() => random.next() % 2 === 0);
    add(drawn.includes('list=20') ? drawn.filter((one) => one !== 'list=2') : drawn);
  }
  return [...found.values()];
}

function costOf(choices: ReadonlySet<string>, terms: readonly Term[], amounts: readonly number[]): number {
  return predict({ terms, amounts }, choices);
}

/** Blocks that differ from the truth by up to `noise`, each in its own way. */
function timed(choices: ReadonlySet<string>, ns: number, noise: number, seed: number): TimedObservation {
  const random = xoroshiro128plus(seed);
  const factor = () => 1 + noise * (2 * ((random.next() >>> 0) / 2 ** 32) - 1);
  const byBlock = new Map(Array.from({ length: 9 }, (_, block) => [block, ns * factor()]));
  const values = [...byBlock.values()].sort((a, b) => a - b);
  return { choices, value: values[4] ?? ns, byBlock };
}

test('a term counts as the base, a setting, a pair, or each of a group beyond the first', () => {
  const choices = new Set(['a', 'b', 'c']);
  assert.is(termValue([], choices), 1);
  assert.is(termValue(['a'], choices), 1);
  assert.is(termValue(['d'], choices), 0);
  assert.is(termValue(['a', 'b'], choices), 1);
  assert.is(termValue(['a', 'd'], choices), 0);
  assert.is(termValue(['a', 'b', 'c'], choices), 2);
  assert.is(termValue(['d', 'e', 'f'], choices), 0);
});

test('the split is by the seed and the combinations alone, and holds out a fifth', () => {
  const observations = combinations(1).map((choices) => ({ choices, value: 1 }));
  const { fitted, heldOut } = split(observations, 5);
  assert.is(heldOut.length, 16);
  assert.is(fitted.length, 64);
  const reversed = split([...observations].reverse(), 5);
  assert.equal(
    new Set(reversed.heldOut.map((one) => one.choices)),
    new Set(heldOut.map((one) => one.choices)),
  );
});

test('counts: a cost that three settings share is named as one interaction, and all comes out exactly', () => {
  // Each of a, b, c allocates 5 of its own, and all use 40 that whoever comes first allocates.
  const counted = combinations(2).map((choices): Observation => {
    const users = ['a', 'b', 'c'].filter((one) => choices.has(one)).length;
    return { choices, value: 700 + 5 * users + (users > 0 ? 40 : 0) + (choices.has('list=20') ? 16 : 0) };
  });
  const model = fitCount(counted, 'requested bytes', 3);
  assert.ok(model);
  assert.is(model?.exact, model?.heldOut);
  const shared = model?.amounts.filter(({ choices }) => choices.length > 1);
  assert.equal(
    shared?.map(({ choices, value }) => [[...choices].sort(), value]),
    [[['a', 'b', 'c'], -40]],
  );
  assert.is(model?.amounts.find(({ choices }) => choices.join() === 'a')?.value, 45);
});

test('counts: what no sum of settings explains is counted as wrong and shown, not hidden', () => {
  const odd = combinations(3).map((choices, i) => ({ choices, value: 1000 + (i % 7) * 3 }));
  const model = fitCount(odd, 'allocations', 3);
  assert.ok(model && model.wrong.length > 0 && model.exact < model.heldOut);
  assert.ok(model?.wrong.every(({ predicted, counted }) => predicted !== counted));
});

test('counts: any whole amounts and any pair come back to the unit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -50, max: 5000 }), { minLength: 8, maxLength: 8 }),
      fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('d', 'e', 'list=2')),
      fc.integer({ min: -300, max: 300 }),
      fc.nat(),
      (amounts, pair, together, seed) => {
        const terms: Term[] = [[], ...CHOICES.map((choice) => [choice]), pair];
        const observations = combinations(seed).map((choices) => ({
          choices,
          value: costOf(choices, terms, [...amounts, together]),
        }));
        const model = fitCount(observations, 'allocations', seed);
        assert.ok(model);
        assert.equal(model?.wrong, []);
        const found = model?.amounts.find(
          ({ choices }) => [...choices].sort().join() === [...pair].sort().join(),
        );
        assert.is(found?.value ?? 0, together);
      },
    ),
    { numRuns: 60 },
  );
});

test('times: planted amounts come back from noisy blocks, inside their intervals or close by', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 100, max: 3000 }), { minLength: 7, maxLength: 7 }),
      fc.nat(),
      (amounts, seed) => {
        const terms: Term[] = [[], ...CHOICES.map((choice) => [choice])];
        const model = fitTime(
          combinations(seed).map((choices, i) =>
            timed(choices, costOf(choices, terms, [1000, ...amounts]), 0.01, seed + i),
          ),
          seed,
        );
        assert.ok(model);
        assert.ok((model?.error.mean ?? 1) < 0.01, `error ${model?.error.mean}`);
        const all = 1000 + amounts.reduce((sum, one) => sum + one, 0);
        for (const [i, choice] of CHOICES.entries()) {
          const found = model?.amounts.find(({ choices }) => choices.join() === choice);
          assert.ok(Math.abs((found?.value ?? 0) - (amounts[i] ?? 0)) < 0.01 * all);
          assert.ok(found?.interval && found.value !== null);
          assert.ok((found?.interval?.low ?? 1) <= (found?.value ?? 0));
          assert.ok((found?.interval?.high ?? 0) >= (found?.value ?? 0));
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('times: an interaction that matters is found, and none where there is none', () => {
  const terms: Term[] = [[], ...CHOICES.map((choice) => [choice]), ['a', 'list=20']];
  const amounts = [1000, 300, 20, 700, 50, 0, 900, 2500, -600];
  const fit = (all: readonly number[]) =>
    fitTime(
      combinations(9).map((choices, i) => timed(choices, costOf(choices, terms, all), 0.02, i)),
      4,
    );
  const pairs = (model: ReturnType<typeof fit>) =>
    model?.amounts.filter(({ choices }) => choices.length > 1).map(({ choices }) => choices.join());
  assert.equal(pairs(fit(amounts)), ['a,list=20']);
  assert.equal(pairs(fit([...amounts.slice(0, -1), 0])), []);
});

test('too few combinations for the amounts: no model instead of a guess', () => {
  const few = combinations(1).slice(0, 9);
  assert.is(
    fitCount(
      few.map((choices) => ({ choices, value: 1 })),
      'allocations',
      1,
    ),
    null,
  );
  assert.is(
    fitTime(
      few.map((choices) => timed(choices, 1000, 0.01, 1)),
      1,
    ),
    null,
  );
  assert.is(fitTime([], 1), null);
});

test('an estimate adds up the amounts of what is there', () => {
  const interval = null;
  const amounts = [
    { choices: [], value: 100, interval },
    { choices: ['a'], value: 10, interval },
    { choices: ['b'], value: null, interval },
    { choices: ['a', 'c'], value: -4, interval },
  ];
  assert.is(estimate({ amounts }, new Set(['a', 'b', 'c'])), 106);
});

test.run();
