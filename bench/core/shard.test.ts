import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CouldNotRun } from './errors.js';
import { OPERATION_NAMES } from './operation.js';
import { SEED_MAX } from './order.js';
import { parseScenario, type Scenario, scenarioName } from './scenario.js';
import { groupKey, parseShard, splitPlan } from './shard.js';

const test = suite('core/shard');

/** Scenarios as suites have them: bare operations, and combinations both ways, hot and held. */
const plans = fc
  .uniqueArray(
    fc.oneof(
      fc.constantFrom(...OPERATION_NAMES.filter((name) => name !== 'new-configure')),
      fc
        .tuple(
          fc.constantFrom('dup', 'new-configure'),
          fc.uniqueArray(fc.constantFrom('a=1', 'b=1', 'b=2', 'c=on', 'd=x'), {
            minLength: 1,
            maxLength: 3,
            selector: (choice) => choice[0],
          }),
          fc.constantFrom('', '/create@256', '@256'),
        )
        .map(([operation, choices, rest]) => `${operation}[${[...choices].sort().join(',')}]${rest}`),
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((names) => names.map((name) => parseScenario(name)));
const seeds = fc.integer({ min: 0, max: SEED_MAX });
const cost = ({ settings, live }: Scenario) => 1 + settings.length + (live > 1 ? 2 : 0);
const groupsIn = (scenarios: readonly Scenario[]) => new Set(scenarios.map(groupKey)).size;
const sharded = fc
  .record({ scenarios: plans, seed: seeds, share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ scenarios, seed, share }) => ({
    scenarios,
    seed,
    count: 1 + Math.floor(share * (groupsIn(scenarios) - 1)),
  }));

test('every scenario is in exactly one shard, and no shard is empty', () => {
  fc.assert(
    fc.property(sharded, ({ scenarios, seed, count }) => {
      const shards = splitPlan(scenarios, count, seed, cost);
      assert.is(shards.length, scenarios.length);
      assert.equal(
        [...new Set(shards)].sort((a, b) => a - b),
        Array.from({ length: count }, (_, i) => i + 1),
      );
    }),
  );
});

test('what is compared stays together: a dup, its new-configure and its new', () => {
  fc.assert(
    fc.property(sharded, ({ scenarios, seed, count }) => {
      const shards = splitPlan(scenarios, count, seed, cost);
      const shardOf = new Map(scenarios.map((one, i) => [scenarioName(one), shards[i]]));
      for (const one of scenarios) {
        if (one.operation !== 'dup') continue;
        for (const operation of ['new', 'new-configure'] as const) {
          const other = shardOf.get(scenarioName({ ...one, operation }));
          if (other !== undefined) assert.is(other, shardOf.get(scenarioName(one)));
        }
      }
    }),
  );
});

test('the same plan and seed give the same shards, whoever asks and whatever came before', () => {
  fc.assert(
    fc.property(sharded, ({ scenarios, seed, count }) => {
      const once = splitPlan(scenarios, count, seed, cost);
      assert.equal(
        splitPlan(
          scenarios.map((one) => parseScenario(scenarioName(one))),
          count,
          seed,
          cost,
        ),
        once,
      );
    }),
  );
});

test('no two shards differ by more than the dearest group', () => {
  fc.assert(
    fc.property(sharded, ({ scenarios, seed, count }) => {
      const shards = splitPlan(scenarios, count, seed, cost);
      const loads = Array.from({ length: count }, () => 0);
      const groups = new Map<string, number>();
      scenarios.forEach((one, i) => {
        const at = (shards[i] ?? 0) - 1;
        loads[at] = (loads[at] ?? 0) + cost(one);
        groups.set(groupKey(one), (groups.get(groupKey(one)) ?? 0) + cost(one));
      });
      assert.ok(Math.max(...loads) - Math.min(...loads) <= Math.max(...groups.values()));
    }),
  );
});

test('seeds matter', () => {
  const scenarios = Array.from({ length: 30 }, (_, i) => parseScenario(`dup[s${i}=1]`));
  assert.not.equal(splitPlan(scenarios, 5, 1, cost), splitPlan(scenarios, 5, 2, cost));
});

test('more shards than groups are refused in one line', () => {
  const scenarios = ['new', 'dup', 'noop'].map((name) => parseScenario(name));
  assert.throws(
    () => splitPlan(scenarios, 3, 1, cost),
    (error: unknown) => error instanceof CouldNotRun && /into 2 at most/.test(error.message),
  );
});

test('K/N', () => {
  assert.equal(parseShard('3/12'), { index: 3, count: 12 });
  for (const text of ['0/3', '4/3', '1', '1/0', '-1/2', '1/2/3', '1/99999', ' 1/2', '', 'x']) {
    assert.throws(() => parseShard(text), /--shard: '.*' is not a shard \(K\/N/);
  }
});

test.run();
