/** A plan as text: what would be measured, and the proof of what it covers. */
import { formatCount } from './format.js';

/** Tuples of levels that some combination should have, and those that one has. */
interface CoverageCount {
  readonly tuples: number;
  readonly covered: number;
  readonly missing: readonly string[];
  readonly forbidden: number;
}

export interface PlanFigures {
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
export function renderPlan({ scenarios, combinations, coverage }: PlanFigures): string {
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
  return `${lines.join('\n')}\n`;
}

function share({ tuples, covered }: CoverageCount): string {
  return `${formatCount(covered)} of ${formatCount(tuples)}${covered === tuples ? ' (all)' : ''}`;
}
