import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseScenario, type SettingChoice, scenarioName } from '../core/scenario.js';
import { recordScenario } from '../document/record.js';
import { exampleBatches, exampleDocument } from '../document/testing.js';
import { renderAdvice } from '../report/advice.js';
import { batchOf } from '../stats/testing.js';
import { adviceOf, adviceScenarios } from './advise.js';

const test = suite('advise');
const SETTINGS: readonly SettingChoice[] = [
  { setting: 'cipher-list', level: '20' },
  { setting: 'certificate', level: 'ecdsa' },
];

test('four scenarios are enough: a bare SSL_new, and the settings every way', () => {
  assert.equal(adviceScenarios(SETTINGS).map(scenarioName), [
    'new',
    'new-configure[cipher-list=20,certificate=ecdsa]',
    'dup[cipher-list=20,certificate=ecdsa]',
    'new-inherit[cipher-list=20,certificate=ecdsa]',
  ]);
});

test('dup is advised where it is faster, and what it loses is named with its targets', () => {
  const dup = 'dup[cipher-list=20,certificate=ecdsa]';
  const document = exampleDocument({
    lost: [
      { target: 'debian:trixie', scenario: dup, settings: ['certificate: another certificate, or none'] },
      { target: 'bundled', scenario: 'dup[session]', settings: ['session: none'] },
    ],
  });
  const advice = adviceOf(document, SETTINGS);
  assert.is(advice.targets.length, 5);
  assert.ok(advice.targets.every((one) => one.kind === 'advised' && one.choice === 'dup'));
  assert.equal(advice.lost, [{ setting: 'certificate', targets: ['debian:trixie'] }]);
  const text = renderAdvice(advice, { width: 80, colour: false });
  assert.match(text, /debian:trixie \(3\.5\.1\): duplicate a template/);
  assert.match(text, /SSL_dup loses certificate on debian:trixie/);
  assert.not(/loses cipher-list|session/.test(text));
  assert.ok(text.split('\n').every((line) => line.length <= 80));
});

/** A run of one target: SSL_dup took `dupNs`, SSL_new with the setter `configureNs`, from an SSL_CTX with it `inheritNs`. */
function documentOf(dupNs: number, configureNs: number, blocks: number, inheritNs: number | null = null) {
  const times = {
    new: 900,
    'new-configure[mode]': configureNs,
    'dup[mode]': dupNs,
    ...(inheritNs === null ? {} : { 'new-inherit[mode]': inheritNs }),
  };
  const batches = Object.entries(times).flatMap(([scenario, ns]) =>
    Array.from({ length: blocks }, (_, block) =>
      batchOf([ns + (block % 3), ns + 1, ns + 2], { scenario, block, target: 'bundled' }),
    ),
  );
  const scenarios = Object.keys(times).map((name) => recordScenario(parseScenario(name), 100));
  return exampleDocument({ scenarios, memory: [] }, batches);
}

const MODE: readonly SettingChoice[] = [{ setting: 'mode', level: 'default' }];

function runOf(dupNs: number, configureNs: number, blocks: number) {
  return adviceOf(documentOf(dupNs, configureNs, blocks), MODE).targets[0];
}

test('setters, no difference, and too few blocks are told apart', () => {
  const choice = (found: ReturnType<typeof runOf>) =>
    found?.kind === 'advised' ? found.choice : found?.kind;
  assert.is(choice(runOf(1200, 1000, 9)), 'setters');
  assert.is(choice(runOf(1000, 1200, 9)), 'dup');
  assert.is(choice(runOf(1000, 1000, 9)), 'either');
  assert.is(choice(runOf(1000, 1200, 3)), 'undecided');
});

test('a configured SSL_CTX is held against dup, with what it cannot have', () => {
  const found = (inheritNs: number | null) => {
    const document = documentOf(1000, 1200, 9, inheritNs);
    const setOnHandles = [{ target: 'bundled', scenario: 'new-inherit[mode]', settings: ['session'] }];
    return adviceOf({ ...document, setOnHandles }, MODE);
  };
  const context = (advice: ReturnType<typeof adviceOf>) => {
    const [first] = advice.targets;
    return first?.kind === 'advised' ? first.context : undefined;
  };
  assert.is(context(found(900))?.choice, 'context');
  assert.is(context(found(1100))?.choice, 'dup');
  assert.equal(context(found(900))?.setOnHandles, ['session']);
  assert.is(context(found(null)), null);
  const text = (inheritNs: number | null) =>
    renderAdvice(found(inheritNs), { width: 100, colour: false }).replace(/\s+/g, ' ');
  assert.match(
    text(900),
    /SSL_new 90\d ns, SSL_dup against it 1\.11\d?× .*: SSL_new from an SSL_CTX that has them/,
  );
  assert.match(text(900), /cannot be set on the context, so set on each handle: session/);
  assert.match(text(null), /cannot be set on the context: none of the settings/);
});

test('a target that cannot have the settings, or was refused, says why', () => {
  const name = 'dup[cipher-list=20,certificate=ecdsa]';
  const absent = { kind: 'absent' as const, reason: 'certificate does not exist in this version' };
  const measured = exampleBatches().filter(
    (one) => !(one.target === 'debian:bullseye' && one.scenario.includes('[')),
  );
  const document = exampleDocument(
    { availability: [{ target: 'debian:bullseye', scenario: name, availability: absent }] },
    measured,
  );
  const found = adviceOf(document, SETTINGS).targets.find((one) => one.target === 'debian:bullseye');
  assert.ok(found?.kind === 'not-available' && found.reason === absent.reason);
  const refused = {
    ...document,
    targets: document.targets.map((one) => ({ ...one, refused: 'it is not what it says' })),
  };
  assert.ok(adviceOf(refused, SETTINGS).targets.every((one) => one.kind === 'not-available'));
});

test.run();
