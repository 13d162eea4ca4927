/**
 * The suites of the Node layer, in the worker: what Node's own tls costs, and the addon, as rounds of so many
 * operations that tinybench runs; and next to them what OpenSSL does beneath, natively. Node 20 and later.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as tls from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NativeWork, NodeLayerTask } from '../core/node-layer.js' with { 'resolution-mode': 'import' };
import type { LayerIterations, LayerRounds, NodeLayerExchange } from './node-layer-messages.js' with {
  'resolution-mode': 'import',
};

export interface NodeLayerAddon {
  nodeLayerNothing(): void;
  nodeLayerCertificates(): Certificates;
  nodeLayerRound(what: 'context' | 'connection', iterations: number, ciphers: string): number;
  prepare(scenario: { operation: string; method: 'tls'; settings: []; phase: 'both'; live: 1 }): {
    kind: string;
    reason?: string;
  };
  round(iterations: number): number;
  release(): void;
  SslContext: new () => { close(): void };
  SslHandle: new (from: unknown, how: 'new', site: number) => { close(site: number): void };
}

interface Certificates {
  readonly root: string;
  readonly intermediate: string;
  readonly certificate: string;
  readonly key: string;
}

/** Runs so many operations and gives the nanoseconds that one took. */
type Round = (operations: number) => number | Promise<number>;

/** What a task needs while it is measured, and how it ends. */
interface Prepared {
  readonly round: Round;
  readonly end: () => void | Promise<void>;
}

/** The name that the fixture's certificate is for. */
const SERVER_NAME = 'ecdsa.example';
/** A round of this length has a thousand times the clock's step and little of the collector. */
const ROUND_NS = 2e6;
/** A whole connection takes as long as this by itself, and what is collected must be worth a collection. */
const LEAST_OPERATIONS: Partial<Record<NodeLayerTask, number>> = { 'handle-collected': 2000 };
const OPERATIONS_MAX = 1e7;
/** Turns of the event loop after which finalizers have run, or never will. */
const TURNS_MAX = 50;

const now = () => Number(process.hrtime.bigint());
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Times a synchronous operation repeated in a plain loop. */
function repeated(operation: () => void): Round {
  return (operations) => {
    const started = now();
    for (let i = 0; i < operations; i++) operation();
    return (now() - started) / operations;
  };
}

const nothingToEnd = () => {};

function prepare(addon: NodeLayerAddon, task: NodeLayerTask): Prepared | Promise<Prepared> {
  switch (task) {
    case 'addon-call':
      return { round: repeated(addon.nodeLayerNothing), end: nothingToEnd };
    case 'handle': {
      const context = new addon.SslContext();
      const { SslHandle } = addon;
      return {
        round: repeated(() => new SslHandle(context, 'new', 0).close(0)),
        end: () => context.close(),
      };
    }
    case 'handle-collected':
      return collected(addon);
    case 'secure-context':
      return { round: repeated(() => tls.createSecureContext()), end: nothingToEnd };
    case 'secure-context-key': {
      const { certificate: cert, key } = addon.nodeLayerCertificates();
      return { round: repeated(() => tls.createSecureContext({ cert, key })), end: nothingToEnd };
    }
    case 'tls-socket':
      return sockets();
    case 'connection':
      return connections(addon.nodeLayerCertificates());
  }
}

/** Those of Node's default ciphers that are not of TLS 1.3, which it sets apart and which OpenSSL has by itself. */
function cipherList(): string {
  return tls.DEFAULT_CIPHERS.split(':')
    .filter((name) => !name.startsWith('TLS_'))
    .join(':');
}

function prepareNative(addon: NodeLayerAddon, work: NativeWork): Prepared {
  if (work === 'context' || work === 'connection') {
    const ciphers = cipherList();
    return {
      round: (operations) => addon.nodeLayerRound(work, operations, ciphers),
      end: nothingToEnd,
    };
  }
  const prepared = addon.prepare({ operation: work, method: 'tls', settings: [], phase: 'both', live: 1 });
  if (prepared.kind !== 'available') throw new Error(prepared.reason || prepared.kind);
  return { round: (operations) => addon.round(operations), end: () => addon.release() };
}

/** Newer than the library that the worker's other parts may use, which run on Node 12. */
const { FinalizationRegistry: Registry } = globalThis as unknown as {
  FinalizationRegistry: new (found: () => void) => { register(object: object, held: unknown): void };
};

/** Handles that are dropped: their creation, the collection that finds them, and the finalizers that free them. */
function collected({ SslContext, SslHandle }: NodeLayerAddon): Prepared {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const context = new SslContext();
  let freed = 0;
  const registry = new Registry(() => {
    freed += 1;
  });
  return {
    async round(operations) {
      const started = now();
      for (let i = 0; i < operations - 1; i++) new SslHandle(context, 'new', 0);
      // The last one tells when it, and so all that are older, have been found.
      const before = freed;
      registry.register(new SslHandle(context, 'new', 0), undefined);
      for (let turns = 0; freed === before && turns < TURNS_MAX; turns++) {
        gc();
        await turn();
      }
      const ns = (now() - started) / operations;
      if (freed === before) throw new Error('the collector did not come to the handles');
      return ns;
    },
    end: () => context.close(),
  };
}

/** A TLSSocket as tls.connect makes it, before it is connected: with its own SSL and BIOs; then destroyed. */
function sockets(): Prepared {
  const secureContext = tls.createSecureContext();
  return {
    async round(operations) {
      const started = now();
      let open = operations;
      await new Promise<void>((resolve, reject) => {
        for (let i = 0; i < operations; i++) {
          // Node's own types leave out that the socket may be missing, as tls.connect leaves it.
          const socket = new tls.TLSSocket(undefined as unknown as import('node:net').Socket, {
            secureContext,
            isServer: false,
          });
          socket.on('error', reject);
          socket.on('close', () => {
            open -= 1;
            if (open === 0) resolve();
          });
          socket.destroy();
        }
      });
      return (now() - started) / operations;
    },
    end: nothingToEnd,
  };
}

/** Whole connections over loopback, one after the other, both ends in this process: TLS 1.3, the certificate checked. */
async function connections({ root, intermediate, certificate, key }: Certificates): Promise<Prepared> {
  const server = tls.createServer({ cert: certificate, key }, (socket) => {
    socket.on('error', () => {});
    socket.end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const secureContext = tls.createSecureContext({ ca: [root, intermediate] });
  return {
    async round(operations) {
      const started = now();
      for (let i = 0; i < operations; i++) {
        const socket = tls.connect({ host: '127.0.0.1', port, servername: SERVER_NAME, secureContext });
        await once(socket, 'secureConnect');
        if (!socket.authorized)
          throw new Error(`the certificate was not accepted: ${socket.authorizationError}`);
        socket.resume();
        await once(socket, 'close');
      }
      return (now() - started) / operations;
    },
    end: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** Operations of which a round takes about ROUND_NS. */
async function calibrated(round: Round, least: number): Promise<number> {
  let operations = least;
  await round(operations); // what is made once for a process is no measure of the rest
  for (;;) {
    const ns = (await round(operations)) * operations;
    if (ns >= ROUND_NS || operations >= OPERATIONS_MAX) return operations;
    // At most ten times as many at once: the first rounds are the slowest.
    operations = Math.ceil(operations * Math.min(10, Math.max(1.2, (1.1 * ROUND_NS) / ns)));
  }
}

/**
 * Rounds of a task in tinybench, one sample a round, and after each a round of OpenSSL's part: the machine does to both
 * what it does at that moment.
 */
export async function nodeLayer(
  addon: NodeLayerAddon,
  { task, beneath: work, iterations, rounds }: NodeLayerExchange['nodeLayer']['takes'],
): Promise<NodeLayerExchange['nodeLayer']['gives']> {
  const { Bench } = await import('tinybench');
  const own = await prepare(addon, task);
  const beneath = work === null ? null : prepareNative(addon, work);
  try {
    const perRound: LayerIterations = iterations ?? {
      own: await calibrated(own.round, LEAST_OPERATIONS[task] ?? 1),
      beneath: beneath === null ? 0 : await calibrated(beneath.round, 1),
    };
    const ownNs: number[] = [];
    const beneathNs: number[] = [];
    const both = async () => {
      const ns = await own.round(perRound.own);
      ownNs.push(Number(ns.toPrecision(7)));
      if (beneath !== null) beneathNs.push(Number((await beneath.round(perRound.beneath)).toPrecision(7)));
      return { overriddenDuration: ns / 1e6, overriddenIterationCost: (ns * perRound.own) / 1e6 };
    };
    await both(); // warms: code, caches
    ownNs.length = 0;
    beneathNs.length = 0;
    const bench = new Bench({ iterations: rounds, time: 0, warmup: false, throws: true });
    bench.add(task, both, { async: true });
    await bench.run();
    const of = (count: number, roundNs: readonly number[]): LayerRounds => ({ iterations: count, roundNs });
    return {
      own: of(perRound.own, ownNs),
      beneath: beneath === null ? null : of(perRound.beneath, beneathNs),
    };
  } finally {
    await beneath?.end();
    await own.end();
  }
}
