import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { CLibrary, Target } from '../core/target.js';
import { chooseCLibrary, resolveTarget } from '../targets/index.js';
import { WorkerGone, WorkerProcess, WorkerRefused } from './worker-process.js';

const Worker = suite('worker process');
const bundled = await resolveTarget({ provider: 'bundled' });
const system = await resolveTarget({ provider: 'system' });
const host = await chooseCLibrary([bundled, system]);

/** Runs `action` with a worker that is ended afterwards, whatever happens. */
async function withWorker<T>(
  target: Target,
  action: (worker: WorkerProcess) => Promise<T>,
  { countAllocations = false, cLibrary = host }: { countAllocations?: boolean; cLibrary?: CLibrary } = {},
): Promise<T> {
  const worker = new WorkerProcess(target, cLibrary, { countAllocations, boardFd: null });
  try {
    return await action(worker);
  } finally {
    await worker.stop();
  }
}

function opening(target: Target, deepbind = true, countAllocations = false) {
  const { library } = target;
  return library.kind === 'shared'
    ? { libcrypto: library.libcrypto, libssl: library.libssl, deepbind, countAllocations }
    : { libcrypto: '', libssl: '', deepbind, countAllocations };
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    assert.instance(error, Error);
    return error as Error;
  }
  throw new Error('it did not reject');
}

Worker('proves a shared library by its own hooks, and finds its functions at home', async () => {
  await withWorker(system, async (worker) => {
    const facts = await worker.ask('open', opening(system));
    assert.is(facts.witness.method, 'memory-hooks');
    if (facts.witness.method !== 'memory-hooks') return;
    assert.ok(facts.witness.allocations >= 5 && facts.witness.allocations < 100);
    assert.is(facts.witness.left, 0);
    assert.equal(system.library, {
      kind: 'shared',
      libssl: facts.home.SSL_new,
      libcrypto: facts.home.CRYPTO_malloc,
    });
    // What came with later versions may be missing; what is measured may not.
    assert.not.match(
      facts.missing,
      /\bSSL_(new|dup|free|up_ref|clear|set_bio|set_cipher_list|set_session)\b/,
    );
  });
});

Worker('proves the bundled OpenSSL: its version is the one that this Node states', async () => {
  await withWorker(bundled, async (worker) => {
    const facts = await worker.ask('open', opening(bundled));
    assert.ok(facts.version.includes(process.versions.openssl.replace(/\+.*/, '')), facts.version);
    assert.is(facts.witness.method, 'allocator-delta');
    if (facts.witness.method === 'allocator-delta') assert.ok(facts.witness.bytes > 4000);
  });
});

Worker('counts inside the node executable through the preloaded library', async () => {
  await withWorker(
    bundled,
    async (worker) => {
      const facts = await worker.ask('open', opening(bundled, true, true));
      assert.is(facts.witness.method, 'memory-hooks');
      assert.is(facts.witness.left, 0);
      const scenario = { operation: 'new', method: 'tls', settings: [], phase: 'both', live: 1 } as const;
      const { memory } = await worker.ask('survey', { scenario, countMemory: true });
      assert.type(memory, 'object');
      if (typeof memory === 'string' || facts.witness.method !== 'memory-hooks') return;
      assert.is(memory.allocations, facts.witness.allocations);
      assert.is(memory.retainedBytes, memory.requestedBytes);
    },
    { countAllocations: true },
  );
});

// Where Node has no OpenSSL of its own to export, nothing answers in the target's place.
const exportsOpenssl = process.config.variables.node_shared_openssl !== true;
(exportsOpenssl ? Worker : Worker.skip)(
  'refuses a target that is opened without RTLD_DEEPBIND, and says who answered',
  async () => {
    await withWorker(system, async (worker) => {
      const error = await rejection(worker.ask('open', opening(system, /* deepbind */ false)));
      assert.instance(error, WorkerRefused);
      assert.match(
        error.message,
        /^\d+ of \d+ OpenSSL functions that .*libssl.* calls were answered by .*node/,
      );
    });
  },
);

Worker('says in one line what cannot be opened', async () => {
  await withWorker(bundled, async (worker) => {
    const error = await rejection(
      worker.ask('open', {
        libcrypto: '/nonesuch',
        libssl: '/nonesuch',
        deepbind: true,
        countAllocations: false,
      }),
    );
    assert.instance(error, WorkerRefused);
    assert.match(error.message, /^cannot open libcrypto: \/nonesuch/);
  });
});

Worker('reports what a library lacks as absent, not as a failure', async () => {
  await withWorker(bundled, async (worker) => {
    await worker.ask('open', opening(bundled));
    const scenario = {
      operation: 'new',
      method: 'tls',
      settings: [{ setting: 'nonesuch', level: 'x' }],
      phase: 'both',
      live: 1,
    } as const;
    const survey = await worker.ask('survey', { scenario, countMemory: false });
    assert.equal(survey.availability, { kind: 'failed', reason: 'the catalogue has no setting nonesuch' });
  });
});

Worker('prepares handles of any method, and says which function a version lacks', async () => {
  await withWorker(bundled, async (worker) => {
    await worker.ask('open', opening(bundled));
    const survey = async (method: 'dtls-server' | 'quic-client') =>
      (
        await worker.ask('survey', {
          scenario: { operation: 'new', method, settings: [], phase: 'both', live: 1 },
          countMemory: false,
        })
      ).availability;
    assert.equal(await survey('dtls-server'), { kind: 'available' });
    const quic = await survey('quic-client');
    if (quic.kind !== 'available')
      assert.equal(quic, { kind: 'absent', reason: 'this library has no OSSL_QUIC_client_method' });
  });
});

Worker('notices that the process died, also while it waits for an answer', async () => {
  const worker = new WorkerProcess(bundled, host, { countAllocations: false, boardFd: null });
  await worker.ask('open', opening(bundled));
  const scenario = { operation: 'new', method: 'tls', settings: [], phase: 'both', live: 1 } as const;
  const answer = rejection(worker.ask('calibrate', { scenario, roundNs: 60e9 })); // would take a minute
  process.kill(worker.pid, 'SIGSEGV');
  const error = await answer;
  assert.instance(error, WorkerGone);
  assert.match(error.message, /^the worker of bundled died of SIGSEGV/);
  assert.instance(await rejection(worker.ask('describe', {})), WorkerGone);
  assert.ok(worker.gone);
});

Worker('ends a worker that does not answer', async () => {
  const worker = new WorkerProcess(bundled, host, { countAllocations: false, boardFd: null });
  await worker.ask('open', opening(bundled));
  const scenario = { operation: 'new', method: 'tls', settings: [], phase: 'both', live: 1 } as const;
  const error = await rejection(worker.ask('calibrate', { scenario, roundNs: 60e9 }, 100));
  assert.instance(error, WorkerGone);
  assert.match(error.message, /did not answer 'calibrate' within 0.1 s/);
  await worker.ended;
});

Worker('says why a node executable cannot be started', async () => {
  const worker = new WorkerProcess({ ...bundled, node: '/nonesuch/node' }, host, {
    countAllocations: false,
    boardFd: null,
  });
  const error = await rejection(worker.ask('describe', {}));
  assert.instance(error, WorkerGone);
  assert.match(error.message, /could not be started: .*ENOENT/);
});

Worker('describes a catalogue whose entries have an id, a bullet and levels', async () => {
  await withWorker(bundled, async (worker) => {
    const catalogue = await worker.ask('describe', {});
    const ids = catalogue.map(({ id }) => id);
    for (const id of ['options', 'cipher-list', 'certificate', 'session', 'ex-data'])
      assert.ok(ids.includes(id), id);
    assert.is(new Set(ids).size, ids.length);
    for (const { bullet, levels } of catalogue) assert.ok(bullet !== '' && levels.length > 0);
  });
});

Worker('stirs its heap by a seed, and goes on', async () => {
  await withWorker(bundled, async (worker) => {
    await worker.ask('open', opening(bundled));
    assert.is(await worker.ask('scatterHeap', { seed: 0xffff_ffff }), null);
    assert.instance(await rejection(worker.ask('scatterHeap', { seed: -1 })), WorkerRefused);
    assert.ok((await worker.ask('describe', {})).length > 100);
  });
});

Worker.run();
