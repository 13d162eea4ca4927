import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { settingLike } from '../conform/testing.js';
import { combinationKeyOf, scenario, scenarioName } from '../core/scenario.js';
import { distinct, drawnFrom, exclusionsOf, factorsOf, isAllowed, type Offer } from './combination.js';
import { COMBINATIONS_MIN, fullScenarios, planFull, proveCoverage } from './full.js';
import { everything, fullFactorial, leaveOneOut, randomCombinations } from './plans.js';
import { PRESETS, type Preset, resolvePreset } from './presets.js';

const test = suite('suites/full');

const setting = settingLike;

const CATALOGUE = [
  setting('options'),
  setting('mode'),
  setting('ex-data'),
  setting('verify'),
  setting('cipher-list', { levels: ['20', '2', 'all'] }),
  setting('certificate', { levels: ['ecdsa', 'rsa'] }),
  setting('client-ca-list', { conflictsWith: ['mode'] }),
  setting('dane-enable', { conflictsWith: ['cipher-list=all'] }),
  setting('session'),
  setting('new-in-4'),
];
const ALL = [
  'options',
  'mode',
  'ex-data',
  'verify',
  'cipher-list=20',
  'cipher-list=2',
  'cipher-list=all',
  'certificate=ecdsa',
  'certificate=rsa',
  'client-ca-list',
  'dane-enable',
  'session',
  'new-in-4',
];
const offer = (target: string, ...without: string[]): Offer => ({
  target,
  choices: new Set(ALL.filter((choice) => !without.includes(choice))),
});
const excludes = exclusionsOf(CATALOGUE);

test('combinations are drawn from the everyday settings, from all that can stand together, or from a list', () => {
  const catalogue = [
    setting('a'),
    setting('b', { everyday: false }),
    setting('context', { onlyOnContext: true, everyday: false }),
    setting('datagram', { dtls: true, everyday: false }),
  ];
  const ids = (wanted?: string) => drawnFrom(catalogue, wanted).map(({ id }) => id);
  assert.equal(ids(), ['a']);
  assert.equal(ids('everyday'), ['a']);
  assert.equal(ids('all'), ['a', 'b']);
  assert.equal(ids('b, a'), ['a', 'b']);
  for (const strange of ['c', 'datagram', '']) {
    assert.throws(() => ids(strange), /--settings/);
  }
});

test('exclusions hold both ways, for a whole setting or one level', () => {
  const choice = (id: string, level = 'default') => ({ setting: id, level });
  assert.ok(excludes(choice('client-ca-list'), choice('mode')));
  assert.ok(excludes(choice('mode'), choice('client-ca-list')));
  assert.ok(excludes(choice('cipher-list', 'all'), choice('dane-enable')));
  assert.not(excludes(choice('cipher-list', '20'), choice('dane-enable')));
  assert.not(exclusionsOf([setting('a')])(choice('a'), choice('b')));
});

test('everything is as much as exclusions allow, and each of it is left out once', () => {
  const factors = factorsOf(CATALOGUE);
  const all = everything(factors, excludes);
  assert.ok(isAllowed(all, excludes));
  assert.is(all.length, CATALOGUE.length - 1);
  const left = leaveOneOut(factors, excludes);
  assert.is(distinct(left).length, all.length);
  assert.ok(left.every((one) => one.length === all.length - 1));
});

test('a full factorial has every combination that no exclusion forbids', () => {
  const two = factorsOf([setting('a', { levels: ['x', 'y'] }), setting('b', { conflictsWith: ['a=y'] })]);
  const never = exclusionsOf([
    setting('a', { levels: ['x', 'y'] }),
    setting('b', { conflictsWith: ['a=y'] }),
  ]);
  assert.equal(fullFactorial(two, never).map(combinationKeyOf).sort(), ['', 'a=x', 'a=x,b', 'a=y', 'b']);
});

test('random combinations are new, allowed, the same for a seed, and end where there are no more', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 60 }), (seed, count) => {
      const factors = factorsOf(CATALOGUE);
      const drawn = randomCombinations(factors, excludes, count, seed, [[]]);
      assert.is(drawn.length, count);
      assert.is(distinct([[], ...drawn]).length, count + 1);
      assert.ok(drawn.every((one) => isAllowed(one, excludes)));
      assert.equal(drawn, randomCombinations(factors, excludes, count, seed, [[]]));
    }),
    { numRuns: 30 },
  );
  assert.is(randomCombinations(factorsOf([setting('a')]), excludes, 10, 1).length, 1);
  assert.equal(randomCombinations([], excludes, 10, 1), []);
});

test('every target gets enough distinct combinations that it offers, and all pairs and triples', () => {
  const offers = [offer('old', 'new-in-4', 'dane-enable', 'certificate=rsa'), offer('new'), offer('same')];
  const planned = planFull(CATALOGUE, offers, 7).map(({ combination }) => combination);
  assert.is(distinct(planned).length, planned.length);
  for (const one of proveCoverage(CATALOGUE, offers, planned)) {
    assert.ok(one.combinations >= COMBINATIONS_MIN, `${one.target}: ${one.combinations}`);
    for (const { tuples, covered, forbidden } of [one.pairs, one.triples]) {
      assert.is(covered, tuples);
      assert.is(forbidden, 0);
    }
  }
  assert.equal(
    planFull(CATALOGUE, offers, 7).map(({ combination }) => combination),
    planned,
  );
});

test('the proof sees what is missing', () => {
  const [proof] = proveCoverage(
    CATALOGUE,
    [offer('new')],
    planFull(CATALOGUE, [], 1)
      .slice(0, 20)
      .map((one) => one.combination),
  );
  assert.ok(proof && proof.triples.covered < proof.triples.tuples && proof.triples.missing.length > 0);
});

test('each combination is measured every way, beside bare SSL_new; settings stay in the order of applying', () => {
  const scenarios = fullScenarios(CATALOGUE, [], 1);
  const names = new Set(scenarios.map(scenarioName));
  assert.is(names.size, scenarios.length);
  assert.ok(names.has('new') && names.has('dup') && names.has('new-configure'));
  const ids = CATALOGUE.map(({ id }) => id);
  for (const { operation, settings } of scenarios) {
    const order = settings.map((choice) => ids.indexOf(choice.setting));
    assert.equal(
      order,
      [...order].sort((a, b) => a - b),
    );
    if (operation !== 'dup') continue;
    assert.ok(names.has(scenarioName(scenario('new-configure', settings))));
    // A bare new-inherit is `new`.
    assert.is(names.has(scenarioName(scenario('new-inherit', settings))), settings.length > 0);
  }
});

test('presets have a source, and say what of them is not offered', () => {
  const factors = factorsOf(CATALOGUE);
  for (const preset of PRESETS) assert.ok(preset.source.length > 0, preset.name);
  const find = (name: string): Preset => {
    const found = PRESETS.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no preset ${name}`);
    return found;
  };
  const nginx = resolvePreset(find('nginx-like'), factors, excludes);
  assert.equal(
    nginx?.combination.map((choice) => choice.setting),
    ['options', 'ex-data', 'verify'],
  );
  assert.equal(nginx?.missing, ['verify-depth']);
  assert.equal(
    resolvePreset(find('dane-client'), factors, excludes)?.combination.map((choice) => choice.setting),
    ['dane-enable'],
  );
  assert.is(resolvePreset(find('dane-client'), factorsOf([setting('options')]), excludes), null);
  assert.equal(resolvePreset(find('bare'), factors, excludes)?.combination, []);
});

test.run();
