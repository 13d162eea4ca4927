import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { breakEven } from './break-even.js';
import type { Amount, TimedObservation, TimeModel } from './influence.js';

const test = suite('stats/break-even');

const amount = (choice: string, value: number, reach: number | null = 5): Amount => ({
  choices: choice === '' ? [] : [choice],
  value,
  interval: reach === null ? null : { low: value - reach, high: value + reach, confidence: 0.98 },
});
const model = (...amounts: Amount[]): TimeModel => ({
  unit: 'ns',
  amounts,
  fittedOn: 80,
  heldOut: 20,
  error: { mean: 0.01, median: 0.01, p90: 0.02, max: 0.03 },
});
const timed = (choices: string, ns: number, blocks = 7): TimedObservation => ({
  choices: new Set(choices === '' ? [] : choices.split(' ')),
  value: ns,
  byBlock: new Map(Array.from({ length: blocks }, (_, block) => [block, ns + block])),
});

test('by hand: 1000 against 1200 bare, settings that save 500, 150 and 100, and one that costs', () => {
  const configure = model(
    amount('', 1000),
    amount('list=2', 500),
    amount('list=20', 800),
    amount('chain', 150),
    amount('mode', 100),
    amount('ca', 400),
  );
  const dup = model(
    amount('', 1200),
    amount('list=2', 0),
    amount('list=20', 0),
    amount('chain', 0),
    amount('mode', 0),
    amount('ca', 450),
  );
  const found = breakEven(
    {
      timed: [timed('', 1000), timed('chain', 1150), timed('chain mode', 1250), timed('list=2', 1500, 3)],
      model: configure,
    },
    {
      timed: [
        timed('', 1200),
        timed('chain', 1150),
        timed('chain mode', 1190),
        timed('list=2', 1200, 3),
        timed('x', 1),
      ],
      model: dup,
    },
  );
  assert.is(found?.extraNs, 200);
  assert.equal(
    found?.savings.map(({ choice, ns }) => [choice, ns]),
    [
      ['list=20', 800],
      ['list=2', 500],
      ['chain', 150],
      ['mode', 100],
      ['ca', -50],
    ],
  );
  assert.equal(found?.alone, ['list=20', 'list=2']);
  assert.is(found?.fewest, 1);
  assert.equal(found?.dearer, ['ca']);
  assert.equal(found?.tallies, [
    { settings: 0, faster: 0, slower: 1, undecided: 0 },
    { settings: 1, faster: 0, slower: 0, undecided: 2 },
    { settings: 2, faster: 1, slower: 0, undecided: 0 },
  ]);
});

test('levels of one setting count once, and all together may not be enough', () => {
  const base = amount('', 1000);
  const small = breakEven(
    { timed: [], model: model(base, amount('list=2', 110), amount('list=20', 120), amount('mode', 100)) },
    {
      timed: [],
      model: model(amount('', 1200), amount('list=2', 0), amount('list=20', 0), amount('mode', 0)),
    },
  );
  assert.is(small?.fewest, 2);
  assert.equal(small?.alone, []);
  const never = breakEven(
    { timed: [], model: model(base, amount('list=2', 110), amount('list=20', 120)) },
    { timed: [], model: model(amount('', 1200), amount('list=2', 0), amount('list=20', 0)) },
  );
  assert.is(never?.fewest, null);
});

const pair = (choices: string, value: number): Amount => ({
  ...amount('', value),
  choices: choices.split(' '),
});
const never = (choice: string): Amount => ({ choices: [choice], value: null, interval: null });

test('only what both ways have of one setting by itself is a saving', () => {
  const found = breakEven(
    {
      timed: [],
      model: model(pair('a b', 70), amount('a', 100), amount('', 1000), amount('alone', 9), never('none')),
    },
    {
      timed: [],
      model: model(pair('a b', 10), amount('a', 40), amount('none', 5), amount('', 1000), never('alone')),
    },
  );
  assert.equal(
    found?.savings.map(({ choice, ns }) => [choice, ns]),
    [['a', 60]],
  );
  // 100 ± 5 less 40 ± 5, each at 98 %.
  assert.equal({ ...found?.savings[0]?.interval, confidence: 0 }, { low: 50, high: 70, confidence: 0 });
  assert.ok(Math.abs((found?.savings[0]?.interval?.confidence ?? 0) - 0.96) < 1e-12);
  assert.is(found?.extraNs, 0);
});

test('an interval on one side only is none, and none is as good as no model', () => {
  const half = breakEven(
    { timed: [], model: model(amount('', 0), amount('a', 1), amount('b', 1, null)) },
    { timed: [], model: model(amount('', 0), amount('a', 9, null), amount('b', 9)) },
  );
  assert.equal(
    half?.savings.map(({ interval }) => interval),
    [null, null],
  );
  assert.equal(half?.dearer, []);
  assert.is(breakEven({ timed: [], model: null }, { timed: [], model: model() }), null);
  // Without a bare handle in the models nothing is extra.
  assert.is(breakEven({ timed: [], model: model() }, { timed: [], model: model() })?.extraNs, 0);
});

test('what only just makes up for it is not enough', () => {
  const even = breakEven(
    { timed: [], model: model(amount('', 1000), amount('a', 100), amount('b', 100), amount('c', 5)) },
    { timed: [], model: model(amount('', 1200), amount('a', 0), amount('b', 0), amount('c', 0)) },
  );
  // 100 and 100 are 200: with c it is more.
  assert.is(even?.fewest, 3);
  const all = breakEven(
    { timed: [], model: model(amount('', 1000), amount('a', 200), amount('b', 0)) },
    { timed: [], model: model(amount('', 1200), amount('a', 0), amount('b', 0)) },
  );
  assert.is(all?.fewest, null);
  assert.equal(all?.alone, []);
  // 9 ± 5 less 19 ± 5 reaches up to 0.
  const edge = breakEven(
    { timed: [], model: model(amount('', 0), amount('a', 9)) },
    { timed: [], model: model(amount('', 0), amount('a', 19)) },
  );
  assert.equal(edge?.dearer, []);
});

test('tallies are by number of settings, whatever the order of combinations and of their settings', () => {
  const other = model(amount('', 0));
  const found = breakEven(
    { timed: [timed('a b', 100), timed('c', 100), timed('a c', 100), timed('ab', 500)], model: other },
    {
      timed: [
        timed('b a', 50),
        timed('c', 200),
        timed('c a', 300),
        // Blocks that the other does not have are no pairs.
        { ...timed('c', 200), byBlock: new Map([[99, 1]]) },
      ],
      model: other,
    },
  );
  assert.equal(found?.tallies, [
    { settings: 1, faster: 0, slower: 1, undecided: 1 },
    { settings: 2, faster: 1, slower: 1, undecided: 0 },
  ]);
});

test('without intervals nothing is said to be dearer, without models nothing at all', () => {
  const found = breakEven(
    { timed: [], model: model(amount('', 1000), amount('ca', 1, null)) },
    { timed: [], model: model(amount('', 1200), amount('ca', 99, null)) },
  );
  assert.equal(found?.dearer, []);
  assert.is(breakEven({ timed: [], model: model() }, { timed: [], model: null }), null);
});

test.run();
