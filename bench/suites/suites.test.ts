import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from '../core/errors.js';
import { scenarioName } from '../core/scenario.js';
import { parseSettings, type SettingDescription } from '../core/setting.js';
import { SUITE_NAMES, SUITES, selectionScenarios } from './suites.js';

const Suites = suite('suites');

const catalogue: readonly SettingDescription[] = [
  ['options', ['default']],
  ['cipher-list', ['20', '2', 'all']],
  ['session', ['default']],
].map(([id, levels]) => ({
  id: id as string,
  bullet: 'options',
  call: 'SSL_set_options',
  ifLost: 'it is off',
  everyday: true,
  changesContext: false,
  onlyOnContext: false,
  inheritable: true,
  conflictsWith: [],
  dtls: false,
  existsSince: 0x1010100f,
  documented: 'carried' as const,
  documentedSince: 0x1010100f,
  levels: levels as string[],
  taintsProcess: false,
}));

Suites('name every scenario once', () => {
  // What suites name themselves is in the catalogue.
  const named = catalogue.slice(0, 1).map((one) => ({ ...one, id: 'certificate', levels: ['ecdsa'] }));
  for (const name of SUITE_NAMES) {
    const names = SUITES[name].scenarios([...catalogue, ...named]).map(scenarioName);
    assert.is(new Set(names).size, names.length, name);
    assert.ok(names.length > 0, name);
  }
});

Suites('the standard one has every setting at every level both ways, and all together', () => {
  const names = SUITES.standard.scenarios(catalogue).map(scenarioName);
  for (const choice of [
    'options',
    'cipher-list=20',
    'cipher-list=2',
    'cipher-list=all',
    'session',
    'options,cipher-list=20,session',
  ]) {
    assert.ok(names.includes(`dup[${choice}]`), choice);
    assert.ok(names.includes(`new-configure[${choice}]`), choice);
  }
});

Suites('a selection leaves out what an operation cannot have', () => {
  const settings = parseSettings('session,options', catalogue);
  const names = selectionScenarios({
    operations: ['noop', 'new', 'dup'],
    settings,
    phases: ['both', 'create'],
    live: [1, 64],
    methods: ['tls'],
  }).map(scenarioName);
  assert.equal(names, [
    ...['noop', 'new', 'new@64', 'new/create', 'new/create@64'],
    ...[
      'dup[options,session]',
      'dup[options,session]@64',
      'dup[options,session]/create',
      'dup[options,session]/create@64',
    ],
  ]);
  assert.throws(
    () =>
      selectionScenarios({
        operations: ['noop'],
        settings: [],
        phases: ['create'],
        live: [1],
        methods: ['tls'],
      }),
    (error: Error) => error instanceof CouldNotRun && /^--operation: 'noop'/.test(error.message),
  );
});

Suites('a selection has each operation of each method, and the control once', () => {
  const names = selectionScenarios({
    operations: ['noop', 'new'],
    settings: [],
    phases: ['both'],
    live: [1],
    methods: ['tls', 'dtls-server', 'quic-client'],
  }).map(scenarioName);
  assert.equal(names, ['noop', 'new', 'new:dtls-server', 'new:quic-client']);
});

Suites('settings are read in the catalogue’s order, once each, at known levels', () => {
  assert.equal(parseSettings('session, cipher-list', catalogue), [
    { setting: 'cipher-list', level: '20' },
    { setting: 'session', level: 'default' },
  ]);
  for (const [text, message] of [
    ['nonesuch', /'nonesuch' is not a setting \(accepted: options, cipher-list, session\)/],
    ['cipher-list=7', /'cipher-list=7' is not a level of cipher-list \(accepted: 20, 2, all\)/],
    ['options,options', /'options' is not named once/],
    ['Options', /'Options' is not SETTING or SETTING=LEVEL/],
  ] as const) {
    assert.throws(
      () => parseSettings(text, catalogue),
      (error: Error) => error instanceof CouldNotRun && message.test(error.message),
    );
  }
});

Suites.run();
