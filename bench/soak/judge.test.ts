import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Checkpoint } from '../document/soak-schema.js';
import type { SegmentResult } from '../worker/soak-messages.js';
import { CheckpointSeries, convicts, findingsOf, grew, slopeFindings, verdictOf } from './judge.js';

const site = (label: string) => ({ label, file: 'native/a.cc', line: 7 });
const clean: SegmentResult = {
  failure: '',
  cycles: 10,
  elapsedNs: 1,
  handlesCreated: 1,
  handles: 0,
  contexts: 0,
  sessions: 0,
  allocations: 0,
  bytes: 0,
  heapGrowthBytes: 0,
  allocatorBytes: 0,
  rssBytes: 0,
  grown: [],
  lost: [],
  excess: null,
  mismatch: null,
};

test('a segment that left nothing behind convicts nobody', () => {
  assert.not(convicts(clean));
  assert.not(grew(clean));
  assert.equal([...findingsOf(clean, null)], []);
  assert.is(verdictOf([]), 'none');
});

test('a lost reference is named by its site, and is a leak', () => {
  const result = { ...clean, handles: 1, lost: [{ site: site('SSL_up_ref of one handle'), count: 1 }] };
  assert.ok(convicts(result));
  const findings = findingsOf(result, 41);
  assert.equal(
    findings.map(({ oracle, cycle }) => [oracle, cycle]),
    [
      ['ledger', 41],
      ['handles', 41],
    ],
  );
  assert.is(
    findings[0]?.message,
    'never given back: 1 reference taken at SSL_up_ref of one handle (native/a.cc:7)',
  );
  assert.is(verdictOf(findings), 'leak');
});

test('a free too many is a fault, and what it left behind is not blamed', () => {
  const excess = { use: false, at: site('second'), reference: site('SSL_new'), earlier: site('first') };
  const findings = findingsOf({ ...clean, handles: 3, lost: [{ site: site('x'), count: 3 }], excess }, null);
  assert.is(findings.length, 1);
  assert.is(verdictOf(findings), 'fault');
  assert.match(findings[0]?.message ?? '', /second .* frees once too often, taken at SSL_new/);
});

test('allocations alone do not convict at once', () => {
  const result = {
    ...clean,
    allocations: 2,
    grown: [{ file: '../ssl/a.c', line: 3, allocations: 2, bytes: 9 }],
  };
  assert.not(convicts(result));
  assert.ok(grew(result));
  assert.match(findingsOf(result, null)[0]?.message ?? '', /most from ssl\/a\.c:3/);
});

const checkpoints = (bytes: (i: number) => number): Checkpoint[] =>
  Array.from({ length: 24 }, (_, i) => ({
    cycles: i,
    seconds: i,
    handles: 0,
    allocations: 0,
    heapGrowthBytes: bytes(i),
    allocatorBytes: i * 1e9,
    rssBytes: i * 1e9,
    heapUsedBytes: null,
    objects: null,
  }));

test('a slope only warns, and resident memory does not even do that', () => {
  const findings = slopeFindings(
    checkpoints((i) => i * 9000),
    8000,
  );
  assert.is(findings.length, 1);
  assert.is(verdictOf(findings), 'maybe');
  assert.equal(
    [
      ...slopeFindings(
        checkpoints(() => 5),
        8000,
      ),
    ],
    [],
  );
});

test('what warms up in the first half is no slope', () => {
  assert.equal(
    [
      ...slopeFindings(
        checkpoints((i) => Math.min(i, 12) * 1e6),
        8000,
      ),
    ],
    [],
  );
});

test('a series stays short and even, however long the soak', () => {
  const series = new CheckpointSeries(16);
  for (const one of Array.from({ length: 10_000 }, (_, i) => i)) {
    series.add({ ...(checkpoints(() => 0)[0] as Checkpoint), cycles: one });
  }
  const kept = series.all.map(({ cycles }) => cycles);
  assert.ok(kept.length >= 8 && kept.length < 16);
  const gaps = new Set(kept.slice(1).map((cycles, i) => cycles - (kept[i] ?? 0)));
  assert.is(gaps.size, 1);
});

test.run();
