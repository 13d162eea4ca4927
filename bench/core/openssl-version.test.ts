import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareOpenssl, forkOf, isInSeries, opensslVersion, upstreamVersion } from './openssl-version.js';

test('which versions belong to a series', () => {
  assert.ok(isInSeries('3.5.9', '3.5'));
  assert.ok(isInSeries('1.1.1w', '1.1.1'));
  assert.ok(isInSeries('3.5', '3.5'));
  assert.not.ok(isInSeries('3.50.1', '3.5'));
  assert.not.ok(isInSeries('3.5.10', '3.5.1'));
  assert.not.ok(isInSeries('3.0.1', '3.5'));
});

test('versions as OpenSSL reports them', () => {
  assert.is(opensslVersion('OpenSSL 3.0.13+quic 30 Jan 2024'), '3.0.13+quic');
  assert.is(opensslVersion('OpenSSL 1.1.1w  11 Sep 2023'), '1.1.1w');
  assert.is(opensslVersion('OpenSSL 4.0.0-beta1 7 Apr 2026'), '4.0.0-beta1');
  assert.is(opensslVersion('LibreSSL'), 'LibreSSL');
  assert.is(forkOf('3.0.13+quic'), 'quic');
  assert.is(forkOf('3.0.13'), null);
  assert.is(upstreamVersion('3.0.13+quic'), '3.0.13');
});

/** In the order in which OpenSSL made them. */
const ORDERED = [
  '1.1.1',
  '1.1.1a',
  '1.1.1k',
  '1.1.1z',
  '1.1.1za',
  '3.0.0-alpha17',
  '3.0.0-beta2',
  '3.0.0',
  '3.0.9',
  '3.0.10',
  '3.5.0',
  '4.0.0-beta1',
  '4.0.0',
];

test('their order', () => {
  fc.assert(
    fc.property(fc.nat(ORDERED.length - 1), fc.nat(ORDERED.length - 1), (i, j) => {
      assert.is(Math.sign(compareOpenssl(ORDERED[i] ?? '', ORDERED[j] ?? '')), Math.sign(i - j));
    }),
  );
  assert.is(compareOpenssl('1.1.1k+quic', '1.1.1k'), 0);
});

test.run();
