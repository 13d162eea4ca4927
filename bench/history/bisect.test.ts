import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, bisect, sideOf } from './bisect.js';
import { metricName, parseMetric } from './metric.js';

const seen = (value: number, first: number): Answer => ({ kind: 'seen', value, changed: value !== first });

test('the release at which a figure changed is found in about log2 looks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 300 }), fc.nat(), async (length, any) => {
      const at = 1 + (any % (length - 1));
      const asked: number[] = [];
      const steps = Array.from({ length }, (_, i) => i);
      const outcome = await bisect(
        steps,
        async (step) => {
          asked.push(step);
          return seen(step >= at ? 16 : 7, 7);
        },
        () => {},
      );
      assert.is(outcome.kind, 'found');
      if (outcome.kind !== 'found') return;
      assert.equal([outcome.before.step, outcome.after.step], [at - 1, at]);
      assert.is(new Set(asked).size, asked.length);
      assert.ok(asked.length <= 2 + Math.ceil(Math.log2(length - 1)));
    }),
  );
});

test('with several changes, what is found still differs from the release before it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 40 }),
      async (values) => {
        const first = values[0] ?? 0;
        const outcome = await bisect(
          values,
          async (value) => seen(value, first),
          () => {},
        );
        if (values.at(-1) === first) {
          assert.is(outcome.kind, 'no-change');
          return;
        }
        assert.is(outcome.kind, 'found');
        if (outcome.kind !== 'found') return;
        assert.is(outcome.before.index + 1, outcome.after.index);
        assert.is(outcome.before.value, first);
        assert.is.not(outcome.after.value, first);
      },
    ),
  );
});

test('what is left is said with each look', async () => {
  const left: number[] = [];
  await bisect(
    [7, 7, 7, 9, 9],
    async (value) => seen(value, 7),
    (_, rest) => left.push(rest),
  );
  assert.equal(left, [3, 3, 1, 0]);
});

test('a release that cannot be told apart ends the search, with where the change must be', async () => {
  const outcome = await bisect(
    ['a', 'b', 'c', 'd', 'e'],
    async (step) =>
      step === 'c'
        ? { kind: 'undecided', why: 'too close' }
        : { kind: 'seen', value: 1, changed: step === 'e' },
    () => {},
  );
  assert.is(outcome.kind, 'undecided');
  if (outcome.kind !== 'undecided') return;
  assert.equal([outcome.why, outcome.lastUnchanged, outcome.firstChanged], ['too close', 'a', 'e']);
});

test('a ratio is on the side of the end that it is nearer to, once its interval does not reach over the middle', () => {
  // Ends 1 and 4: the middle is 2.
  assert.is(sideOf({ low: 0.9, high: 1.9 }, 4), 'unchanged');
  assert.is(sideOf({ low: 2.1, high: 3 }, 4), 'changed');
  assert.is(sideOf({ low: 1.9, high: 2.1 }, 4), null);
  // Ends 1 and 0.25: the middle is 0.5, and changed is below.
  assert.is(sideOf({ low: 0.9, high: 1.1 }, 0.25), 'unchanged');
  assert.is(sideOf({ low: 0.2, high: 0.4 }, 0.25), 'changed');
});

test('metrics are read, also of scenarios with settings and phases', () => {
  assert.is(metricName(parseMetric('new.bytes')), 'new.bytes');
  assert.is(
    metricName(parseMetric('dup[cipher-list=20]/create@256.time')),
    'dup[cipher-list=20]/create@256.time',
  );
  for (const bad of ['new', 'new.weight', '.bytes', 'nonsense.bytes', 'new.time.bytes']) {
    assert.throws(() => parseMetric(bad), /--metric/);
  }
});

test.run();
