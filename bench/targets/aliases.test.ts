import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from '../core/errors.js';
import { formatTargetId, type Target, type TargetRequest } from '../core/target.js';
import { aliasCandidates, resolveAlias } from './aliases.js';
import { isUnreachable } from './fetched.js';
import { opensslVersionIn } from './openssl-pair.js';
import { findSystemPair, resolveSystem } from './system.js';
import { refusal } from './testing.js';

const ids = (series: string): string[] => aliasCandidates(series).map(formatTargetId);
const systemVersion = (await opensslVersionIn((await findSystemPair()).libcrypto)) ?? '';
const systemSeries = /^\d+\.\d+/.exec(systemVersion)?.[0] ?? '';

test('the order of preference', () => {
  assert.equal(ids('3.5'), ['debian:trixie', 'system', 'node@24.21.0', 'bundled']);
  assert.equal(ids('1.1.1'), ['debian:bullseye', 'system', 'node@16.20.2', 'node@12.22.12', 'bundled']);
  assert.equal(ids('4.0'), ['debian:experimental', 'debian:sid', 'debian:forky', 'system', 'bundled']);
  assert.equal(ids('3.5.9'), ids('3.5'));
  assert.equal(ids('1.1'), ids('1.1.1'));
  assert.equal(ids('9.9'), ['system', 'bundled']);
});

test('the first that can be had is taken, and what was passed over is told', async () => {
  const lines: string[] = [];
  const resolve = async (request: TargetRequest): Promise<Target> => {
    if (request.provider === 'system') return resolveSystem({ offline: true });
    throw new CouldNotRun(`${formatTargetId(request)}: not today`);
  };
  const target = await resolveAlias(systemSeries, resolve, { onProgress: (line) => lines.push(line) });
  assert.is(target.id, 'system');
  if (aliasCandidates(systemSeries)[0]?.provider === 'debian') {
    assert.match(
      lines.join(),
      new RegExp(`^openssl@${systemSeries}: using system \\(debian:\\S+: not today`),
    );
  }
});

test('a suite that moved on to another series is passed over', async () => {
  const resolve = async (request: TargetRequest): Promise<Target> => {
    if (request.provider !== 'debian') throw new CouldNotRun(`${formatTargetId(request)}: not today`);
    return { ...(await resolveSystem({ offline: true })), id: formatTargetId(request), provider: 'debian' };
  };
  const message = await refusal(() => resolveAlias('4.0', resolve));
  assert.match(message, /^openssl@4\.0: could not be had \(debian:/);
  assert.ok(message.includes(`debian:experimental is ${systemVersion}`));
  assert.ok(message.includes(`system is ${systemVersion}`));
});

test('what lacks for a whole provider, as an unreachable server, is not tried again', async () => {
  const asked: string[] = [];
  const resolve = async (request: TargetRequest): Promise<Target> => {
    asked.push(formatTargetId(request));
    throw new CouldNotRun(`${formatTargetId(request)}: apt-get update: Could not resolve mirror.example.org`);
  };
  await refusal(() => resolveAlias('4.0', resolve));
  assert.equal(
    asked.filter((id) => id.startsWith('debian:')),
    ['debian:experimental'],
  );
});

test('a defect is not hidden as a missing target', async () => {
  let thrown: unknown;
  try {
    await resolveAlias('4.0', async () => {
      throw new TypeError('defect');
    });
  } catch (error) {
    thrown = error;
  }
  assert.instance(thrown, TypeError);
});

test('words of an unreachable network', () => {
  assert.ok(isUnreachable("Failed to fetch … Temporary failure resolving 'mirror.example.org'"));
  assert.ok(isUnreachable('npm: ENOTFOUND request to … failed'));
  assert.ok(isUnreachable('npm: ECONNREFUSED'));
  assert.ok(
    isUnreachable('apt-get update: Failed to fetch …  Unable to connect to mirror.example.org:http:'),
  );
  assert.not.ok(isUnreachable('debian:nosuch: mirror.example.org has no such suite'));
});

test.run();
