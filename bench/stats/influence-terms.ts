/**
 * What an influence model is made of, and the search for the interactions that matter. Pure.
 *
 * A model is a sum: a base, one amount for each choice (a setting at a level) that a combination holds, and
 * interactions. An interaction is a group of choices and an amount that counts once for each of the group beyond the
 * first: for two choices that is "both together"; for more, a cost (where the amount is negative) that is paid once
 * however many of the group there are, as when the first of them makes OpenSSL allocate what all of them use.
 */
import { LeastSquares } from './least-squares.js';

/** An Observation is what one combination of choices was seen to cost. */
export interface Observation {
  /** As formatChoice writes them. */
  readonly choices: ReadonlySet<string>;
  readonly value: number;
}

/** Choices of one term: none is the base, one a setting, more an interaction. */
export type Term = readonly string[];

/** What a term counts as in a combination: 1 for the base. */
export function termValue(term: Term, choices: ReadonlySet<string>): number {
  if (term.length === 0) return 1;
  let present = 0;
  for (const choice of term) if (choices.has(choice)) present++;
  return term.length === 1 ? present : Math.max(0, present - 1);
}

/** The base, then each choice that any observation holds, in order. */
export function plainTerms(observations: readonly Observation[]): readonly Term[] {
  const choices = new Set(observations.flatMap((one) => [...one.choices]));
  return [[], ...[...choices].sort().map((choice) => [choice])];
}

/** A Fit is terms with their amounts; null where the observations do not tell an amount from those of others. */
export interface Fit {
  readonly terms: readonly Term[];
  readonly amounts: readonly (number | null)[];
}

/** What a fit says of a combination. */
export function predict({ terms, amounts }: Fit, choices: ReadonlySet<string>): number {
  return terms.reduce((sum, term, i) => sum + (amounts[i] ?? 0) * termValue(term, choices), 0);
}

/** Least squares of these terms; `weight` multiplies each observation's residual. */
export function fitTerms(
  observations: readonly Observation[],
  terms: readonly Term[],
  weight: (value: number) => number,
): Fit {
  const { fit, column } = prepared(observations, weight);
  for (const term of terms) fit.add(column(term));
  return { terms, amounts: fit.coefficients() };
}

/** When the search for interactions ends. */
export interface SearchLimits {
  /** At most this many interactions. */
  readonly interactions: number;
  /** Whether a step from one sum of squares to a smaller one, by `parameters` amounts now, is worth it. */
  readonly isWorth: (before: number, after: number, parameters: number, candidates: number) => boolean;
}

/** Pairs seen together less often than this say nothing about being together. */
const TOGETHER_MIN = 3;
/** How many of the most promising pairs are asked what they really explain. */
const ASKED = 40;

/**
 * Adds interactions one by one, each time the group that explains most, until none is worth it. A group starts as
 * a pair and takes in further choices as long as it explains more with them.
 */
export function searchTerms(
  observations: readonly Observation[],
  weight: (value: number) => number,
  limits: SearchLimits,
): readonly Term[] {
  const terms: Term[] = [...plainTerms(observations)];
  const { fit, column } = prepared(observations, weight);
  for (const term of terms) fit.add(column(term));
  const choices = terms.flatMap((term) => (term.length === 1 ? term : []));
  const pairs = pairsOf(choices, observations).map((pair) => ({ pair, column: column(pair) }));
  for (let added = 0; added < limits.interactions; added++) {
    const best = bestGroup(fit, pairs, choices, column);
    if (best === null) break;
    const before = fit.residualSquares;
    if (!limits.isWorth(before, Math.max(0, before - best.gain), fit.rank + 1, pairs.length)) break;
    if (!fit.add(column(best.group))) break;
    terms.push(best.group);
  }
  return terms;
}

interface Group {
  readonly group: Term;
  readonly gain: number;
}

function bestGroup(
  fit: LeastSquares,
  pairs: readonly { readonly pair: Term; readonly column: Float64Array }[],
  choices: readonly string[],
  column: (term: Term) => Float64Array,
): Group | null {
  const promising = pairs
    .map((one) => ({ ...one, gain: fit.leastGain(one.column) }))
    .sort((a, b) => b.gain - a.gain)
    .slice(0, ASKED);
  let best: Group | null = null;
  for (const { pair, column: values } of promising) {
    const gain = fit.gain(values);
    if (gain > 0 && (best === null || gain > best.gain)) best = { group: pair, gain };
  }
  while (best !== null) {
    const grown: Group | null = bestGrowth(fit, best, choices, column);
    if (grown === null) break;
    best = grown;
  }
  return best;
}

/** A larger group must explain this much more, or the smaller one says as much with fewer words. */
const GROWTH_MIN = 1.02;

function bestGrowth(
  fit: LeastSquares,
  { group, gain }: Group,
  choices: readonly string[],
  column: (term: Term) => Float64Array,
): Group | null {
  let best: Group | null = null;
  for (const choice of choices) {
    if (group.includes(choice)) continue;
    const larger = [...group, choice];
    const own = fit.gain(column(larger));
    if (own > gain * GROWTH_MIN && (best === null || own > best.gain)) best = { group: larger, gain: own };
  }
  return best;
}

/** Pairs of choices that stand together often enough. */
function pairsOf(choices: readonly string[], observations: readonly Observation[]): readonly Term[] {
  const together = new Map<string, number>();
  const numbers = new Map(choices.map((choice, i) => [choice, i]));
  for (const one of observations) {
    const present = [...one.choices].flatMap((choice) => numbers.get(choice) ?? []).sort((a, b) => a - b);
    present.forEach((a, i) => {
      for (const b of present.slice(i + 1)) {
        const key = `${a} ${b}`;
        together.set(key, (together.get(key) ?? 0) + 1);
      }
    });
  }
  return [...together]
    .filter(([, count]) => count >= TOGETHER_MIN)
    .map(([key]) => key.split(' ').map((number) => choices[Number(number)] ?? ''));
}

function prepared(observations: readonly Observation[], weight: (value: number) => number) {
  const weights = observations.map(({ value }) => weight(value));
  return {
    fit: new LeastSquares(observations.map(({ value }, i) => value * (weights[i] ?? 0))),
    column: (term: Term) =>
      Float64Array.from(observations, ({ choices }, i) => termValue(term, choices) * (weights[i] ?? 0)),
  };
}
