import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { TeamBatch } from '../document/threads-schema.js';
import { sslnewMicroseconds, teamFigures } from './figures.js';

const key = { target: 'debian:x', scenario: 'new', sharing: 'context', packed: false } as const;
const plan = {
  threads: [1, 2, 4],
  blocks: 2,
  rounds: 3,
  roundLengthNs: 1e6,
  cpus: [0, 1],
  cpusUsable: 2,
};

const batch = (block: number, threads: number, latencyNs: number[], intervalNs: number[]): TeamBatch => ({
  ...key,
  block,
  threads,
  iterations: 1000,
  latencyNs,
  cpuNs: latencyNs.map((ns) => ns * 0.9),
  intervalNs,
});

test('throughput, latency and contention, by hand', () => {
  const figures = teamFigures(
    { plan },
    [
      batch(0, 1, [1000, 1100, 1000], [1000, 1100, 1000]),
      batch(1, 1, [2000, 2000, 9000], [2000, 2000, 9000]),
      // Block 0: 1000 alone, 625 together: 1000 / (2 × 625) = 0.8; block 1 likewise.
      batch(0, 2, [1250, 1250, 1250], [625, 625, 625]),
      batch(1, 2, [2500, 2500, 2500], [1250, 1250, 1250]),
    ],
    key,
  );
  assert.is(figures.length, 2); // nothing was measured with 4
  const [alone, together] = figures;
  assert.is(alone?.latencyNs, 1500); // the median of the blocks' medians
  assert.is(alone?.cpuNs, 1350);
  assert.is(alone?.contention, null);
  assert.is(together?.perSecond, 1e9 / 937.5);
  assert.ok(Math.abs((together?.contention?.ratio ?? 0) - 0.8) < 1e-12);
  assert.is(together?.contention?.low, null); // two blocks make no interval
  assert.is(together?.oversubscribed, false);
});

test('an interval of the contention has the right way round', () => {
  const blocks = [0, 1, 2, 3, 4, 5, 6, 7];
  const figures = teamFigures(
    { plan },
    blocks.flatMap((block) => [batch(block, 1, [1000], [1000]), batch(block, 4, [4000], [500 + 10 * block])]),
    key,
  );
  const four = figures.find(({ threads }) => threads === 4);
  assert.is(four?.oversubscribed, true);
  const { low, high, ratio } = four?.contention ?? { low: null, high: null, ratio: 0 };
  assert.ok(low !== null && high !== null && low < ratio && ratio < high && high <= 0.5 && low >= 0.43);
});

test('other series are left out, an allocator’s too', () => {
  const other = { ...batch(0, 1, [5], [5]), sharing: 'separate' as const };
  const allocator = { ...batch(0, 1, [7], [7]), allocator: 'jemalloc' };
  const all = [batch(0, 1, [1000], [1000]), other, allocator];
  assert.is(teamFigures({ plan }, all, key)[0]?.latencyNs, 1000);
  assert.is(teamFigures({ plan }, all, { ...key, allocator: 'jemalloc' })[0]?.latencyNs, 7);
});

test('in the unit of sslnew: the whole time by the calls of one thread', () => {
  const [alone] = teamFigures({ plan }, [batch(0, 1, [1500], [1500])], key);
  assert.is(alone && sslnewMicroseconds(alone).toFixed(6), '1.500000');
  assert.is(
    sslnewMicroseconds({
      threads: 2,
      latencyNs: 0,
      cpuNs: 0,
      perSecond: 1_000_000,
      contention: null,
      oversubscribed: false,
    }),
    2,
  );
});

test.run();
