/** A plan as text: what would be measured, and the proof of what it covers. */
import { formatCount, formatDuration } from './format.js';

/** Tuples of levels that some combination should have, and those that one has. */
interface CoverageCount {
  readonly tuples: number;
  readonly covered: number;
  readonly missing: readonly string[];
  readonly forbidden: number;
}

/** One part of a plan, and what it is expected to take. */
export interface PlannedShard {
  readonly shard: number;
  /** Whether it is this process's. */
  readonly own: boolean;
  readonly scenarios: number;
  readonly estimateMs: number;
}

export interface PlanFigures {
  /** One when the plan is not split. */
  readonly shards: readonly PlannedShard[];
  readonly scenarios: number;
  readonly combinations: number;
  readonly coverage: readonly {
    readonly target: string;
    readonly settings: number;
    readonly combinations: number;
    readonly pairs: CoverageCount;
    readonly triples: CoverageCount;
  }[];
}

/** Ends in a newline. */
export function renderPlan({ scenarios, combinations, coverage, shards }: PlanFigures): string {
  const lines = [
    `${formatCount(scenarios)} scenarios with ${formatCount(combinations)} distinct combinations of settings`,
    'On each target: settings offered, combinations that it can have, and what of all pairs and triples of levels these hold',
  ];
  for (const { target, settings, combinations: own, pairs, triples } of coverage) {
    lines.push(
      `  ${target.padEnd(20)} ${settings} settings, ${own} combinations, pairs ${share(pairs)}, triples ${share(triples)}`,
    );
    for (const gap of [...pairs.missing, ...triples.missing]) lines.push(`    nowhere: ${gap}`);
    const forbidden = Math.max(pairs.forbidden, triples.forbidden);
    if (forbidden > 0) lines.push(`    ${forbidden} combinations hold what excludes each other`);
  }
  return `${[...lines, ...shardLines(shards)].join('\n')}\n`;
}

function shardLines(shards: readonly PlannedShard[]): readonly string[] {
  const longest = formatDuration(Math.max(...shards.map(({ estimateMs }) => estimateMs)));
  const all = formatDuration(shards.reduce((sum, { estimateMs }) => sum + estimateMs, 0));
  if (shards.length === 1) return [`About ${all} on a quiet machine (docs/scale.md has the formula)`];
  return [
    `${shards.length} shards, about ${longest} each on a quiet machine, ${all} together (docs/scale.md has the formula)`,
    ...shards.map(
      ({ shard, own, scenarios, estimateMs }) =>
        `  ${own ? '→' : ' '} ${shard}/${shards.length}: ${formatCount(scenarios)} scenarios, about ${formatDuration(estimateMs)}`,
    ),
  ];
}

function share({ tuples, covered }: CoverageCount): string {
  return `${formatCount(covered)} of ${formatCount(tuples)}${covered === tuples ? ' (all)' : ''}`;
}
