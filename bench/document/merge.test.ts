import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from '../core/errors.js';
import type { Batch } from '../core/sample.js';
import { parseScenario } from '../core/scenario.js';
import { groupKey, splitPlan } from '../core/shard.js';
import { renderRun } from '../report/terminal.js';
import { counterpartName } from './cells.js';
import { commonEnvironment } from './common-environment.js';
import { mergeRuns } from './merge.js';
import { shardsByScenario } from './origin.js';
import type { StoredRun } from './read.js';
import { recordScenario } from './record.js';
import { type RunDocument, runDocumentSchema } from './schema.js';
import { exampleBatches, exampleDocument, QUIET_MACHINE } from './testing.js';

const test = suite('document/merge');

const MERGED = { id: '20260805T120000Z-merged', command: ['merge'] };
/** Everything that the example measures, and three scenarios more that nobody has a time for. */
const NAMES = [
  ...['noop', 'new', 'dup', 'up-ref', 'dup-started', 'clear', 'new-bio'],
  ...['new-configure[cipher-list=20,certificate=ecdsa]', 'dup[cipher-list=20,certificate=ecdsa]'],
];

/** The whole run, and the same as its shards would have stored it. */
function split(count: number, seed: number): { readonly whole: StoredRun; readonly shards: StoredRun[] } {
  const scenarios = NAMES.map((name) => parseScenario(name));
  const over = { seed, scenarios: scenarios.map((one) => recordScenario(one, 100)) };
  const batches = exampleBatches();
  const assigned = splitPlan(scenarios, count, seed, () => 1);
  const plan = NAMES.map((scenario, i) => ({ scenario, version: 1, shard: assigned[i] ?? 0 }));
  const shards = Array.from({ length: count }, (_, i): StoredRun => {
    const own = new Set(plan.filter(({ shard }) => shard === i + 1).map(({ scenario }) => scenario));
    const mine = batches.filter(({ scenario }) => own.has(scenario));
    const whole = exampleDocument({}, []);
    return {
      batches: mine,
      document: exampleDocument(
        {
          ...over,
          id: `2026080${(i % 9) + 1}T120000Z-${String(i).padStart(6, 'a')}`,
          origin: { kind: 'shard', shard: i + 1, of: count, plan },
          scenarios: over.scenarios.filter(({ name }) => own.has(name)),
          memory: whole.memory.filter(({ scenario }) => own.has(scenario)),
          ...perScenario((scenario) => own.has(scenario)),
        },
        mine,
      ),
    };
  });
  const document = exampleDocument({ ...over, ...perScenario(() => true) }, batches);
  return { whole: { document, batches }, shards };
}

/** What else a document has of each scenario, of those that are wanted. */
function perScenario(wanted: (scenario: string) => boolean) {
  const scenarios = NAMES.filter(wanted);
  const target = 'bundled';
  const entries = scenarios.map((scenario) => ({ target, scenario, settings: ['x'] }));
  return {
    lost: entries,
    setOnHandles: entries,
    availability: scenarios.map((scenario) => ({
      target,
      scenario,
      availability: { kind: 'available' as const },
    })),
    instructions: scenarios.map((scenario) => ({
      target,
      scenario,
      reading: { kind: 'not-available' as const, reason: 'not asked for' },
    })),
  };
}

const GROUPS = new Set(NAMES.map((name) => groupKey(parseScenario(name)))).size;
const shardCounts = fc.integer({ min: 1, max: GROUPS });
const seeds = fc.integer({ min: 0, max: 0xffff_ffff });
const shardAt = (shards: readonly StoredRun[], i: number): StoredRun =>
  shards[i] ?? (assert.unreachable('no such shard') as never);
const refused = (shards: readonly StoredRun[]): string => {
  try {
    mergeRuns(shards, MERGED);
  } catch (thrown) {
    assert.instance(thrown, CouldNotRun, String(thrown));
    return (thrown as Error).message;
  }
  return assert.unreachable('it was merged') as never;
};
const changed = (run: StoredRun, over: Partial<RunDocument>): StoredRun => ({
  ...run,
  document: { ...run.document, ...over },
});

test('shards in any order are the unsharded run, cell by cell', () => {
  fc.assert(
    fc.property(shardCounts, seeds, fc.infiniteStream(fc.nat(1000)), (count, seed, order) => {
      const { whole, shards } = split(count, seed);
      const keys = [...order.take(count)];
      const mixed = shards
        .map((one, i) => ({ one, key: keys[i] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ one }) => one);
      const merged = mergeRuns(mixed, MERGED);
      assert.equal(
        runDocumentSchema.parse(JSON.parse(JSON.stringify(merged.document))),
        JSON.parse(JSON.stringify(merged.document)),
      );
      assert.equal(merged.document.scenarios, whole.document.scenarios);
      assert.equal(merged.document.targets, whole.document.targets);
      for (const field of ['availability', 'instructions', 'lost', 'setOnHandles'] as const) {
        assert.equal(merged.document[field], whole.document[field], field);
      }
      const byKey = (batches: readonly Batch[]) =>
        new Map(batches.map((one) => [`${one.block} ${one.target} ${one.scenario}`, one]));
      assert.equal(byKey(merged.batches), byKey(whole.batches));
      const shardOf = shardsByScenario(merged.document.origin);
      assert.is(merged.document.cells.length, whole.document.cells.length);
      merged.document.cells.forEach((cell, i) => {
        const expected = whole.document.cells[i];
        const scenario = whole.document.scenarios.find(({ name }) => name === cell.scenario);
        const bare = scenario === undefined ? null : counterpartName(scenario, 'new');
        // A bare new in another shard is the one thing that is not compared: it ran on another machine.
        const apart = bare !== null && shardOf.get(bare) !== shardOf.get(cell.scenario);
        if (apart) assert.is(cell.dupToNew, null);
        const { dupToNew: mine, ...rest } = cell;
        const { dupToNew: theirs, ...others } = expected ?? cell;
        assert.equal(rest, others);
        // The verdict is corrected for the number of ratios, which is smaller when some are left out.
        if (!apart) assert.is(mine?.ratio, theirs?.ratio);
      });
    }),
    { numRuns: 25 },
  );
});

test('every missing shard is named, with what it was to measure', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: GROUPS }), seeds, fc.nat(), (count, seed, which) => {
      const { shards } = split(count, seed);
      const left = which % count;
      const message = refused(shards.filter((_, i) => i !== left));
      assert.match(message, new RegExp(`^shard ${left + 1}/${count} is missing, with \\d+ scenarios \\(`));
    }),
    { numRuns: 25 },
  );
  const { shards } = split(5, 1);
  assert.match(refused(shards.slice(0, 3)), /^shards 4\/5, 5\/5 are missing/);
});

test('every doubled shard is named, with both runs', () => {
  fc.assert(
    fc.property(shardCounts, seeds, fc.nat(), (count, seed, which) => {
      const { shards } = split(count, seed);
      const twice = shardAt(shards, which % count);
      assert.match(refused([...shards, twice]), /is given twice$/);
      const again = changed(twice, { id: '20260809T120000Z-again2' });
      assert.is(
        refused([...shards, again]),
        `shard ${(which % count) + 1} is there twice: run ${twice.document.id} and run ${again.document.id}; give one of them`,
      );
    }),
    { numRuns: 25 },
  );
});

test('what is no shard, or not finished, is refused', () => {
  const { whole, shards } = split(2, 3);
  assert.match(refused([whole]), /^run 20260801T120000Z-k3f9qa is no shard: it is a whole plan/);
  assert.match(refused([mergeRuns(shards, MERGED)]), /is no shard: it is merged already/);
  assert.match(
    refused([shardAt(shards, 0), changed(shardAt(shards, 1), { status: { kind: 'running' } })]),
    /^shard 2\/2 \(run .*\) is still being measured, or was killed: .*--resume/,
  );
  assert.is(refused([]), 'no shard is given');
});

test('shards of another plan are refused by what differs', () => {
  const { shards } = split(2, 3);
  const [first, second] = [shardAt(shards, 0), shardAt(shards, 1)];
  const { document } = second;
  const { plan, targets, dupmark, origin } = document;
  const target = targets.find(({ id }) => id === 'debian:trixie') ?? assert.unreachable();
  assert.ok(origin.kind === 'shard');
  const cases: readonly (readonly [Partial<RunDocument>, RegExp])[] = [
    [{ seed: 4 }, /^shard 1\/2 \(run \S+\) and shard 2\/2 \(run \S+\) differ in the seed: 3 and 4$/],
    [{ plan: { ...plan, blocks: 9 } }, /differ in the number of blocks: 8 and 9$/],
    [{ plan: { ...plan, roundsPerBatch: 9 } }, /the rounds of a batch: 5 and 9$/],
    [{ plan: { ...plan, roundLengthNs: 9 } }, /the length of a round: 200000 and 9$/],
    [{ plan: { ...plan, baseline: 'debian:trixie' } }, /the baseline: bundled and debian:trixie$/],
    [{ dupmark: { ...dupmark, version: '9.9.9' } }, /dupmark’s version: 0\.1\.0 and 9\.9\.9$/],
    [{ dupmark: { ...dupmark, commit: 'f00' } }, /dupmark’s commit/],
    [
      { cLibrary: { kind: 'host', version: '2.36' } },
      /the C library: libc6 2\.41-12 and the machine’s glibc 2\.36$/,
    ],
    [{ targets: targets.slice(1) }, /differ in the targets/],
    [
      {
        targets: targets.map((one) =>
          one === target ? { ...one, sha256: { '/lib/libssl.so.3': 'f'.repeat(64) } } : one,
        ),
      },
      /the library files of target debian:trixie \(sha256\)$/,
    ],
    [
      { targets: targets.map((one) => (one === target ? { ...one, refused: 'no witness' } : one)) },
      /what was refused \(target debian:trixie\): measured and no witness$/,
    ],
    [{ origin: { ...origin, of: 3 } }, /differ in the number of shards: 2 and 3$/],
    [
      { origin: { ...origin, plan: origin.plan.map((one) => ({ ...one, version: 2 })) } },
      /the scenarios of their plan$/,
    ],
    [{ scenarios: document.scenarios.slice(1) }, /does not hold the scenarios that its plan gives it$/],
  ];
  for (const [over, message] of cases) assert.match(refused([first, changed(second, over)]), message);
});

test('the same library below another home is the same library', () => {
  const { shards } = split(2, 3);
  const [first, second] = [shardAt(shards, 0), shardAt(shards, 1)];
  const targets = second.document.targets.map((one) => ({
    ...one,
    sha256: Object.fromEntries(Object.entries(one.sha256).map(([file, hash]) => [`/elsewhere${file}`, hash])),
  }));
  assert.is(mergeRuns([first, changed(second, { targets })], MERGED).document.status.kind, 'complete');
});

test('machines are never mixed: each shard keeps its own, and the report says of which each time is', () => {
  const { shards } = split(2, 3);
  const other = { ...QUIET_MACHINE, cpuModel: 'Other CPU', cpus: 8, stealFraction: 0.2, clockSource: null };
  const second = changed(shardAt(shards, 1), { environment: other });
  const { document } = mergeRuns([shardAt(shards, 0), second], MERGED);
  assert.ok(document.origin.kind === 'merged');
  assert.equal(
    document.origin.shards.map(({ environment }) => environment),
    [QUIET_MACHINE, other],
  );
  assert.is(document.environment.cpuModel, `${QUIET_MACHINE.cpuModel} / Other CPU`);
  assert.is(document.environment.cpus, 2);
  assert.is(document.environment.stealFraction, 0.2);
  assert.is(document.environment.clockSource, null);
  assert.match(
    document.warnings.map(({ code, message }) => `${code}: ${message}`).join('\n'),
    /several-machines: its 2 shards were measured one by one, on 2 kinds of machine/,
  );
  const text = renderRun(document, { width: 120, colour: false });
  assert.match(text, /machine {4}shard 1 · AMD EPYC/);
  assert.match(text, /machine {4}shard 2 · Other CPU, 8 CPUs/);
  for (const { shard, scenarios } of document.origin.shards) {
    for (const name of scenarios) assert.ok(text.includes(`${name} (shard ${shard})`), name);
  }
});

test('a shard that was cut short makes a partial run that says which', () => {
  const { shards } = split(2, 3);
  const cut = changed(shardAt(shards, 1), { status: { kind: 'partial', reason: 'stopped by the user' } });
  assert.equal(mergeRuns([shardAt(shards, 0), cut], MERGED).document.status, {
    kind: 'partial',
    reason: 'shard 2: stopped by the user',
  });
});

test('what machines have in common: one machine is itself', () => {
  assert.equal(commonEnvironment([QUIET_MACHINE]), QUIET_MACHINE);
  assert.equal(commonEnvironment([QUIET_MACHINE, QUIET_MACHINE]), QUIET_MACHINE);
});

test.run();
