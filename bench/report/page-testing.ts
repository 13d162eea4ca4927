/** What the tests of the page show: runs and other documents, stored as real ones are. */
import type { Batch } from '../core/sample.js';
import { parseScenario } from '../core/scenario.js';
import { historyFile, saveHistory } from '../document/history.js';
import { exampleHistory } from '../document/history-testing.js';
import { recordScenario } from '../document/record.js';
import type { RunDocument } from '../document/schema.js';
import { appendBatch, closeRun, createRun, saveDocument } from '../document/store.js';
import { keepStored } from '../document/stored.js';
import { exampleBatches, exampleDocument } from '../document/testing.js';
import {
  exampleConformance,
  exampleFaults,
  exampleNodeLayer,
  exampleSoak,
  publishedConnections,
  publishedThreads,
  storeConform,
  storeFaults,
  storeSoak,
} from '../document/testing-stored.js';

const TWIN = 'A/A bundled';
export const LOST = 'ex-data: got 0 instead of 7';

/** Text that would run, load or break out of its element if it were ever read as markup. */
export const HOSTILE = '</script><script>window.hostile=1</script><img src=x onerror="window.hostile=2">';

/** Stores a run of five targets with an A/A twin, a lost setting, an absent cell and warnings; gives its folder. */
export function storeExample(results: string, id: string, blocks = 8): string {
  const batches = withTwin(exampleBatches(blocks));
  return store(results, exampleRun(id, batches, {}), batches);
}

/** The same, but SSL_dup of a newer build of one target costs a fifth more, and retains more. */
export function storeSlower(results: string, id: string, anotherBuild = true): string {
  const batches = withTwin(exampleBatches()).map((batch) =>
    batch.target === 'debian:trixie' && batch.scenario === 'dup'
      ? { ...batch, roundNs: batch.roundNs.map((ns) => ns * 1.2) }
      : batch,
  );
  const plain = exampleRun(id, batches, {});
  const memory = plain.memory.map((one) =>
    one.target === 'debian:trixie' && one.scenario === 'dup' && one.reading.kind === 'exact'
      ? { ...one, reading: { ...one.reading, retainedBytes: one.reading.retainedBytes + 96 } }
      : one,
  );
  // Another build, as it is when OpenSSL changed.
  const targets = plain.targets.map((target) =>
    anotherBuild && target.id === 'debian:trixie'
      ? { ...target, sha256: { 'libssl.so.3': 'f'.repeat(64) } }
      : target,
  );
  return store(results, { ...plain, memory, targets }, batches);
}

/** What the other commands keep: two soaks, two fault injections, a document of each of the others, and a history. */
export function storeOthers(results: string): void {
  storeSoak(results, exampleSoak());
  const [first] = exampleSoak().cells;
  if (first === undefined) throw new RangeError('the example has no cell');
  const clean = { ...first, target: 'debian:trixie', scenario: 'dup' };
  storeSoak(results, exampleSoak({ id: '20260731T120000Z-before', cells: [first, clean] }));
  storeFaults(results, exampleFaults());
  const known = exampleFaults().targets.map((target) => ({
    ...target,
    cases: target.cases.map((one) => ({
      ...one,
      points: one.points.filter(({ kind }) => kind !== 'silent-lack'),
    })),
  }));
  storeFaults(results, exampleFaults({ id: '20260731T130000Z-before', targets: known }));
  storeConform(results, exampleConformance());
  storeMeasured(results);
  const history = exampleHistory();
  saveHistory(historyFile(results, history.id), history);
}

/** Threads, connections and the Node layer. */
export function storeMeasured(results: string): void {
  keepStored(results, 'threads', { ...publishedThreads(), end: 'budget' });
  keepStored(results, 'connections', publishedConnections());
  keepStored(results, 'node-layer', exampleNodeLayer());
}

/** Hostile text in each of them. */
export function storeHostileOthers(results: string): void {
  storeSoak(results, hostile(exampleSoak()));
  storeFaults(results, hostile(exampleFaults()));
  storeConform(results, hostile(exampleConformance()));
  storeHostileMeasured(results);
  const { steps, ...rest } = exampleHistory();
  const named = steps.map((step) => ({ ...step, openssl: HOSTILE, series: `${HOSTILE}${step.series}` }));
  saveHistory(historyFile(results, rest.id), hostile({ ...rest, steps: named }));
}

/** Here names of targets and what was measured are hostile as well, as are the reasons of all that is not available. */
function storeHostileMeasured(results: string): void {
  const renamed = <T>(document: T, names: readonly string[]): T =>
    JSON.parse(
      JSON.stringify(document, (_, value: unknown) =>
        typeof value === 'string' && names.includes(value) ? `${HOSTILE}${value}` : value,
      ),
    ) as T;
  const threads = renamed(hostile(publishedThreads()), ['debian:trixie', 'jemalloc']);
  keepStored(results, 'threads', {
    ...threads,
    command: ['threads', HOSTILE],
    batches: threads.batches.filter(({ target }) => target !== 'bundled'),
    availability: threads.availability.map((one) =>
      one.target === 'bundled' ? { ...one, availability: { kind: 'absent', reason: HOSTILE } } : one,
    ),
    allocators: threads.allocators.map((one, i) => ({
      ...{ ...one, about: HOSTILE, notAvailable: i === 0 ? HOSTILE : null },
    })),
    events: [{ target: HOSTILE, block: 0, scenario: HOSTILE, message: HOSTILE }],
  });
  const connections = renamed(publishedConnections(), ['debian:trixie', 'bare', 'as it comes']);
  keepStored(results, 'connections', {
    ...connections,
    command: ['connections', HOSTILE],
    connections: connections.connections.map((one, i) => (i === 0 ? { ...one, notAvailable: HOSTILE } : one)),
    events: [{ target: HOSTILE, what: HOSTILE, message: HOSTILE }],
  });
  keepStored(results, 'node-layer', renamed(hostile(exampleNodeLayer()), ['node@20']));
}

/** What is text for people, by its field: replaced by hostile text. */
const FREE_TEXT = new Set(
  'reason message label file bullet call detail original duplicate question sentence seen consequence refused package version case failure refusedAt lacks letIn why subject notAvailable row expected'.split(
    ' ',
  ),
);

function hostile<T>(document: T): T {
  return JSON.parse(
    JSON.stringify(document, (name, value: unknown) =>
      FREE_TEXT.has(name) && typeof value === 'string' && value !== '' ? HOSTILE : value,
    ),
  ) as T;
}

/** The same with hostile text wherever text comes from outside. */
export function storeHostile(results: string, id: string): string {
  const swap = <T extends { readonly target: string }>(one: T): T =>
    one.target === 'debian:trixie' ? { ...one, target: HOSTILE } : one;
  const batches = withTwin(exampleBatches()).map(swap);
  const plain = exampleRun(id, batches, {});
  const document: RunDocument = {
    ...plain,
    command: ['bench', HOSTILE],
    status: { kind: 'partial', reason: HOSTILE },
    environment: { ...plain.environment, cpuModel: HOSTILE, distribution: HOSTILE },
    targets: plain.targets.map((target) =>
      target.id === 'debian:trixie' && target.facts !== null
        ? {
            ...target,
            id: HOSTILE,
            package: HOSTILE,
            facts: { ...target.facts, version: `OpenSSL ${HOSTILE}` },
          }
        : target,
    ),
    memory: plain.memory.map(swap).map((one) => ({
      ...one,
      reading:
        one.reading.kind === 'exact'
          ? { ...one.reading, sites: one.reading.sites.map((site) => ({ ...site, file: HOSTILE })) }
          : one.reading,
    })),
    lost: plain.lost.map((one) => ({ ...one, settings: [HOSTILE] })),
    events: [
      { at: plain.startedAt, kind: 'crash', target: HOSTILE, block: 1, scenario: 'dup', message: HOSTILE },
    ],
  };
  return store(results, document, batches);
}

/** 1,000 settings of dup and of new-configure on five targets: 10,000 cells. */
export function storeLarge(results: string, id: string): string {
  const names = Array.from({ length: 1000 }, (_, i) => [
    `new-configure[setting-${i}]`,
    `dup[setting-${i}]`,
  ]).flat();
  const targets = exampleDocument({}, []).targets.map(({ id: target }) => target);
  const batches: Batch[] = [];
  names.forEach((scenario, s) => {
    targets.forEach((target, t) => {
      for (let block = 0; block < 6; block++) {
        const roundNs = [1, 2].map((r) => 500 + (s % 97) + 40 * t + block + r);
        batches.push({ block, target, scenario, iterations: 100, roundNs, state: { kind: 'complete' } });
      }
    });
  });
  const scenarios = names.map((name) => recordScenario(parseScenario(name), 100));
  const document = exampleDocument({ id, scenarios, memory: [] }, batches);
  return store(results, document, batches);
}

function exampleRun(id: string, batches: readonly Batch[], over: Partial<RunDocument>): RunDocument {
  const plain = exampleDocument({}, []);
  const [baseline] = plain.targets;
  if (baseline === undefined) throw new RangeError('the example has no target');
  const dup = 'dup[cipher-list=20,certificate=ecdsa]';
  return exampleDocument(
    {
      id,
      targets: [...plain.targets, { ...baseline, id: TWIN, twinOf: baseline.id }],
      lost: [{ target: 'debian:bullseye', scenario: dup, settings: [LOST] }],
      ...over,
    },
    batches,
  );
}

function withTwin(batches: readonly Batch[]): readonly Batch[] {
  const twin = batches
    .filter(({ target }) => target === 'bundled')
    .map((batch) => ({
      ...batch,
      target: TWIN,
      roundNs: batch.roundNs.map((ns, r) => ns * (1 + 0.001 * Math.sin(r + batch.block))),
    }));
  return [...batches, ...twin];
}

function store(results: string, document: RunDocument, batches: readonly Batch[]): string {
  const run = createRun(results, { ...document, cells: [] });
  for (const batch of batches) appendBatch(run, batch);
  closeRun(run);
  saveDocument(run, document);
  return run.folder;
}
