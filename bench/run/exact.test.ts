/** Exact quantities on real OpenSSL: the same in every process, and adding up. */
import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from '../core/errors.js';
import type { MemoryReading } from '../core/sample.js';
import { scenario } from '../core/scenario.js';
import type { CLibrary, Target } from '../core/target.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { countInstructions, SPREAD_MAX } from './instructions.js';
import { proveTarget, surveyScenarios } from './survey.js';

const test = suite('run/exact');
const offline = { offline: true };

async function memoryOf(target: Target, cLibrary: CLibrary): Promise<readonly MemoryReading[]> {
  const { proved, worker } = await proveTarget(target, cLibrary);
  assert.ok(worker, proved.kind === 'refused' ? proved.reason : '');
  const readings: MemoryReading[] = [];
  const scenarios = [scenario('new'), scenario('dup'), scenario('up-ref')];
  await surveyScenarios(worker, cLibrary, scenarios, new AbortController().signal, ({ memory }) => {
    readings.push(memory);
  });
  return readings;
}

test('allocations by line add up to the whole, and are the same in another process', async () => {
  const target = await resolveTarget({ provider: 'bundled' }, offline);
  const cLibrary = await chooseCLibrary([target], offline);
  const readings = await memoryOf(target, cLibrary);
  for (const reading of readings) {
    assert.ok(reading.kind === 'exact');
    const sum = (field: 'allocations' | 'requestedBytes' | 'retainedAllocations' | 'retainedBytes') =>
      reading.sites.reduce((total, site) => total + site[field], 0);
    assert.is(sum('allocations'), reading.allocations);
    assert.is(sum('requestedBytes'), reading.requestedBytes);
    assert.is(sum('retainedAllocations'), reading.retainedAllocations);
    assert.is(sum('retainedBytes'), reading.retainedBytes);
  }
  const [made, , referred] = readings;
  assert.ok(made?.kind === 'exact' && made.sites.some(({ file }) => file === 'ssl/ssl_lib.c'));
  assert.ok(referred?.kind === 'exact' && referred.sites.length === 0);
  assert.equal(await memoryOf(target, cLibrary), readings);
});

test('instructions: the same twice, and none for what valgrind cannot run', async () => {
  const bundled = await resolveTarget({ provider: 'bundled' }, offline);
  const host = await chooseCLibrary([bundled], offline);
  if (bundled.library.kind === 'inside-node') {
    const reading = await countInstructions(bundled, host, scenario('new'));
    assert.ok(reading.kind === 'not-available' && /inside the node executable/.test(reading.reason));
  }
  let system: Target;
  try {
    system = await resolveTarget({ provider: 'system' }, offline);
  } catch (error) {
    if (!(error instanceof CouldNotRun)) throw error;
    process.stdout.write('note: no libssl on this system: instructions are not tested\n');
    return;
  }
  const cLibrary = await chooseCLibrary([system], offline);
  const first = await countInstructions(system, cLibrary, scenario('new'));
  if (spawnSync('valgrind', ['--version']).status !== 0) {
    assert.ok(first.kind === 'not-available' && /valgrind is not installed/.test(first.reason));
    process.stdout.write('note: valgrind is not installed: instructions are not tested\n');
    return;
  }
  assert.ok(first.kind === 'exact', first.kind === 'exact' ? '' : first.reason);
  assert.ok(first.perIteration > 1000 && first.spread <= SPREAD_MAX);
  assert.ok(first.functions.some(({ name }) => name === 'SSL_new'));
  const again = await countInstructions(system, cLibrary, scenario('new'));
  assert.ok(again.kind === 'exact');
  assert.ok(Math.abs(again.perIteration / first.perIteration - 1) <= SPREAD_MAX);
  const apart = await countInstructions(system, cLibrary, scenario('new', [], 'create'));
  assert.is(apart.kind, 'not-available');
});

test.run();
