import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { type Participant, runBatch } from './batch.js';
import { Board } from './board.js';
import { WorkerProcess } from './worker-process.js';

const Batch = suite('batch');
const bundled = await resolveTarget({ provider: 'bundled' });
const host = await chooseCLibrary([bundled]);
const scenario = { operation: 'new', method: 'tls', settings: [], phase: 'both', live: 1 } as const;

interface Crewed extends Participant {
  readonly worker: WorkerProcess;
}

/** Two workers on one board, ended afterwards. */
async function withTwo(
  action: (board: Board, pair: readonly [Crewed, Crewed]) => Promise<void>,
): Promise<void> {
  const board = new Board();
  const hire = async (place: number): Promise<Crewed> => {
    const worker = new WorkerProcess(bundled, host, { countAllocations: false, boardFd: board.fd });
    await worker.ask('open', { libcrypto: '', libssl: '', deepbind: true, countAllocations: false });
    return {
      worker,
      place,
      takeTurns: ({ iterations, epoch, timeoutMs, ...turns }) =>
        worker.ask('rounds', { scenario: turns.scenario, iterations, epoch, worker: turns.place }, timeoutMs),
    };
  };
  const pair = await Promise.all([hire(0), hire(3)]);
  try {
    await action(board, pair);
  } finally {
    await Promise.all(pair.map(({ worker }) => worker.stop()));
    board.close();
  }
}

function plan(over: Partial<Parameters<typeof runBatch>[2]> = {}) {
  const signal = new AbortController().signal;
  return { scenario, iterations: 20, rounds: 15, seed: 1, salt: [0], signal, timeoutMs: 20_000, ...over };
}

Batch('gives every participant its rounds, each a plausible time', async () => {
  await withTwo(async (board, pair) => {
    for (const salt of [[0], [1]]) {
      const measured = await runBatch(board, pair, plan({ salt }));
      assert.is(measured.size, 2);
      for (const { roundNs, state } of measured.values()) {
        assert.equal(state, { kind: 'complete' });
        assert.is(roundNs.length, 15);
        for (const ns of roundNs) assert.ok(ns > 10 && ns < 10e6, `${ns} ns`);
      }
    }
  });
});

Batch('a planted delay is in every round, for each of its iterations', async () => {
  await withTwo(async (board, pair) => {
    const planted = { ...scenario, plant: { delayNs: 20_000, workEvery: 0 } };
    const measured = await runBatch(board, pair, plan({ scenario: planted, iterations: 10, rounds: 3 }));
    // A wait cannot end early: this holds on any machine.
    for (const { roundNs } of measured.values())
      assert.ok(
        roundNs.every((ns) => ns > 20_000),
        String(roundNs),
      );
  });
});

Batch('goes on without a participant that dies in the middle, and keeps what it measured', async () => {
  await withTwo(async (board, pair) => {
    const [first, second] = pair;
    // Long enough to be killed in: 200 rounds of at least 100 µs for each of two.
    const running = runBatch(board, pair, plan({ rounds: 200, iterations: 2000 }));
    while (board.values(first.place).length < 5) await new Promise((look) => setTimeout(look, 2));
    process.kill(first.worker.pid, 'SIGKILL');
    const measured = await running;
    const dead = measured.get(first);
    const alive = measured.get(second);
    assert.is(dead?.state.kind, 'failed');
    if (dead?.state.kind === 'failed') assert.match(dead.state.reason, /died of SIGKILL/);
    assert.ok((dead?.roundNs.length ?? 0) >= 5 && (dead?.roundNs.length ?? 0) < 200);
    assert.equal(alive?.state, { kind: 'complete' });
    assert.is(alive?.roundNs.length, 200);
    assert.ok(first.worker.gone);
  });
});

Batch('does not wait for a participant that cannot begin', async () => {
  await withTwo(async (board, pair) => {
    const [first, second] = pair;
    const refuses: Crewed = { ...first, takeTurns: () => Promise.reject(new Error('not today')) };
    const measured = await runBatch(board, [refuses, second], plan());
    assert.equal(measured.get(refuses)?.state, { kind: 'failed', reason: 'not today' });
    assert.is(measured.get(second)?.roundNs.length, 15);
  });
});

Batch('records a scenario that fails in the worker, by the reason that OpenSSL gave', async () => {
  await withTwo(async (board, pair) => {
    const failing = {
      ...scenario,
      operation: 'new-configure',
      settings: [{ setting: 'cipher-list', level: 'none' }],
    } as const;
    const measured = await runBatch(board, pair, plan({ scenario: failing }));
    for (const { state, roundNs } of measured.values()) {
      assert.equal(state, { kind: 'failed', reason: 'cipher-list has no level none' });
      assert.is(roundNs.length, 0);
    }
    for (const { worker } of pair) assert.not.ok(worker.gone);
  });
});

Batch('stops when it is told to, with what there is', async () => {
  await withTwo(async (board, pair) => {
    const controller = new AbortController();
    const running = runBatch(
      board,
      pair,
      plan({ rounds: 1000, iterations: 2000, signal: controller.signal }),
    );
    while (board.values(0).length < 3) await new Promise((look) => setTimeout(look, 2));
    controller.abort();
    const measured = await running;
    for (const { state, roundNs } of measured.values()) {
      assert.equal(state, { kind: 'interrupted' });
      assert.ok(roundNs.length >= 2 && roundNs.length < 1000);
    }
  });
});

Batch.run();
