import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from './errors.js';
import { METHOD_NAMES } from './method.js';
import { CONFIGURABLE, OPERATION_NAMES, PHASES } from './operation.js';
import { LIVE_MAX, parseScenario, type Scenario, scenario, scenarioName } from './scenario.js';

const Scenarios = suite('scenario');
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const level = fc.stringMatching(/^[A-Za-z0-9._-]{1,8}$/);

const anyScenario: fc.Arbitrary<Scenario> = fc
  .record({
    operation: fc.constantFrom(...OPERATION_NAMES),
    settings: fc.array(fc.record({ setting: word, level }, { noNullPrototype: true }), { maxLength: 4 }),
    phase: fc.constantFrom(...PHASES),
    live: fc.integer({ min: 1, max: LIVE_MAX }),
    method: fc.constantFrom(...METHOD_NAMES),
  })
  .map(({ operation, settings, phase, live, method }) => {
    const bare = operation === 'noop' || operation === 'clear';
    return scenario(
      operation,
      CONFIGURABLE.has(operation) ? settings : [],
      bare ? 'both' : phase,
      bare ? 1 : Math.max(live, 64),
      operation === 'noop' ? 'tls' : method,
    );
  });

Scenarios('has a name that reads back as itself', () => {
  fc.assert(
    fc.property(anyScenario, (one) => {
      assert.equal(parseScenario(scenarioName(one)), one);
    }),
  );
});

Scenarios('names are as documented', () => {
  const settings = [
    { setting: 'cipher-list', level: '20' },
    { setting: 'options', level: 'default' },
  ];
  assert.is(scenarioName(scenario('dup', settings, 'create', 256)), 'dup[cipher-list=20,options]/create@256');
  assert.is(scenarioName(scenario('up-ref')), 'up-ref');
  assert.is(scenarioName(scenario('new', [], 'free', 64, 'dtls-server')), 'new:dtls-server/free@64');
  assert.equal(parseScenario('new:tls'), parseScenario('new'));
});

Scenarios('refuses what means nothing, naming the flag', () => {
  const refused: [() => unknown, RegExp][] = [
    [() => parseScenario('dub'), /^--scenario: 'dub' is not a scenario/],
    [() => parseScenario('dup['), /^--scenario: /],
    [() => parseScenario('new:tsl'), /^--scenario: 'tsl' is not a method \(accepted: tls, tls-client, /],
    [() => scenario('noop', [], 'both', 1, 'dtls'), /^--method: 'dtls' is not for noop/],
    [
      () => scenario('new', [{ setting: 'options', level: 'default' }]),
      /^--settings: 'options' is not for operation new/,
    ],
    [() => scenario('clear', [], 'create'), /^--phase: 'create' is not a phase of clear/],
    [() => scenario('noop', [], 'both', 5), /^--live: '5' is not for noop/],
    [() => scenario('new', [], 'both', 0), /^--live: '0' is not a whole number/],
    [() => scenario('up-ref', [], 'free', 1), /^--live: '1' is not enough to time up-ref apart/],
  ];
  for (const [action, message] of refused)
    assert.throws(action, (error: Error) => error instanceof CouldNotRun && message.test(error.message));
});

Scenarios.run();
