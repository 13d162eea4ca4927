import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Carried, ConformanceCell } from '../core/conformance.js';
import type { SettingDescription } from '../core/setting.js';
import { surprises } from './surprises.js';

const Surprises = suite('surprises');

const versions = new Map([
  ['old', { version: '3.0.1', versionNumber: 0x30000010 }],
  ['new', { version: '4.0.0', versionNumber: 0x40000000 }],
]);

function entry(
  id: string,
  documented: 'carried' | 'not carried',
  documentedSince = 0x1010100f,
): SettingDescription {
  return {
    id,
    bullet: documented === 'carried' ? 'options' : 'undocumented',
    existsSince: 0x1010100f,
    documented,
    documentedSince,
    call: 'SSL_set_it',
    ifLost: 'it is off',
    everyday: false,
    changesContext: false,
    onlyOnContext: false,
    inheritable: true,
    conflictsWith: [],
    dtls: false,
    levels: ['default'],
    taintsProcess: false,
  };
}

function cells(setting: string, old: Carried, latest: Carried, withSession = false): ConformanceCell[] {
  const looks = {
    original: '',
    sibling: '',
    duplicate: '',
    originalAfter: '',
    inherited: '',
    originalAfterChange: '',
  };
  return (['old', 'new'] as const).map((target) => ({
    target,
    setting,
    level: 'default',
    withSession,
    carried: target === 'old' ? old : latest,
    detail: '',
    ...looks,
  }));
}

function found(catalogue: readonly SettingDescription[], of: readonly ConformanceCell[]) {
  return surprises(of, catalogue, [], [], versions).map(({ kind, subject, versions: where }) => [
    kind,
    subject,
    ...where,
  ]);
}

Surprises('none where everything is as its page says', () => {
  assert.equal(
    found(
      [entry('a', 'carried'), entry('b', 'not carried')],
      [...cells('a', 'own copy', 'shared'), ...cells('b', 'not carried', 'absent')],
    ),
    [],
  );
});

Surprises('documented and lost, undocumented and kept, each with its versions', () => {
  assert.equal(
    found(
      [entry('a', 'carried'), entry('b', 'not carried')],
      [...cells('a', 'not carried', 'SSL_dup fails'), ...cells('b', 'shared', 'own copy')],
    ),
    [
      ['documented, not carried', 'a', '3.0.1'],
      ['documented, not carried', 'a', '4.0.0'],
      ['carried, undocumented', 'b', '3.0.1', '4.0.0'],
    ],
  );
});

Surprises('a promise of 4.0 is none of 3.0', () => {
  const promised = [entry('a', 'carried', 0x40000000)];
  assert.equal(found(promised, cells('a', 'not carried', 'own copy')), [
    ['changed between versions', 'a', '3.0.1'],
  ]);
  assert.equal(found(promised, cells('a', 'own copy', 'own copy')), [
    ['carried, undocumented', 'a', '3.0.1'],
  ]);
});

Surprises('an own copy that a session makes shared', () => {
  assert.equal(
    found(
      [entry('a', 'carried')],
      [...cells('a', 'own copy', 'own copy'), ...cells('a', 'shared', 'own copy', true)],
    ),
    [['shared once a session is set', 'a', '3.0.1']],
  );
});

Surprises('a sentence that does not hold', () => {
  const claim = { id: 'c', sentence: 'It is.', question: 'is it', slow: false };
  const answer = { target: 'new', claim: 'c', verdict: 'does not hold' as const, seen: 'it is not' };
  assert.equal(
    surprises([], [], [answer, { ...answer, target: 'old', verdict: 'holds' }], [claim], versions),
    [{ kind: 'the page says otherwise', subject: 'c', versions: ['4.0.0'], consequence: 'is it: it is not' }],
  );
});

Surprises.run();
