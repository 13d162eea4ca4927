import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COSTS, estimateMs, type Workload, workOf } from './estimate.js';

const test = suite('run/estimate');

const LOAD: Workload = {
  targets: 5,
  workers: 6,
  scenarios: 10,
  blocks: 4,
  rounds: 20,
  roundNs: 200_000,
  countInstructions: false,
};

test('how often each part of the work is done, by hand', () => {
  assert.equal(workOf(LOAD), {
    runMs: 1,
    surveyMs: 50,
    workerMs: 24,
    batchMs: 240,
    // 240 batches of 20 rounds of 0.2 ms.
    roundMs: 960,
    instructionsMs: 0,
  });
  assert.is(workOf({ ...LOAD, countInstructions: true }).instructionsMs, 50);
});

test('the estimate is the sum of each part at its cost', () => {
  const { runMs, surveyMs, workerMs, batchMs, roundMs } = COSTS;
  const expected = runMs + 50 * surveyMs + 24 * workerMs + 240 * batchMs + 960 * roundMs;
  assert.ok(Math.abs(estimateMs(LOAD) - expected) < 1e-9);
});

test('shards share all but what every run and every worker costs', () => {
  const half = estimateMs({ ...LOAD, scenarios: 5 });
  const fixed = COSTS.runMs + 24 * COSTS.workerMs;
  assert.ok(Math.abs(2 * half - estimateMs(LOAD) - fixed) < 1e-9);
});

test.run();
