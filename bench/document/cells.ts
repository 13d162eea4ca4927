/** Derives a document's cells from its raw values: the only place where a run's statistics are computed. */
import { DEFAULT_METHOD } from '../core/method.js';
import type { Batch } from '../core/sample.js';
import { type Scenario, scenarioName } from '../core/scenario.js';
import { blockRatio, type Comparison, compare } from '../stats/comparison.js';
import { judgeFamily } from '../stats/family.js';
import { summarise } from '../stats/summary.js';
import { shardsByScenario } from './origin.js';
import type { Cell, RunDocument, ScenarioRecord } from './schema.js';

/** What of a document the cells depend on, besides the batches. */
export type Layout = Pick<RunDocument, 'targets' | 'scenarios' | 'plan' | 'origin'>;

/**
 * One cell for each target that was not refused and each scenario, in the document's order, also where nothing was
 * measured (its summary is then null). Batches of unknown targets or scenarios are not used.
 */
export function deriveCells(layout: Layout, batches: readonly Batch[]): readonly Cell[] {
  const byKey = new Map<string, Batch[]>();
  for (const batch of batches) {
    const key = keyOf(batch.target, batch.scenario);
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [batch]);
    else list.push(batch);
  }
  const batchesOf = (target: string, scenario: string): readonly Batch[] =>
    byKey.get(keyOf(target, scenario)) ?? [];

  const { baseline, looks } = layout.plan;
  const shardOf = shardsByScenario(layout.origin);
  const cells: Cell[] = [];
  for (const scenario of layout.scenarios) {
    for (const { id: target, refused } of layout.targets) {
      if (refused !== null) continue;
      const own = batchesOf(target, scenario.name);
      // Two scenarios of a merged run may have been measured on different machines, and are not compared then.
      const against = (counterpart: string | null): Comparison | null =>
        counterpart === null || shardOf.get(counterpart) !== shardOf.get(scenario.name)
          ? null
          : blockRatio(batchesOf(target, counterpart), own, looks);
      cells.push({
        target,
        scenario: scenario.name,
        summary: summarise(own),
        ratioToBaseline: target === baseline ? null : compare(batchesOf(baseline, scenario.name), own, looks),
        dupToNew: against(counterpartName(scenario, 'new')),
        dupToNewConfigure: against(counterpartName(scenario, 'new-configure')),
        dupToNewInherit: against(counterpartName(scenario, 'new-inherit')),
      });
    }
  }
  return judged(layout, cells);
}

/** The id of the twin: the baseline measured a second time by a worker of its own. Null when the run has none. */
export function twinId({ targets, plan }: Pick<Layout, 'targets' | 'plan'>): string | null {
  return targets.find(({ twinOf }) => twinOf === plan.baseline)?.id ?? null;
}

/** Cells with their verdicts: each kind of ratio is a family, and the twin's are one of their own. */
function judged(layout: Layout, cells: readonly Cell[]): readonly Cell[] {
  const twin = twinId(layout);
  const floors = new Map<string, number>();
  const twins = judgeFamily(cells.map((cell) => (cell.target === twin ? cell.ratioToBaseline : null)));
  cells.forEach(({ scenario }, i) => {
    const own = twins[i];
    if (own != null && own.pValue <= own.level) floors.set(scenario, Math.abs(Math.log(own.ratio)));
  });
  const toBaseline = judgeFamily(
    cells.map((cell) => (cell.target === twin ? null : cell.ratioToBaseline)),
    cells.map(({ scenario }) => floors.get(scenario) ?? 0),
  );
  const toNew = judgeFamily(cells.map(({ dupToNew }) => dupToNew));
  const toNewConfigure = judgeFamily(cells.map(({ dupToNewConfigure }) => dupToNewConfigure));
  const toNewInherit = judgeFamily(cells.map(({ dupToNewInherit }) => dupToNewInherit));
  return cells.map((cell, i) => ({
    ...cell,
    ratioToBaseline: toBaseline[i] ?? twins[i] ?? null,
    dupToNew: toNew[i] ?? null,
    dupToNewConfigure: toNewConfigure[i] ?? null,
    dupToNewInherit: toNewInherit[i] ?? null,
  }));
}

/**
 * The name of the scenario that a dup is held against: `new` (always bare), `new-configure` or `new-inherit` with the
 * same settings, all of the same method, with the same phase and handles alive. Null for other operations, and for a bare
 * new-inherit, which would be `new`.
 */
export function counterpartName(
  scenario: ScenarioRecord,
  operation: 'new' | 'new-configure' | 'new-inherit',
): string | null {
  if (scenario.operation !== 'dup') return null;
  if (operation === 'new-inherit' && scenario.settings.length === 0) return null;
  const counterpart: Scenario = {
    operation,
    method: scenario.method ?? DEFAULT_METHOD,
    settings: operation === 'new' ? [] : scenario.settings,
    phase: scenario.phase,
    live: scenario.live,
    version: scenario.version,
  };
  return scenarioName(counterpart);
}

function keyOf(target: string, scenario: string): string {
  return `${target}\n${scenario}`;
}
