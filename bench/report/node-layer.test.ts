import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch } from '../core/sample.js';
import { nodeLayerSchema } from '../document/node-layer-schema.js';
import { QUIET_MACHINE } from '../document/testing.js';
import { PROJECT_FOLDER } from '../worker/files.js';
import { fillPage } from './markdown-table.js';
import { nodeLayerCells, nodeLayerMarkdown, renderNodeLayer } from './node-layer.js';

const test = suite('report/node-layer');

const batch = (block: number, target: string, scenario: string, ...roundNs: number[]): Batch => ({
  block,
  target,
  scenario,
  iterations: 1,
  roundNs,
  state: roundNs.length > 0 ? { kind: 'complete' } : { kind: 'failed', reason: 'it \u001b[31mcrashed' },
});

const target = (id: string) => ({
  id,
  provider: 'node' as const,
  package: null,
  library: { kind: 'inside-node' as const },
  sha256: {},
  facts: null,
  refused: null,
  twinOf: null,
});

const document = nodeLayerSchema.parse({
  kind: 'dupmark-node-layer',
  schemaVersion: 1,
  id: '20260801T120000Z-aaaaaa',
  startedAt: '2026-08-01T12:00:00Z',
  endedAt: '2026-08-01T12:01:00Z',
  command: ['node-layer'],
  dupmark: { version: '0.1.0', commit: null },
  seed: 1,
  plan: { blocks: 2, roundsPerBatch: 3, pinnedCpu: 1, tasks: ['addon-call', 'tls-socket'] },
  end: 'complete',
  environment: QUIET_MACHINE,
  cLibrary: { kind: 'host', version: '2.36' },
  targets: [target('node@1.0.0'), target('node@2.0.0')],
  batches: [
    batch(0, 'node@1.0.0', 'addon-call', 70, 74, 72),
    batch(1, 'node@1.0.0', 'addon-call', 80, 76, 78),
    batch(0, 'node@1.0.0', 'tls-socket', 1000, 2000, 4000),
    batch(0, 'node@1.0.0', 'tls-socket/openssl', 100, 200, 400),
    batch(1, 'node@1.0.0', 'tls-socket', 1000, 1000, 1000),
    batch(1, 'node@1.0.0', 'tls-socket/openssl', 400, 400, 400),
    batch(0, 'node@2.0.0', 'addon-call', 50, 50, 50),
    batch(0, 'node@2.0.0', 'tls-socket'),
  ],
});

test('figures are medians of processes, shares those of rounds that follow each other', () => {
  const [call, callOf2, socket, socketOf2] = nodeLayerCells(document);
  assert.is(call?.summary?.medianNs, 75);
  assert.is(call?.opensslShare, null);
  assert.is(callOf2?.summary?.medianNs, 50);
  assert.is(socket?.summary?.medianNs, 1500);
  assert.is(socket?.openssl?.medianNs, 300);
  // 0.1 in one process and 0.4 in the other: the middle of their logarithms.
  assert.ok(Math.abs((socket?.opensslShare?.ratio ?? 0) - 0.2) < 1e-12);
  assert.is(socketOf2?.summary, null);
  assert.match(socketOf2?.reason ?? '', /crashed/);
});

test('what failed is named, without what a terminal would obey', () => {
  const text = renderNodeLayer(document);
  assert.match(text, /300 ns ±\? · 20%/);
  assert.match(text, /node@2\.0\.0, tls-socket: it .*crashed/);
  assert.not.match(text, /\u001b/);
});

test('docs/node-layer.md shows the published document', () => {
  const file = join(PROJECT_FOLDER, 'results', 'reference', 'node-layer.json');
  const page = readFileSync(join(PROJECT_FOLDER, 'docs', 'node-layer.md'), 'utf8');
  const published = nodeLayerSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  assert.is(fillPage(page, nodeLayerMarkdown(published), 'docs/node-layer.md'), page);
});

test.run();
