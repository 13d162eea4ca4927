import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { machineChecks } from './machine-checks.js';
import type { Environment } from './schema.js';
import { QUIET_MACHINE } from './testing.js';

const test = suite('document/machine-checks');
const grades = (over: Partial<Environment>, cpus: readonly number[] = [0, 1]) =>
  Object.fromEntries(
    machineChecks({ ...QUIET_MACHINE, ...over }, { cpus, roundNs: 200_000 }).map(({ what, grade }) => [
      what,
      grade,
    ]),
  );

test('a quiet machine has nothing to complain of', () => {
  assert.ok(Object.values(grades({})).every((grade) => grade === 'good'));
  for (const one of machineChecks(QUIET_MACHINE, { cpus: [0, 1], roundNs: 200_000 }))
    assert.is(one.advice, null);
});

test('each property is judged on its own', () => {
  const cases: readonly (readonly [string, Partial<Environment>])[] = [
    ['clock', { clockResolutionNs: 201 }],
    ['frequency governor', { frequencyGovernor: 'powersave' }],
    ['turbo', { turbo: true }],
    ['SMT', { smt: true }],
    ['virtual machine', { virtualisation: { hypervisor: true, vendor: null } }],
    ['stolen time', { stealFraction: 0.02 }],
    ['load', { loadAtStart: [1.5, 0, 0] }],
    ['huge pages', { hugePages: 'always' }],
    ['address randomisation', { addressRandomisation: 0 }],
  ];
  for (const [what, over] of cases) {
    const poor = Object.entries(grades(over)).filter(([, grade]) => grade !== 'good');
    assert.equal(poor, [[what, 'poor']]);
  }
  assert.is(grades({}, [3]).pinning, 'poor');
});

test('what could not be read is unknown, never guessed', () => {
  const all = grades({
    clockResolutionNs: null,
    frequencyGovernor: null,
    turbo: null,
    smt: null,
    virtualisation: { hypervisor: null, vendor: null },
    stealFraction: null,
    hugePages: null,
    addressRandomisation: null,
  });
  assert.is(Object.values(all).filter((grade) => grade === 'unknown').length, 8);
});

test.run();
