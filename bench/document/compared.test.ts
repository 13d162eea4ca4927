import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareTargets } from './compared.js';
import { compareRuns, whyNotTime } from './compared-runs.js';
import { applyGate, parseLimit } from './gate.js';
import type { StoredRun } from './read.js';
import type { RunDocument } from './schema.js';
import { exampleBatches, exampleDocument } from './testing.js';

const test = suite('document/compared');
const stored = (over: Partial<RunDocument> = {}, batches = exampleBatches()): StoredRun => ({
  document: exampleDocument(over, batches),
  batches,
});
const gate = (run: ReturnType<typeof compareTargets>, ...limits: string[]) =>
  applyGate(
    run,
    limits.map((text) => parseLimit(text)),
  );

test('two targets of one run: the largest sure change first, exact quantities with their lines', () => {
  const compared = compareTargets(stored(), 'bundled', 'debian:trixie');
  const [first] = compared.cells;
  assert.ok(first?.time.kind === 'compared');
  assert.is(first.time.comparison.verdict, 'slower');
  assert.ok(Math.abs(first.time.comparison.ratio - 1.9) < 0.01);
  const noop = compared.cells.find(({ scenario }) => scenario === 'noop');
  assert.ok(noop?.time.kind === 'compared' && noop.time.comparison.verdict === 'same');
  const made = compared.cells.find(({ scenario }) => scenario === 'new');
  assert.equal(made?.requestedBytes, { kind: 'exact', before: 6_112, after: 10_536 });
  assert.is(made?.sites.length, 1);
  assert.is(made?.instructions.kind, 'not-available');
  assert.is(compared.geometricMean.kind, 'given');
});

test('identical libraries are reported as such', () => {
  const run = stored();
  const [first, ...others] = run.document.targets;
  assert.ok(first);
  const targets = [
    first,
    ...others.map((one) => (one.id === 'debian:bookworm' ? { ...one, sha256: first.sha256 } : one)),
  ];
  assert.equal(
    compareTargets({ ...run, document: { ...run.document, targets } }, 'bundled', 'debian:bookworm')
      .identical,
    ['debian:bookworm'],
  );
  assert.equal(compareTargets(run, 'bundled', 'debian:bookworm').identical, []);
});

test('a scenario without a time on one side: the reason, and no geometric mean', () => {
  const batches = exampleBatches().filter(
    (one) => !(one.target === 'debian:trixie' && one.scenario === 'dup'),
  );
  const availability = [
    {
      target: 'debian:trixie',
      scenario: 'dup',
      availability: { kind: 'absent', reason: 'this library has no SSL_dup' } as const,
    },
  ];
  const compared = compareTargets(stored({ availability }, batches), 'bundled', 'debian:trixie');
  const dup = compared.cells.find(({ scenario }) => scenario === 'dup');
  assert.equal(dup?.time, {
    kind: 'not-available',
    reason: 'absent on debian:trixie: this library has no SSL_dup',
  });
  assert.is(compared.geometricMean.kind, 'not-given');
});

test('the gate names the cells beyond a limit, and only those', () => {
  const compared = compareTargets(stored(), 'bundled', 'debian:trixie');
  const result = gate(compared, 'time>3%', 'bytes>0', 'allocations>50');
  const of = (limit: string) =>
    result.offences
      .filter((one) => one.limit === limit)
      .map((one) => one.scenario)
      .sort();
  assert.equal(of('time>3%'), [
    'dup',
    'dup[cipher-list=20,certificate=ecdsa]',
    'new',
    'new-configure[cipher-list=20,certificate=ecdsa]',
  ]);
  assert.equal(of('bytes>0'), ['dup', 'new']);
  assert.equal(of('allocations>50'), []);
  assert.equal(gate(compared, 'time>100%').offences, []);
  // The other way round nothing is slower, and fewer bytes are no offence.
  const back = compareTargets(stored(), 'debian:trixie', 'bundled');
  assert.equal(gate(back, 'time>3%', 'bytes>0').offences, []);
});

test('a limit that nothing can be held against is not a gate that is open', () => {
  const compared = compareTargets(stored(), 'bundled', 'debian:trixie');
  const { unanswered, skipped } = gate(compared, 'instructions>0.5%', 'bytes>0');
  assert.equal(
    unanswered.map(({ limit }) => limit),
    ['instructions>0.5%'],
  );
  assert.equal(
    skipped.map(({ limit, cells }) => [limit, cells]),
    [['bytes>0', 4]],
  );
});

test('limits are read, or refused in one line', () => {
  assert.equal(parseLimit('time>3%'), { text: 'time>3%', metric: 'time', kind: 'share', more: 0.03 });
  assert.equal(parseLimit('bytes > 16').more, 16);
  for (const text of ['time>3', 'time', 'bytes<0', 'memory>1', 'bytes>-1', 'bytes>1kB']) {
    assert.throws(() => parseLimit(text), /--fail-on/);
  }
});

/** The same run later: everything 1.3 times slower, and dup on trixie 10 % more than that. */
function later(over: Partial<RunDocument> = {}): StoredRun {
  const batches = exampleBatches(10).map((one) => {
    const factor = 1.3 * (one.target === 'debian:trixie' && one.scenario === 'dup' ? 1.1 : 1);
    return { ...one, roundNs: one.roundNs.map((ns) => ns * factor) };
  });
  return stored({ id: '20260802T120000Z-k3f9qb', ...over }, batches);
}

/** With other libraries for all targets but the first: what a package update leaves. */
function updated(run: StoredRun): StoredRun {
  const targets = run.document.targets.map((one, i) =>
    i === 0 ? one : { ...one, sha256: { [`/new${i}`]: String(i).repeat(64) } },
  );
  return { ...run, document: { ...run.document, targets } };
}

test('two runs on one machine: the drift cancels, the change stays', () => {
  const compared = compareRuns(stored(), updated(later()));
  assert.equal(compared.identical, ['bundled']);
  assert.equal(compared.timeRefused, []);
  const cell = compared.cells.find((one) => one.target === 'debian:trixie' && one.scenario === 'dup');
  assert.ok(cell?.time.kind === 'compared');
  assert.is(cell.time.comparison.verdict, 'slower');
  assert.ok(Math.abs(cell.time.comparison.ratio - 1.1) < 0.01);
  for (const one of compared.cells) {
    if (one === cell || one.time.kind !== 'compared') continue;
    assert.is(one.time.comparison.verdict, 'same', `${one.scenario} ${one.target}`);
  }
  assert.equal(
    gate(compared, 'time>3%').offences.map(({ scenario, target }) => `${scenario} ${target}`),
    ['dup debian:trixie'],
  );
});

test('two runs without a library in common: no time, exact quantities', () => {
  const run = updated(later());
  const targets = run.document.targets.map((one) => ({ ...one, sha256: { '/x': 'a'.repeat(64) } }));
  const compared = compareRuns(stored(), { ...run, document: { ...run.document, targets } });
  assert.ok(compared.cells.every(({ time }) => time.kind === 'not-available'));
  assert.is(compared.cells.find(({ scenario }) => scenario === 'new')?.allocations.kind, 'exact');
  assert.match(gate(compared, 'time>3%').unanswered[0]?.reason ?? '', /nothing tells a change from/);
});

test('different machines and C libraries: what differs is said, times are refused', () => {
  const before = stored();
  const environment = { ...before.document.environment, cpuModel: 'Another', kernel: 'Linux 6.12' };
  const after = updated(later({ environment, cLibrary: { kind: 'host', version: '2.36' } }));
  const reasons = whyNotTime(before.document, after.document);
  assert.is(reasons.length, 3);
  assert.match(
    reasons.join(),
    /CPU: AMD EPYC.* and Another.*C library: libc6 2.41-12 and this machine’s 2.36/,
  );
  const compared = compareRuns(before, after);
  assert.ok(compared.cells.every(({ time }) => time.kind === 'not-available'));
  assert.is(compared.geometricMean.kind, 'not-given');
  assert.is(gate(compared, 'bytes>0').unanswered.length, 0);
  assert.is(gate(compared, 'time>3%').unanswered.length, 1);
});

test('different sets have no geometric mean, and it is said which', () => {
  const run = updated(later());
  const scenarios = run.document.scenarios.filter(({ name }) => name !== 'up-ref');
  const compared = compareRuns(stored(), { ...run, document: { ...run.document, scenarios } });
  assert.equal(compared.geometricMean, { kind: 'not-given', reason: 'only the base has up-ref' });
});

test('a scenario that came to mean something else is not compared', () => {
  const run = updated(later());
  const scenarios = run.document.scenarios.map((one) => (one.name === 'dup' ? { ...one, version: 2 } : one));
  const compared = compareRuns(stored(), { ...run, document: { ...run.document, scenarios } });
  assert.not.ok(compared.cells.some(({ scenario }) => scenario === 'dup'));
  assert.match(compared.notes.join(), /only the contender has dup \(version 2\)/);
});

test.run();
