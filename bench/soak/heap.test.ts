/** What the slope oracle reads must be still in a clean soak, or the verdict is a matter of luck. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { anyTarget } from '../conform/testing.js';
import { SoakWorker } from './soak-worker.js';

const SEGMENTS = 12;

test('a clean segment leaves nothing that malloc has handed out', async () => {
  const { target, cLibrary } = await anyTarget();
  const worker = new SoakWorker(target, cLibrary);
  try {
    const spec = { scenario: 'walk', settings: [], seed: 7, plant: null, threads: 2 };
    assert.is((await worker.ask('soakPrepare', { spec })).kind, 'available');
    let still = 0;
    for (let i = 0; i < SEGMENTS; i++) {
      const { heapGrowthBytes } = await worker.ask('soakSegment', { first: i * 500, cycles: 500 });
      if (heapGrowthBytes === 0) still++;
    }
    // Another thread of Node's may allocate in one of them.
    assert.ok(still > SEGMENTS / 2, `${still} of ${SEGMENTS} segments left nothing`);
  } finally {
    await worker.stop();
  }
});

test.run();
