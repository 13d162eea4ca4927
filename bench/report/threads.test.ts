import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from '../core/errors.js';
import { parseScenario } from '../core/scenario.js';
import { recordScenario } from '../document/record.js';
import { exampleDocument } from '../document/testing.js';
import { type ThreadsDocument, threadsDocumentSchema } from '../document/threads-schema.js';
import { PROJECT_FOLDER } from '../worker/files.js';
import { fillPage } from './markdown-table.js';
import { renderThreads, threadsMarkdown } from './threads.js';

const base = exampleDocument();
const targets = base.targets.slice(0, 2);

const batch = (target: string, scenario: string, threads: number, ns: number, block: number) => ({
  target,
  scenario,
  sharing: 'context' as const,
  packed: false,
  block,
  threads,
  iterations: 100,
  latencyNs: [ns],
  cpuNs: [ns],
  intervalNs: [ns / Math.min(threads, 2)],
});

const available = (target: string, scenario: string) => ({
  target,
  scenario,
  sharing: 'context' as const,
  packed: false,
  availability: { kind: 'available' as const },
});

const document: ThreadsDocument = {
  kind: 'dupmark-threads',
  schemaVersion: 1,
  id: base.id,
  dupmark: base.dupmark,
  startedAt: base.startedAt,
  endedAt: '2026-08-01T12:01:24.500Z',
  end: 'complete',
  command: ['threads'],
  seed: 1,
  environment: base.environment,
  cLibrary: base.cLibrary,
  plan: { threads: [1, 2, 4], blocks: 1, rounds: 1, roundLengthNs: 1e6, cpus: [0, 1], cpusUsable: 2 },
  targets,
  scenarios: ['new', 'new-bio:tls-server'].map((name) => recordScenario(parseScenario(name), 100)),
  availability: [
    available('bundled', 'new'),
    available('bundled', 'new-bio:tls-server'),
    {
      ...available('debian:bullseye', 'new'),
      availability: { kind: 'absent', reason: 'this library has no SSL_CTX_up_ref' },
    },
  ],
  batches: [1, 2, 4].flatMap((threads) => [
    batch('bundled', 'new', threads, 1250, 0),
    batch('bundled', 'new-bio:tls-server', threads, 2000, 0),
  ]),
  allocators: [{ name: 'jemalloc', about: 'preloaded', notAvailable: 'no libjemalloc.so.2 is installed' }],
  allocatorBatches: [],
  events: [{ target: 'bundled', block: 0, scenario: 'new', message: 'a thing happened' }],
};

test('says latency, throughput and contention, marks threads that take turns, and gives every reason', () => {
  const text = renderThreads(document, { width: 120, colour: false });
  assert.match(text, /new · one context\n +1 thread +1\.25 µs · 800 k\/s/);
  assert.match(text, /2 threads +1\.25 µs · 1\.60 M\/s · 1\.00/);
  assert.match(text, /4 threads ! +1\.25 µs · 1\.60 M\/s · 0\.50/);
  assert.match(text, /absent \[1\]/);
  assert.match(text, /\[1\] absent: this library has no SSL_CTX_up_ref/);
  assert.match(text, /jemalloc: no libjemalloc\.so\.2 is installed/);
  assert.match(text, /event: new on bundled: a thing happened/);
  for (const line of text.split('\n')) assert.ok(line.length <= 120, line);
});

test('the page has the same, and sslnew’s unit', () => {
  const page = threadsMarkdown(document);
  assert.match(page, /\| new · one context +\| +1\.25 µs → 1\.25 µs \(1\.00\) \| +– \|/);
  assert.match(page, /\| 2 +\| +2\.000 \|/);
  assert.match(page, /\| 4 \(oversubscribed\) +\| +4\.000 \|/);
});

test('the document is valid, and one of another kind is not', () => {
  assert.ok(threadsDocumentSchema.safeParse(document).success);
  assert.not(threadsDocumentSchema.safeParse({ ...document, kind: 'dupmark-run' }).success);
  assert.not(threadsDocumentSchema.safeParse({ ...document, more: 1 }).success);
});

test('a page is filled between its marks only', () => {
  const page = 'before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n';
  const filled = fillPage(page, 'new', 'page.md');
  assert.is(filled, 'before\n<!-- measured: begin -->\n\nnew\n\n<!-- measured: end -->\nafter\n');
  assert.is(fillPage(filled, 'new', 'page.md'), filled);
  assert.throws(
    () => fillPage('nothing', 'new', 'page.md'),
    (error: Error) => error instanceof CouldNotRun,
  );
});

test('docs/threads.md shows the published document', () => {
  const file = join(PROJECT_FOLDER, 'results', 'reference', 'threads.json');
  assert.ok(existsSync(file));
  const page = readFileSync(join(PROJECT_FOLDER, 'docs', 'threads.md'), 'utf8');
  const published = threadsDocumentSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  assert.is(fillPage(page, threadsMarkdown(published), 'docs/threads.md'), page);
});

test.run();
