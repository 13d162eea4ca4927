import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch } from '../core/sample.js';
import { scenario, scenarioName } from '../core/scenario.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { availableCpus } from './crew.js';
import { type MeasureListener, type MeasurePlan, measure } from './measure.js';

const Measure = suite('measure');
const bundled = await resolveTarget({ provider: 'bundled' });
const system = await resolveTarget({ provider: 'system' });
const cLibrary = await chooseCLibrary([bundled, system]);
const scenarios = [scenario('new'), scenario('up-ref'), scenario('dup', [], 'create', 8)];

function plan(over: Partial<MeasurePlan> = {}): MeasurePlan {
  return {
    targets: [bundled, system],
    cLibrary,
    scenarios,
    isAvailable: () => true,
    taintsProcess: () => false,
    blocks: 2,
    rounds: 5,
    roundNs: 50_000,
    cpu: null,
    seed: 3,
    budgetMs: 60_000,
    signal: new AbortController().signal,
    ...over,
  };
}

interface Heard {
  readonly batches: Batch[];
  readonly events: {
    kind: string;
    target: string | null;
    block: number;
    scenario: string | null;
    message: string;
  }[];
  readonly iterations: Map<string, number>;
}

function hearing(onBatch: (batch: Batch) => void = () => {}): { heard: Heard; listener: MeasureListener } {
  const heard: Heard = { batches: [], events: [], iterations: new Map() };
  const listener: MeasureListener = {
    batch: (batch) => {
      heard.batches.push(batch);
      onBatch(batch);
    },
    calibrated: (name, count) => heard.iterations.set(name, count),
    event: (kind, target, block, name, message) =>
      heard.events.push({ kind, target, block, scenario: name, message }),
    pinningRefused: () => {},
    progress: () => {},
  };
  return { heard, listener };
}

/** The workers that this process has just now. */
function children(): number[] {
  return readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
}

Measure('measures every scenario on every target in every block, with one count of iterations', async () => {
  const { heard, listener } = hearing();
  assert.is(await measure(plan(), listener), 'complete');
  assert.is(heard.batches.length, 2 * 2 * scenarios.length);
  assert.equal(heard.events, []);
  for (const { roundNs, state, iterations, scenario: name } of heard.batches) {
    assert.equal(state, { kind: 'complete' });
    assert.is(roundNs.length, 5);
    assert.is(iterations, heard.iterations.get(name));
  }
  assert.is((heard.iterations.get('dup/create@8') ?? 0) % 8, 0);
});

Measure('records a worker that dies, puts another in its place, and goes on', async () => {
  let killed = false;
  // In the second block: in the first one calibrating would notice, and replace it before it misses a batch.
  const { heard, listener } = hearing(({ block }) => {
    if (killed || block === 0) return;
    killed = true;
    process.kill(Math.min(...children()), 'SIGKILL');
  });
  assert.is(await measure(plan(), listener), 'complete');
  assert.equal(
    heard.events.map(({ kind }) => kind),
    ['crash', 'restart'],
  );
  assert.match(heard.events[0]?.message ?? '', /died of SIGKILL/);
  const cut = heard.batches.filter(({ state }) => state.kind === 'failed');
  assert.is(cut.length, 1);
  assert.is(cut[0]?.target, heard.events[0]?.target);
  assert.is(
    heard.batches.filter(({ state }) => state.kind === 'complete').length,
    2 * 2 * scenarios.length - 1,
  );
});

Measure('leaves out what a target lacks', async () => {
  const { heard, listener } = hearing();
  await measure(
    plan({ isAvailable: (target, name) => target === 'system' || name === 'new', blocks: 1 }),
    listener,
  );
  const names = (target: string) =>
    heard.batches.filter((one) => one.target === target).map((one) => one.scenario);
  assert.equal(names('bundled'), ['new']);
  assert.equal(names('system').sort(), scenarios.map(scenarioName).sort());
});

Measure('begins no block after its budget, and none of it when stopped', async () => {
  const budget = hearing();
  assert.is(await measure(plan({ budgetMs: 0, blocks: 5 }), budget.listener), 'budget');
  assert.equal(new Set(budget.heard.batches.map(({ block }) => block)), new Set([0]));

  const controller = new AbortController();
  const stopped = hearing(() => controller.abort());
  assert.is(await measure(plan({ signal: controller.signal, blocks: 50 }), stopped.listener), 'interrupted');
  assert.ok(stopped.heard.batches.length <= 2);
});

Measure('runs what taints a process last in its block', async () => {
  const { heard, listener } = hearing();
  await measure(plan({ taintsProcess: ({ operation }) => operation === 'new', blocks: 3 }), listener);
  for (const block of [0, 1, 2]) {
    const order = heard.batches.filter((batch) => batch.block === block).map((batch) => batch.scenario);
    assert.equal(order.slice(-2), ['new', 'new']);
  }
});

Measure('reads the kernel’s lists of CPUs', () => {
  assert.equal(
    availableCpus('Name:\tnode\nCpus_allowed_list:\t0-2,5\nMems_allowed_list:\t0\n'),
    [0, 1, 2, 5],
  );
  assert.equal(availableCpus('Cpus_allowed_list:\t7\n'), [7]);
  assert.ok(availableCpus().length >= 1);
});

Measure.run();
