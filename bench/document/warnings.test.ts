import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { singleLook } from '../stats/looks.js';
import type { Environment, Plan } from './schema.js';
import { exampleBatches, exampleDocument, QUIET_MACHINE } from './testing.js';
import { ADVICE } from './warning-codes.js';
import { allWarnings, machineWarnings, statusWarnings, targetWarnings } from './warnings.js';

const test = suite('document/warnings');

const PLAN: Plan = {
  blocks: 8,
  roundsPerBatch: 5,
  roundLengthNs: 200_000,
  pinnedCpu: 1,
  baseline: 'bundled',
  looks: singleLook(8),
};
const codes = (environment: Partial<Environment>, plan: Partial<Plan> = {}): string[] =>
  machineWarnings({ ...QUIET_MACHINE, ...environment }, { ...PLAN, ...plan }).map(({ code }) => code);

test('a quiet pinned machine: no warning', () => {
  assert.equal(codes({}), []);
});

test('each condition, just within and just beyond its limit', () => {
  assert.equal(codes({ stealFraction: 0.005 }), []);
  assert.equal(codes({ stealFraction: 0.0051 }), ['steal']);
  assert.equal(codes({ stealFraction: null }), []);
  assert.equal(codes({ loadAtStart: [1, 9, 9] }), []);
  assert.equal(codes({ loadAtStart: [1.01, 0, 0] }), ['load']);
  assert.equal(codes({ frequencyGovernor: null }), []);
  assert.equal(codes({ frequencyGovernor: 'powersave' }), ['governor']);
  assert.equal(codes({}, { pinnedCpu: null }), ['unpinned']);
  assert.equal(codes({}, { pinnedCpu: 0 }), []);
  assert.equal(codes({ virtualisation: { hypervisor: null, vendor: null } }), []);
  assert.equal(codes({ virtualisation: { hypervisor: true, vendor: null } }), ['virtual-machine']);
  assert.equal(codes({ clockResolutionNs: 200 }), []);
  assert.equal(codes({ clockResolutionNs: 201 }), ['coarse-clock']);
});

test('every warning carries its figure and its advice', () => {
  const [steal] = machineWarnings({ ...QUIET_MACHINE, stealFraction: 0.031 }, PLAN);
  assert.match(steal?.message ?? '', /3\.1 %/);
  assert.is(steal?.advice, ADVICE.steal);
});

test('two targets that are the same files are named', () => {
  const { targets } = exampleDocument();
  assert.equal(targetWarnings(targets), []);
  const [first, second] = targets;
  assert.ok(first && second);
  const twin = {
    ...second,
    sha256: Object.fromEntries(Object.values(first.sha256).map((sum) => ['/x', sum])),
  };
  const [warning] = targetWarnings([first, twin]);
  assert.is(warning?.code, 'identical-libraries');
  assert.is(warning?.message, 'bundled and debian:bullseye are the same files');
  assert.equal(
    targetWarnings([
      { ...first, sha256: {} },
      { ...second, sha256: {} },
    ]),
    [],
  );
});

test('targets on different C libraries are named', () => {
  const [first, second] = exampleDocument().targets;
  assert.ok(first?.facts && second);
  const other = { ...first, facts: { ...first.facts, cLibrary: 'glibc 2.36' } };
  assert.is(targetWarnings([other, second])[0]?.message, 'the targets ran on glibc 2.36 and glibc 2.41');
});

test('how a run ended', () => {
  assert.equal(statusWarnings({ status: { kind: 'complete' } }), []);
  assert.is(statusWarnings({ status: { kind: 'partial', reason: 'SIGINT' } })[0]?.code, 'interrupted');
  assert.is(statusWarnings({ status: { kind: 'running' } })[0]?.code, 'unfinished');
});

test('cell warnings are gathered by kind, with the worst figure and where', () => {
  const document = exampleDocument({}, exampleBatches(2));
  const few = allWarnings(document).filter(({ code }) => code === 'few-blocks');
  assert.is(few.length, 1);
  assert.match(
    few[0]?.message ?? '',
    /^no interval from 2 blocks; 95 % confidence takes 6 \(noop on bundled; /,
  );
  assert.match(few[0]?.message ?? '', /and 28 more\)$/);
});

test('a stored warning about the end of the run is not doubled', () => {
  const status = { kind: 'partial', reason: 'SIGINT' } as const;
  const document = exampleDocument({ status, warnings: statusWarnings({ status }) });
  assert.is(allWarnings(document).length, 1);
});

test.run();
