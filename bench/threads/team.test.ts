import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Sharing } from '../core/sharing.js';
import { openWorker } from '../run/survey.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import type { ScenarioSpec } from '../worker/messages.js';
import type { WorkerProcess } from '../worker/worker-process.js';

const bundled = await resolveTarget({ provider: 'bundled' });
const cLibrary = await chooseCLibrary([bundled]);

async function withWorker(
  countAllocations: boolean,
  action: (worker: WorkerProcess) => Promise<void>,
): Promise<void> {
  const { worker } = await openWorker(bundled, cLibrary, { countAllocations, boardFd: null });
  try {
    await action(worker);
  } finally {
    await worker.stop();
  }
}

const scenario = (operation: ScenarioSpec['operation']): ScenarioSpec => ({
  operation,
  method: 'tls',
  settings: [],
  phase: 'both',
  live: 1,
});

test('threads do exactly what they are asked to, and count what they do beyond it', async () => {
  await withWorker(false, async (worker) => {
    const iterations = 50;
    const prepare = (operation: ScenarioSpec['operation'], sharing: Sharing) =>
      worker.ask('teamPrepare', { spec: { scenario: scenario(operation), sharing, threads: 2, cpus: [] } });
    for (const [operation, sharing] of [
      ['new', 'context'],
      ['new', 'separate'],
      ['up-ref', 'handle'],
      ['dup-started', 'handle'],
      ['noop', 'separate'],
    ] as const) {
      assert.equal(await prepare(operation, sharing), { kind: 'available' }, `${operation} ${sharing}`);
      const alone = await worker.ask('teamRound', { round: { threads: 1, iterations, packed: false } });
      assert.is(alone.operations, iterations);
      assert.is(alone.elapsedNs.length, 1);
      for (const packed of [false, true]) {
        const both = await worker.ask('teamRound', { round: { threads: 2, iterations, packed } });
        assert.ok(both.operations >= 2 * iterations, String(both.operations));
        assert.is(both.elapsedNs.length, 2);
        assert.is(both.cpuNs.length, 2);
        assert.ok(both.wallNs >= Math.max(...both.elapsedNs) * 0.999);
      }
    }
    await worker.ask('teamRelease', {});
  });
});

test('a handle cannot be used by several threads, and no round has more threads than the team', async () => {
  await withWorker(false, async (worker) => {
    const spec = { scenario: scenario('dup'), sharing: 'handle', threads: 2, cpus: [] } as const;
    const refused = await worker.ask('teamPrepare', { spec });
    assert.is(refused.kind, 'absent');
    assert.match(refused.kind === 'absent' ? refused.reason : '', /openssl-threads/);
    await worker.ask('teamPrepare', { spec: { ...spec, sharing: 'context' } });
    const round = { threads: 3, iterations: 1, packed: false };
    let message = '';
    await worker.ask('teamRound', { round }).catch((error: Error) => {
      message = error.message;
    });
    assert.match(message, /from 1 to 2 threads/);
  });
});

test('so many handles are held and given back, and connections give their buffers back when told to', async () => {
  await withWorker(false, async (worker) => {
    assert.equal(await worker.ask('holdHandles', { scenario: scenario('new'), most: 20 }), {
      kind: 'available',
    });
    const none = await worker.ask('holdMore', { alive: 0 });
    const some = await worker.ask('holdMore', { alive: 20 });
    assert.is(none.alive, 0);
    assert.is(some.alive, 20);
    assert.ok(some.allocatorBytes > none.allocatorBytes + 20 * 4000);
    assert.is((await worker.ask('releaseHeld', {})).alive, 0);
  });
  await withWorker(true, async (worker) => {
    const exact = async (releaseBuffers: boolean) => {
      await worker.ask('holdConnections', { buffers: { releaseBuffers, readAhead: false } });
      await worker.ask('measureConnection', { exchangeBytes: 1000 });
      return worker.ask('measureConnection', { exchangeBytes: 1000 });
    };
    const kept = await exact(false);
    const released = await exact(true);
    // A record's buffer is over 16 KiB.
    assert.ok(kept.serverBytes - released.serverBytes > 16_384, JSON.stringify([kept, released]));
    assert.equal(await worker.ask('connectMore', { alive: 2 }).then(({ alive }) => alive), 2);
    const exchanged = await worker.ask('exchange', { first: 0, last: 2, bytes: 1000 });
    assert.is(exchanged.alive, 2);
    await worker.ask('releaseHeld', {});
  });
});

test.run();
