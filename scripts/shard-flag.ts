/** The flag --shard: which part of a plan this process measures, and what each part will take. */
import { CouldNotRun } from '../bench/core/errors.js';
import type { Scenario } from '../bench/core/scenario.js';
import { formatShard, parseShard, type Shard, splitPlan } from '../bench/core/shard.js';
import type { PlannedShard } from '../bench/report/plan.js';
import { ENGINE_NAMES, engineShard } from '../bench/run/engine.js';
import { batchCost, estimateMs } from '../bench/run/estimate.js';
import { blocksMax } from '../bench/run/recorder.js';
import type { RunOptions } from '../bench/run/run.js';
import { say } from './console.js';

/** What was typed. */
export type ShardFlag = Shard | 'auto' | 'none';

/** All shards of a plan need one seed, and none can ask another. */
export const SHARDED_SEED = 1;

export const SHARD_HELP =
  `measure only part K/N of the plan; auto: as the engine says (${ENGINE_NAMES.join(', ')}); none: all of it ` +
  '(default: auto in their parallel jobs, else none)';

export function readShard(text: string): ShardFlag {
  return text === 'auto' || text === 'none' ? text : parseShard(text);
}

/** The shard that was asked for, or that an engine gives this job; null to measure everything. Says where it is from. */
export function chosenShard(asked: ShardFlag | undefined): Shard | null {
  if (asked === 'none') return null;
  if (asked !== undefined && asked !== 'auto') return asked;
  const found = engineShard();
  if (found !== null) {
    say(`shard ${formatShard(found.shard)}, by ${found.from} (--shard none measures everything)`);
    return found.shard;
  }
  if (asked === undefined) return null;
  throw new CouldNotRun(
    `--shard: 'auto' finds no parallel job here (it knows ${ENGINE_NAMES.join(', ')}); say K/N`,
  );
}

type Planned = Pick<
  RunOptions,
  'targets' | 'twin' | 'looks' | 'rounds' | 'roundNs' | 'countInstructions' | 'seed' | 'shard'
>;

/** The shards of a plan with what each will take; one of everything when it is not split. */
export function plannedShards(plan: Planned, scenarios: readonly Scenario[]): readonly PlannedShard[] {
  const { targets, twin, rounds, roundNs, countInstructions, seed, shard } = plan;
  const count = shard?.count ?? 1;
  const assigned = splitPlan(scenarios, count, seed, batchCost);
  return Array.from({ length: count }, (_, i): PlannedShard => {
    const own = assigned.filter((one) => one === i + 1).length;
    const load = {
      targets: targets.length,
      workers: targets.length + (twin ? 1 : 0),
      scenarios: own,
      blocks: blocksMax(plan),
      rounds,
      roundNs,
      countInstructions,
    };
    return { shard: i + 1, own: shard?.index === i + 1, scenarios: own, estimateMs: estimateMs(load) };
  });
}
