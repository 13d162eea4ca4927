import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { beneathName, NODE_LAYER_TASKS } from '../core/node-layer.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { assertInsideNode, measureNodeLayer } from './node-layer.js';

const test = suite('run/node-layer');
const bundled = await resolveTarget({ provider: 'bundled' });
const cLibrary = await chooseCLibrary([bundled]);

const plan = {
  targets: [bundled],
  cLibrary,
  tasks: NODE_LAYER_TASKS,
  blocks: 1,
  rounds: 2,
  cpu: null,
  seed: 1,
  onProgress: () => {},
};

test('every task runs on the running Node, each round with one of OpenSSL’s part', async () => {
  const { batches, refused, facts, end } = await measureNodeLayer({
    ...plan,
    signal: new AbortController().signal,
  });
  assert.is(end, 'complete');
  assert.equal([...refused], []);
  assert.is(facts.get('bundled')?.nodeVersion, process.version);
  assert.equal(
    batches.flatMap(({ state }) => (state.kind === 'failed' ? state.reason : [])),
    [],
  );
  const names = new Set(batches.map(({ scenario }) => scenario));
  for (const task of NODE_LAYER_TASKS) {
    assert.ok(names.has(task), task);
    assert.is(names.has(beneathName(task)), task !== 'addon-call', task);
  }
  for (const { scenario, roundNs, iterations } of batches) {
    assert.is(roundNs.length, 2, scenario);
    assert.ok(
      roundNs.every((ns) => ns > 0),
      scenario,
    );
    assert.ok(iterations >= 1, scenario);
  }
});

test('a stop before the first task leaves what there is', async () => {
  const { batches, end } = await measureNodeLayer({ ...plan, signal: AbortSignal.abort() });
  assert.is(end, 'interrupted');
  assert.equal(batches, []);
});

test('targets that are not inside a Node are refused', async () => {
  assert.not.throws(() => assertInsideNode([bundled]));
  const system = await resolveTarget({ provider: 'system' });
  assert.throws(() => assertInsideNode([bundled, system]), /--targets: system is not inside a Node/);
});

test.run();
