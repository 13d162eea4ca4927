import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Availability, Batch } from '../core/sample.js';
import { exampleDocument } from '../document/testing.js';
import { batchOf } from '../stats/testing.js';
import { doneOf, NOTHING_DONE } from './progress.js';

const test = suite('run/progress');
const available = (target: string, scenario = 'new', availability: Availability = { kind: 'available' }) => ({
  target,
  scenario,
  availability,
});
const plan = exampleDocument().plan;
const done = (batches: readonly Batch[], availability = [available('a'), available('b')]) =>
  doneOf({ plan, availability }, batches);
const of = (target: string, block: number, over: Partial<Batch> = {}) =>
  batchOf([1, 2, 3], { target, block, ...over });
const FAILED = { state: { kind: 'failed' as const, reason: 'died' } };

test('a block and scenario is done when every target that can run it has its batch', () => {
  const { has, batches, iterations } = done([of('a', 0), of('b', 0), of('a', 1)]);
  assert.is(has(0, 'new'), true);
  assert.is(has(1, 'new'), false);
  assert.is(has(2, 'new'), false);
  assert.is(has(0, 'dup'), false);
  assert.equal(
    batches.map(({ target, block }) => [target, block]),
    [
      ['a', 0],
      ['b', 0],
    ],
  );
  assert.is(iterations.get('new'), 100);
});

test('a batch that was cut short takes its companions of the round with it', () => {
  const { has, batches } = done([of('a', 0), of('b', 0, { state: { kind: 'interrupted' } })]);
  assert.is(has(0, 'new'), false);
  assert.is(batches.length, 0);
});

test('targets that cannot run a scenario are not waited for', () => {
  const absent = available('b', 'new', { kind: 'absent', reason: 'no SSL_dup' });
  assert.is(done([of('a', 0)], [available('a'), absent]).has(0, 'new'), true);
});

test('a crash is a result; after two the target is not asked again, also not by a resumed run', () => {
  const crashed = [of('a', 0), of('b', 0, FAILED), of('a', 1), of('b', 1, FAILED), of('a', 2)];
  const { has, crashes } = done(crashed);
  assert.is(crashes.get('b new'), 2);
  assert.is(has(0, 'new'), true);
  assert.is(has(2, 'new'), true);
});

test('nothing done has nothing', () => {
  assert.is(NOTHING_DONE.has(0, 'new'), false);
});

test.run();
