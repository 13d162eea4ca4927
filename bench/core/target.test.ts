import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun, messageOf, printable } from './errors.js';
import { compareVersions, formatTargetId, parseTargetId } from './target.js';

const Targets = suite('target');

Targets('ids read back as what they say', () => {
  for (const id of [
    'bundled',
    'system',
    'debian:trixie',
    'node@12.22.12',
    'prefix:/opt/open ssl',
    'openssl@1.1.1',
    'openssl@4.0',
  ]) {
    assert.is(formatTargetId(parseTargetId(id)), id);
  }
  assert.equal(parseTargetId('node@v20.1.0'), { provider: 'node', version: '20.1.0' });
});

Targets('anything else is refused in one line that says what is accepted', () => {
  for (const id of [
    '',
    'Bundled',
    'debian:',
    'debian:../etc',
    'debian:a b',
    'node@20',
    'node@20.1.0;rm',
    'prefix:',
    'openssl@three',
    'x\ny',
  ]) {
    assert.throws(
      () => parseTargetId(id),
      (error: Error) =>
        error instanceof CouldNotRun &&
        /^--targets: .* is not a target \(accepted: bundled, /.test(error.message) &&
        !error.message.includes('\n'),
    );
  }
});

Targets('versions compare as numbers, part by part', () => {
  assert.ok(compareVersions('2.9', '2.31') < 0);
  assert.is(compareVersions('2.36', '2.36.0'), 0);
  assert.ok(compareVersions('10.0.1', '10.0') > 0);
  fc.assert(
    fc.property(
      fc.array(fc.nat(99), { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(99), { minLength: 1, maxLength: 3 }),
      (a, b) => {
        assert.is(
          Math.sign(compareVersions(a.join('.'), b.join('.'))),
          -Math.sign(compareVersions(b.join('.'), a.join('.'))) + 0,
        );
      },
    ),
  );
});

Targets('text from outside cannot drive the terminal', () => {
  assert.is(printable('a\u001b[31mb\u0007\u009bc'), 'a?[31mb??c');
  assert.is(printable('safe\u202Egnp.exe'), 'safe?gnp.exe');
  assert.is(messageOf(new Error('two\n  lines')), 'two · lines');
  assert.is(messageOf('thrown text'), 'thrown text');
});

Targets.run();
