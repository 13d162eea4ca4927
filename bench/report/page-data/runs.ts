/** Runs for the page: all statistics are computed here, by the same functions as everywhere. */
import type { Batch } from '../../core/sample.js';
import type { StoredRun } from '../../document/read.js';
import type { RunDocument } from '../../document/schema.js';
import { sensitivity } from '../../document/sensitivity.js';
import { allWarnings } from '../../document/warnings.js';
import { isUsable, seriesOf } from '../../stats/blocks.js';
import { compare } from '../../stats/comparison.js';
import { judgeFamily } from '../../stats/family.js';
import { quantile } from '../../stats/quantile.js';
import { shortVersion } from '../cells.js';
import type { BlockFigures, PageRun, TargetPair } from './types.js';

/** More comparisons than this between other targets than the baseline would make the page large and slow. */
const PAIR_CELLS_MAX = 5000;

/** A run as the page has it. */
export function pageRun({ document, batches }: StoredRun): PageRun {
  const byCell = new Map<string, Batch[]>();
  for (const batch of batches) {
    const key = `${batch.target}\n${batch.scenario}`;
    const list = byCell.get(key);
    if (list === undefined) byCell.set(key, [batch]);
    else list.push(batch);
  }
  const batchesOf = (target: string, scenario: string) => byCell.get(`${target}\n${scenario}`) ?? [];
  return {
    document,
    versions: Object.fromEntries(
      document.targets.flatMap(({ id, facts }) =>
        facts === null ? [] : [[id, shortVersion(facts.version)]],
      ),
    ),
    sensitivity: sensitivity(document),
    warnings: allWarnings(document),
    blocks: document.cells.map(({ target, scenario }) => blockFigures(batchesOf(target, scenario))),
    pairs: targetPairs(document, batchesOf),
  };
}

/** Raw values are stored to seven digits, and quartiles fall between two of them: nine hold all there is. */
function figure(ns: number): number {
  return Number(ns.toPrecision(9));
}

export function blockFigures(batches: readonly Batch[]): readonly BlockFigures[] {
  return [...seriesOf(batches).batches].flatMap(([block, { roundNs }]): BlockFigures[] => {
    const sorted = roundNs.filter(isUsable).sort((a, b) => a - b);
    if (sorted.length === 0) return [];
    const at = (share: number) => figure(quantile(sorted, share));
    return [[block, sorted.length, at(0), at(0.25), at(0.5), at(0.75), at(1)]];
  });
}

function targetPairs(
  { targets, scenarios, plan }: RunDocument,
  batchesOf: (target: string, scenario: string) => readonly Batch[],
): readonly TargetPair[] | null {
  const others = targets
    .filter(({ id, refused, twinOf }) => refused === null && twinOf === null && id !== plan.baseline)
    .map(({ id }) => id);
  const pairs = others.flatMap((base, i) => others.slice(i + 1).map((contender) => ({ base, contender })));
  if (pairs.length * scenarios.length > PAIR_CELLS_MAX) return null;
  return pairs.map(({ base, contender }) => ({
    base,
    contender,
    comparisons: judgeFamily(
      scenarios.map(({ name }) => compare(batchesOf(base, name), batchesOf(contender, name), plan.looks)),
    ),
  }));
}
