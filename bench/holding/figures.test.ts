import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HeldConnectionsRecord, HeldHandlesRecord } from '../document/connections-schema.js';
import { handleFigures, memoryOf, pairFigures } from './figures.js';

const reading = (alive: number, elapsedNs: number, allocatorBytes: number, residentBytes: number) => ({
  alive,
  elapsedNs,
  allocatorBytes,
  residentBytes,
});

const record = (repeat: number, slower: number): HeldHandlesRecord => ({
  target: 'debian:x',
  preset: 'bare',
  repeat,
  availability: { kind: 'available' },
  base: reading(0, 0, 1_000_000, 50_000_000),
  checkpoints: [
    reading(1000, 1_000_000 * slower, 9_000_000, 60_000_000),
    reading(3000, 6_000_000 * slower, 25_000_000, 77_000_000),
  ],
  freed: reading(0, 1_500_000 * slower, 1_000_000, 53_000_000),
});

test('bytes by handle beyond the base, and time since the checkpoint before: medians over repeats', () => {
  const { checkpoints, freeNs, leftResidentBytes } = handleFigures([
    record(0, 1),
    record(1, 5),
    record(2, 2),
  ]);
  assert.equal(checkpoints, [
    { alive: 1000, allocatorBytes: 8000, residentBytes: 10_000, createNs: 2000 },
    { alive: 3000, allocatorBytes: 8000, residentBytes: 9000, createNs: 6000 },
  ]);
  assert.is(freeNs, 1000);
  assert.is(leftResidentBytes, 1000);
});

test('what was interrupted has the checkpoints that it reached', () => {
  const { checkpoints, freeNs } = handleFigures([
    { ...record(0, 1), checkpoints: record(0, 1).checkpoints.slice(0, 1), freed: null },
  ]);
  assert.equal(
    checkpoints.map(({ alive }) => alive),
    [1000],
  );
  assert.is(freeNs, null);
});

const connection: HeldConnectionsRecord = {
  target: 'debian:x',
  variant: 'as it comes',
  notAvailable: null,
  exact: {
    afterHandshake: { clientBytes: 30_000, serverBytes: 10_000 },
    afterData: { clientBytes: 30_000, serverBytes: 30_000 },
  },
  base: reading(0, 0, 0, 10_000_000),
  connected: reading(100, 1e6, 4_400_000, 14_800_000),
  exchanged: reading(100, 1e6, 6_600_000, 17_200_000),
};

test('a pair is divided as the exact bytes of its sides are', () => {
  assert.equal(pairFigures(connection, 'afterHandshake'), {
    allocatorBytes: 44_000,
    residentBytes: 48_000,
    clientBytes: 30_000,
    serverBytes: 10_000,
    serverResidentBytes: 12_000,
  });
  assert.is(pairFigures({ ...connection, exact: null }, 'afterData')?.serverResidentBytes, null);
  assert.is(pairFigures({ ...connection, exchanged: null }, 'afterData'), null);
});

test('many connections are so many times one', () => {
  const document = { connections: [connection] };
  assert.is(memoryOf(document, 'debian:x', 'as it comes', 1000), 36_000_000);
  assert.is(memoryOf(document, 'debian:x', 'release buffers', 1000), null);
});

test.run();
