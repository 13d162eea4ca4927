import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type ConnectionsDocument, connectionsDocumentSchema } from '../document/connections-schema.js';
import { exampleDocument } from '../document/testing.js';
import { PROJECT_FOLDER } from '../worker/files.js';
import { connectionsMarkdown, renderConnections } from './connections.js';
import { fillPage } from './markdown-table.js';

const base = exampleDocument();
const targets = base.targets.slice(0, 2);
const reading = (alive: number, elapsedNs: number, allocatorBytes: number, residentBytes: number) => ({
  alive,
  elapsedNs,
  allocatorBytes,
  residentBytes,
});
const sides = (clientBytes: number, serverBytes: number) => ({ clientBytes, serverBytes });

const document: ConnectionsDocument = {
  kind: 'dupmark-connections',
  schemaVersion: 1,
  id: base.id,
  dupmark: base.dupmark,
  startedAt: base.startedAt,
  endedAt: '2026-08-01T12:01:24.500Z',
  end: 'complete',
  command: ['connections'],
  environment: base.environment,
  cLibrary: base.cLibrary,
  plan: {
    handles: 2000,
    checkpoints: [1000, 2000],
    repeats: 1,
    connections: 100,
    exchangeBytes: 16_384,
    pinnedCpu: 1,
  },
  targets,
  presets: [{ name: 'bare', about: 'as it is', source: 'SSL_new(3)', settings: [] }],
  variants: [{ name: 'as it comes', about: 'nothing set' }],
  exact: base.memory
    .filter(({ target, scenario }) => target === 'bundled' && scenario === 'new')
    .map(({ reading: one }) => ({ target: 'bundled', preset: 'bare', reading: one })),
  handles: [
    {
      target: 'bundled',
      preset: 'bare',
      repeat: 0,
      availability: { kind: 'available' },
      base: reading(0, 0, 1_000_000, 40_000_000),
      checkpoints: [
        reading(1000, 2_000_000, 9_000_000, 49_000_000),
        reading(2000, 3_000_000, 17_000_000, 57_000_000),
      ],
      freed: reading(0, 1_000_000, 1_000_000, 41_000_000),
    },
    {
      target: 'debian:bullseye',
      preset: 'bare',
      repeat: 0,
      availability: { kind: 'absent', reason: 'no such thing' },
      base: null,
      checkpoints: [],
      freed: null,
    },
  ],
  connections: [
    {
      target: 'bundled',
      variant: 'as it comes',
      notAvailable: null,
      exact: { afterHandshake: sides(30_000, 10_000), afterData: sides(30_000, 30_000) },
      base: reading(0, 0, 0, 0),
      connected: reading(100, 1e6, 4_400_000, 4_800_000),
      exchanged: reading(100, 1e6, 6_600_000, 6_553_600),
    },
  ],
  events: [],
};

test('says bytes of each kind, the rate as the number grows, and what many hold', () => {
  const text = renderConnections(document, { width: 100, colour: false });
  assert.match(text, /handles: bare\n +exact bytes +6,048/);
  assert.match(text, /allocator bytes at 2,000 +8,000 +–/);
  assert.match(text, /resident bytes at 2,000 +8,500/);
  assert.match(text, /create, to 1,000 +2\.00 µs/);
  assert.match(text, /create, to 2,000 +3\.00 µs/);
  assert.match(text, /free +500 ns/);
  assert.match(text, /server, exact, after handshake +10,000/);
  assert.match(text, /pair, resident, after handshake +48,000/);
  // Half of 65,536 bytes is the server's: 1,000 of them are 31.25 MiB.
  assert.match(text, /so many idle connections of a server hold: as it comes\n +1,000 +31\.3 MiB/);
  assert.match(text, /bare on debian:bullseye: absent \[1\]\n\[1\] no such thing/);
});

test('the document is valid; unknown fields are refused', () => {
  assert.ok(connectionsDocumentSchema.safeParse(document).success);
  assert.not(connectionsDocumentSchema.safeParse({ ...document, more: 1 }).success);
});

test('docs/connections.md shows the published document', () => {
  const file = join(PROJECT_FOLDER, 'results', 'reference', 'connections.json');
  assert.ok(existsSync(file));
  const page = readFileSync(join(PROJECT_FOLDER, 'docs', 'connections.md'), 'utf8');
  const published = connectionsDocumentSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  assert.is(fillPage(page, connectionsMarkdown(published), 'docs/connections.md'), page);
});

test.run();
