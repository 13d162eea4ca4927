/** Documents of every other command than bench for tests, stored as the commands store them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Carried } from '../core/conformance.js';
import type { Batch } from '../core/sample.js';
import type { ConformanceDocument } from './conformance-schema.js';
import {
  CONNECTIONS_SCHEMA_VERSION,
  type ConnectionsDocument,
  connectionsDocumentSchema,
} from './connections-schema.js';
import type { FaultPoint, FaultsDocument } from './faults-schema.js';
import { FOLDER_DOCUMENTS } from './list.js';
import type { NodeLayerDocument } from './node-layer-schema.js';
import type { ProfileDocument } from './profile-schema.js';
import { readChecked } from './read.js';
import type { SoakCell, SoakDocument } from './soak-schema.js';
import { keepStored } from './stored.js';
import { exampleDocument } from './testing.js';
import { THREADS_SCHEMA_VERSION, type ThreadsDocument, threadsDocumentSchema } from './threads-schema.js';

const ABOUT = {
  dupmark: { version: '0.1.0', commit: null },
  startedAt: '2026-08-01T12:00:00.000Z',
  endedAt: '2026-08-01T12:05:00.000Z',
} as const;

function soakCell(target: string, scenario: string, over: Partial<SoakCell> = {}): SoakCell {
  return {
    ...{ target, scenario, settings: [], plant: null, seed: 7, verdict: 'none', reason: '' },
    ...{ cycles: 2_000_000, seconds: 3.5, handlesCreated: 2_000_000, handleBytes: 6544 },
    checkpoints: [1, 2, 3, 4].map((at) => ({
      ...{ cycles: at * 500_000, seconds: at * 0.8, handles: 0, allocations: 0, heapGrowthBytes: 64 * at },
      ...{ allocatorBytes: 900_000, rssBytes: 50_000_000 + at, heapUsedBytes: null, objects: null },
    })),
    findings: [],
    replay: null,
    ...over,
  };
}

/** Two targets and two scenarios, of which one leaks on the second. */
export function exampleSoak(over: Partial<SoakDocument> = {}): SoakDocument {
  const target = 'debian:trixie';
  const leak = soakCell(target, 'dup', {
    verdict: 'leak',
    reason: 'the ledger has 3 references that were not given back',
    findings: [
      {
        oracle: 'ledger',
        weight: 'decides',
        message: '3 references never given back, taken at SSL_dup (native/soak.cc:120)',
        sites: [{ label: 'SSL_dup', file: 'native/soak.cc', line: 120, count: 3 }],
        allocations: [{ file: 'ssl/ssl_lib.c', line: 684, allocations: 3, bytes: 18_000 }],
        retainers: [],
        cycle: 528_090,
      },
    ],
    replay: {
      ...{ kind: 'dupmark-soak-replay', schemaVersion: 1, target, scenario: 'dup', settings: [] },
      ...{ file: null, seed: 7, plant: null, threads: 4, firstCycle: 528_090, cycles: 1, steps: null },
    },
  });
  return {
    kind: 'dupmark-soak',
    schemaVersion: 1,
    id: '20260801T120000Z-soaked',
    ...ABOUT,
    end: 'complete',
    seed: 7,
    command: ['soak', '--minutes', '1'],
    targets: [
      { id: 'bundled', version: 'OpenSSL 3.0.17 1 Jul 2025', nodeVersion: 'v20.20.2', refused: null },
      { id: target, version: 'OpenSSL 3.5.1 1 Jul 2025', nodeVersion: 'v20.20.2', refused: null },
    ],
    cells: [
      soakCell('bundled', 'new'),
      soakCell('bundled', 'dup'),
      soakCell(target, 'new', { verdict: 'inconclusive', reason: 'the time ended first' }),
      leak,
    ],
    ...over,
  };
}

const refused: FaultPoint = { nth: 1, andLater: false, kind: 'refused', refusedAt: 'ssl/ssl_lib.c:684' };

/** One target with a silent lack, and one on which nothing can be injected. */
export function exampleFaults(over: Partial<FaultsDocument> = {}): FaultsDocument {
  return {
    kind: 'dupmark-faults',
    schemaVersion: 1,
    id: '20260801T130000Z-faulty',
    ...ABOUT,
    end: 'complete',
    command: ['faults'],
    targets: [
      { id: 'bundled', version: null, notAvailable: 'inside the node executable', cases: [] },
      {
        id: 'debian:trixie',
        version: 'OpenSSL 3.5.1 1 Jul 2025',
        notAvailable: null,
        cases: [
          { case: 'SSL_new', failure: '', allocations: 16, points: [refused] },
          {
            case: 'SSL_dup[param-host=default]',
            failure: '',
            allocations: 20,
            points: [
              refused,
              {
                ...{ nth: 19, andLater: false, kind: 'silent-lack', refusedAt: 'crypto/x509/x509_vpm.c:90' },
                lacks: 'param-host: got 0 instead of 62',
                letIn: 'it accepts another name',
              },
              { nth: 20, andLater: true, kind: 'quiet', refusedAt: 'crypto/stack/stack.c:100' },
            ],
          },
        ],
      },
    ],
    ...over,
  };
}

/** Two settings on two targets, with and without a session, a claim that does not hold, and a change. */
export function exampleConformance(over: Partial<ConformanceDocument> = {}): ConformanceDocument {
  const run = exampleDocument({}, []);
  const targets = run.targets.filter(({ id }) => id === 'debian:bullseye' || id === 'debian:trixie');
  const cell = (target: string, setting: string, level: string, withSession: boolean, carried: Carried) => ({
    ...{ target, setting, level, withSession, carried, detail: `seen as ${carried}` },
    ...{
      original: 'shows it',
      sibling: 'does not',
      duplicate: carried === 'not carried' ? 'got 0' : 'shows it',
    },
    ...{ originalAfter: 'shows it', originalAfterChange: '', inherited: '' },
  });
  const setting = (id: string, levels: readonly string[], documented: 'carried' | 'not carried') => ({
    ...{ id, bullet: id, call: `SSL_set_${id.replaceAll('-', '_')}`, documented, documentedSince: 0, levels },
  });
  const [old, recent] = ['debian:bullseye', 'debian:trixie'] as const;
  return {
    schemaVersion: 1,
    id: '20260801T110000Z-confor',
    ...ABOUT,
    interrupted: false,
    command: ['conform'],
    cLibrary: run.cLibrary,
    targets: targets.map(({ id, package: name, sha256, facts }) => ({
      ...{ id, package: name, sha256, refused: null },
      facts: facts && { ...facts, versionNumber: id === old ? 0x10101170 : 0x30500010 },
    })),
    settings: [setting('cipher-list', ['20'], 'carried'), setting('certificate', ['ecdsa'], 'carried')],
    cells: [old, recent].flatMap((target) => [
      cell(target, 'cipher-list', '20', false, 'own copy'),
      cell(target, 'cipher-list', '20', true, 'own copy'),
      cell(target, 'certificate', 'ecdsa', false, target === old ? 'not carried' : 'own copy'),
      cell(target, 'certificate', 'ecdsa', true, target === old ? 'not carried' : 'shared'),
    ]),
    claims: [{ id: 'null-and-queue', sentence: 'Check the error stack.', question: 'Is the queue filled?' }],
    answers: [
      { target: old, claim: 'null-and-queue', verdict: 'holds', seen: 'an entry' },
      { target: recent, claim: 'null-and-queue', verdict: 'does not hold', seen: 'no entry' },
    ],
    surprises: [
      {
        kind: 'documented, not carried',
        subject: 'certificate=ecdsa',
        versions: ['1.1.1w'],
        consequence: 'the duplicate has no certificate',
      },
    ],
    changes: [
      { row: 'certificate=ecdsa', target: old, version: '1.1.1w', expected: 'own copy', seen: 'not carried' },
    ],
    ...over,
  };
}

/** Stores such a document as its command does. Gives the file. */
export function storeSoak(results: string, document: SoakDocument): string {
  return path.join(keepStored(results, 'soak', document), FOLDER_DOCUMENTS.soak);
}

export function storeFaults(results: string, document: FaultsDocument): string {
  return path.join(keepStored(results, 'faults', document), FOLDER_DOCUMENTS.faults);
}

export function storeConform(results: string, document: ConformanceDocument): string {
  const folder = path.join(results, 'conformance');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${document.id}.json`);
  writeFileSync(file, JSON.stringify(document));
  return file;
}

const PUBLISHED = 'results/reference';

/** What was published: real documents of threads and of connections. */
export function publishedThreads(): ThreadsDocument {
  return readChecked(path.join(PUBLISHED, 'threads.json'), threadsDocumentSchema, THREADS_SCHEMA_VERSION);
}

export function publishedConnections(): ConnectionsDocument {
  const file = path.join(PUBLISHED, 'connections.json');
  return readChecked(file, connectionsDocumentSchema, CONNECTIONS_SCHEMA_VERSION);
}

/** Two Nodes and three tasks: one has no part of OpenSSL's, and one failed on the second Node. */
export function exampleNodeLayer(over: Partial<NodeLayerDocument> = {}): NodeLayerDocument {
  const { environment, cLibrary, targets } = exampleDocument();
  const nodes = targets.slice(0, 2).map((target, i) => ({
    ...{ ...target, id: `node@${20 + 2 * i}`, provider: 'node' as const, package: null },
    facts: target.facts && { ...target.facts, nodeVersion: `v${20 + 2 * i}.1.0` },
  }));
  const batch = (target: string, scenario: string, block: number, ns: number): Batch => ({
    ...{ block, target, scenario, iterations: 10 },
    roundNs: [0, 1, 2].map((r) => ns * (1 + 0.01 * Math.sin(3 * r + 5 * block))),
    state: { kind: 'complete' },
  });
  const crash: Batch = {
    ...{ block: 0, target: 'node@22', scenario: 'connection', iterations: 10, roundNs: [] },
    state: { kind: 'failed', reason: 'the worker ended by SIGSEGV' },
  };
  const costs: readonly (readonly [scenario: string, ns: number])[] = [
    ['addon-call', 71],
    ['tls-socket', 24_300],
    ['tls-socket/openssl', 2_150],
    ['connection', 1_420_000],
    ['connection/openssl', 913_000],
  ];
  const batches = nodes.flatMap(({ id }, i) =>
    costs
      .filter(([scenario]) => i === 0 || !scenario.startsWith('connection'))
      .flatMap(([scenario, ns]) =>
        Array.from({ length: 8 }, (_, block) => batch(id, scenario, block, ns * (1 + 0.3 * i))),
      ),
  );
  return {
    kind: 'dupmark-node-layer',
    schemaVersion: 1,
    id: '20260801T130000Z-nodela',
    ...ABOUT,
    command: ['node-layer'],
    seed: 7,
    plan: { blocks: 8, roundsPerBatch: 3, pinnedCpu: 1, tasks: ['addon-call', 'tls-socket', 'connection'] },
    end: 'complete',
    ...{ environment, cLibrary, targets: nodes, batches: [...batches, crash] },
    ...over,
  };
}

export function exampleProfile(): ProfileDocument {
  const { environment, cLibrary, targets, scenarios } = exampleDocument();
  const [scenario] = scenarios;
  const [target] = targets;
  if (scenario === undefined || target === undefined) throw new RangeError('the example has no scenario');
  return {
    kind: 'dupmark-profile',
    schemaVersion: 1,
    id: '20260801T140000Z-profil',
    ...ABOUT,
    command: ['profile'],
    ...{ environment, cLibrary, scenario, notes: [] },
    targets: [
      {
        target,
        memory: { kind: 'not-available', reason: 'not counted' },
        instructions: { kind: 'not-available', reason: 'no valgrind' },
      },
    ],
  };
}
