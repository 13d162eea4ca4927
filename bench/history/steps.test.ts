import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareOpenssl, upstreamVersion } from '../core/openssl-version.js';
import { compareVersions } from '../core/target.js';
import { NODE_OPENSSL } from '../targets/node-openssl.js';
import { OLDEST_NODE } from '../targets/node-release.js';
import { inOrder, isInRange, parseOpenssl, plannedSteps, seriesOf } from './steps.js';

test('Node’s releases: at least 25 OpenSSL versions, each once in its series, none too old to measure', () => {
  const versions = NODE_OPENSSL.map(({ openssl }) => openssl);
  assert.is(new Set(versions).size, versions.length);
  assert.ok(new Set(versions.map(upstreamVersion)).size >= 25);
  for (const { node, openssl } of NODE_OPENSSL) {
    assert.ok(compareVersions(node, OLDEST_NODE) >= 0, node);
    assert.ok(/^\d+\.\d+\.\d+[a-z]?(\+quic)?$/.test(openssl), openssl);
  }
});

test('a range holds both its ends, and a series as a whole', () => {
  const inside = (from: string | null, to: string | null) =>
    ['1.1.1k', '1.1.1w', '3.0.0+quic', '3.0.19', '3.5.1', '4.0.3'].filter((version) =>
      isInRange(version, { from, to }),
    );
  assert.equal(inside('1.1.1w', '3.0'), ['1.1.1w', '3.0.0+quic', '3.0.19']);
  assert.equal(inside('3', null), ['3.0.0+quic', '3.0.19', '3.5.1', '4.0.3']);
  assert.equal(inside(null, '1.1.1'), ['1.1.1k', '1.1.1w']);
  assert.is(isInRange(null, { from: '3.0', to: '3.0' }), true);
});

test('steps are ordered within their series, and thinned from the newest on', () => {
  const steps = ['3.0.10', '3.0.2', '1.1.1k', '3.0.9'].map((openssl) => ({ series: 'node', openssl }));
  const debian = { series: 'debian', openssl: '3.0.1' };
  assert.equal(
    inOrder([...steps, debian]).map(({ openssl }) => openssl),
    ['1.1.1k', '3.0.2', '3.0.9', '3.0.10', '3.0.1'],
  );
  assert.equal(
    inOrder(steps, 2).map(({ openssl }) => openssl),
    ['3.0.2', '3.0.10'],
  );
});

test('a provider’s builds with a fork’s patches are a series of their own', () => {
  assert.is(seriesOf('node', '3.0.13+quic'), 'node+quic');
  assert.is(seriesOf('node', '3.0.16'), 'node');
  assert.is(seriesOf('debian', '3.0.16'), 'debian');
});

test('what a history asks for is known before anything is fetched', () => {
  const [first] = plannedSteps(['node']);
  assert.equal(first, { request: { provider: 'node', version: NODE_OPENSSL[0]?.node }, openssl: '1.1.1k' });
  assert.ok(plannedSteps(['node', 'debian']).some(({ openssl }) => openssl === null));
  const order = NODE_OPENSSL.filter(({ openssl }) => !openssl.includes('+')).map(({ openssl }) => openssl);
  assert.equal([...order].sort(compareOpenssl), order);
});

test('versions are read, and anything else refused by the flag’s name', () => {
  for (const good of ['3', '3.0', '3.0.13', '1.1.1k']) assert.is(parseOpenssl('--from')(good), good);
  for (const bad of ['', 'latest', '3.0.13+quic', 'node@16.0.0', '-1']) {
    assert.throws(() => parseOpenssl('--from')(bad), /--from: '.*' is not an OpenSSL version/);
  }
});

test.run();
