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

test('without intervals nothing is said to be dearer, without models nothing at all', () => {
  const found = breakEven(
    { timed: [], model: model(amount('', 1000), amount('ca', 1, null)) },
    { timed: [], model: model(amount('', 1200), amount('ca', 99, null)) },
  );
  assert.equal(found?.dearer, []);
  assert.is(breakEven({ timed: [], model: model() }, { timed: [], model: null }), null);
});

test.run();
