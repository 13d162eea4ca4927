import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeConflicts, pairsOf, pairText, type TriedPairs } from './conflicts.js';
import { settingLike } from './testing.js';

const test = suite('conform/conflicts');
const CATALOGUE = [
  settingLike('a'),
  settingLike('b', { levels: ['x', 'y'], conflictsWith: ['a'] }),
  settingLike('c', { conflictsWith: ['b=y'] }),
  settingLike('only', { onlyOnContext: true }),
];

function seen(target: string, tried: readonly string[], broken: readonly string[]): TriedPairs {
  return { target, tried: new Set(tried), broken: new Map(broken.map((pair) => [pair, `why of ${pair}`])) };
}

test('pairs are of different settings, at all levels', () => {
  assert.equal(pairsOf(CATALOGUE.slice(0, 3)).map(pairText), ['a b=x', 'a b=y', 'a c', 'b=x c', 'b=y c']);
});

test('what breaks and is not named, and what is named and breaks nowhere, are both found', () => {
  const all = pairsOf(CATALOGUE.slice(0, 3)).map(pairText);
  const report = judgeConflicts(CATALOGUE, [
    seen('old', all, ['a b=x', 'a b=y', 'a c']),
    seen('new', all, ['a c', 'a b=x']),
  ]);
  assert.equal(report, {
    unnamed: [{ pair: 'a c', targets: ['old', 'new'], reason: 'why of a c' }],
    stale: ['b=y c'],
    confirmed: 2,
  });
});

test('what no target could try is not stale', () => {
  assert.equal(judgeConflicts(CATALOGUE, [seen('old', ['a c'], [])]), {
    unnamed: [],
    stale: [],
    confirmed: 0,
  });
});

test.run();
