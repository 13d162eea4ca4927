import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Checkpoint } from '../document/soak-schema.js';
import { allocationFindings, fileSlopeFindings, objectFindings } from './file-judge.js';

const checkpoint: Checkpoint = {
  cycles: 0,
  seconds: 0,
  handles: 0,
  allocations: 500,
  heapGrowthBytes: 0,
  allocatorBytes: 1e6,
  rssBytes: 5e7,
  heapUsedBytes: 5e6,
  objects: { Socket: 3 },
};
const series = (n: number, change: (i: number) => Partial<Checkpoint>) =>
  Array.from({ length: n + 1 }, (_, i) => ({ ...checkpoint, cycles: 100 * i, ...change(i) }));
const socket = { name: 'Socket', retainers: ['kept of Map'], afterTeardown: null };

test('a class that grows without end is a leak, with what holds it', () => {
  const [finding] = objectFindings(
    series(12, (i) => ({ objects: { Socket: 3 + i } })),
    [{ ...socket, afterTeardown: 15 }],
  );
  assert.is(finding?.weight, 'decides');
  assert.match(
    finding?.message ?? '',
    /12 more live Socket .*\(3, now 15; .*held by kept of Map; all of them outlive teardown/,
  );
});

test('a pool that filled is no leak, and what grew once only warns', () => {
  assert.equal(
    [
      ...objectFindings(
        series(12, () => ({ objects: { Socket: 20 } })),
        [socket],
      ),
    ],
    [
      ...objectFindings(
        series(12, () => ({})),
        [socket],
      ),
    ],
  );
  const late = series(12, (i) => ({ objects: { Socket: i > 7 ? 5 : 3 } }));
  assert.is(objectFindings(late, [socket])[0]?.weight, 'warns');
});

test("OpenSSL's allocations are named by line", () => {
  const line = { file: '../ssl/ssl_lib.c', line: 7, allocations: 2, bytes: 64 };
  const [finding] = allocationFindings(
    series(12, (i) => ({ allocations: 500 + i })),
    [line],
    [
      { ...line, allocations: 14, bytes: 448 },
      { ...line, line: 9, allocations: 1 },
    ],
  );
  assert.is(finding?.allocations[0]?.allocations, 12);
  assert.match(
    finding?.message ?? '',
    /12 more live OpenSSL allocations .* ssl\/ssl_lib.c:7, ssl\/ssl_lib.c:9/,
  );
  assert.is(
    allocationFindings(
      series(12, () => ({ allocations: null })),
      [],
      [],
    ).length,
    0,
  );
});

test('a slope warns of what is beyond the budget, and not of less', () => {
  const rising = series(30, (i) => ({ allocatorBytes: 1e6 + 40_000 * i, rssBytes: 5e7 + 40_000 * i }));
  const [finding, ...others] = fileSlopeFindings(rising, 64, []);
  assert.is(others.length, 0);
  assert.match(finding?.message ?? '', /malloc has handed out rises by about 400 bytes a cycle/);
  assert.is(fileSlopeFindings(rising, 1000, []).length, 0);
  const heap = series(30, (i) => ({ heapUsedBytes: 5e6 + 40_000 * i }));
  assert.match(fileSlopeFindings(heap, 64, [{ name: 'Thing', more: 9 }])[0]?.message ?? '', /: 9 Thing$/);
});

test.run();
