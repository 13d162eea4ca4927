/**
 * Influence models: what each setting adds to the cost of an operation on one target. Fitted on four fifths of the
 * combinations, judged on the fifth that it has not seen. Pure.
 *
 * Times: residuals count relative to the time, so that cheap combinations weigh as much as dear ones; interactions are
 * added while the extended Bayesian information criterion falls (J. Chen and Z. Chen, "Extended Bayesian information
 * criteria for model selection with large model spaces", Biometrika 95 (2008), with γ = 1), which asks the more of an
 * interaction the more there are to choose from. An amount's interval comes from the blocks, the units of
 * replication: the same terms are fitted to each block alone. It holds the noise of measuring; what the sum itself
 * gets wrong shows in the held-out error.
 *
 * Counts (allocations, bytes) are exact: interactions are added until every combination it was fitted on comes out to
 * the unit, or no more of them explain anything.
 */
import { shuffled } from '../core/order.js';
import {
  type Fit,
  fitTerms,
  type Observation,
  predict,
  type SearchLimits,
  searchTerms,
  type Term,
} from './influence-terms.js';
import { orderInterval } from './interval.js';
import { median, quantile } from './quantile.js';

/** The share of the combinations that a model is judged on. */
export const HELD_OUT = 0.2;
/** With fewer combinations than this for each amount that must be told, there is no model. */
const OBSERVATIONS_PER_TERM = 1.5;
const INTERACTIONS_MAX = 40;

/** An Amount is what a term adds. */
export interface Amount {
  /** None is the base, one a setting at a level, several an interaction (`influence-terms.ts` says how it counts). */
  readonly choices: readonly string[];
  /** In the model's unit; null where the combinations do not tell it from others. */
  readonly value: number | null;
  /** Over blocks; null for exact counts, and with too few blocks. */
  readonly interval: { readonly low: number; readonly high: number; readonly confidence: number } | null;
}

export interface TimeModel {
  readonly unit: 'ns';
  readonly amounts: readonly Amount[];
  readonly fittedOn: number;
  readonly heldOut: number;
  /** |predicted − measured| / measured over the held-out combinations: mean, median, 90th percentile, largest. */
  readonly error: {
    readonly mean: number;
    readonly median: number;
    readonly p90: number;
    readonly max: number;
  };
}

export interface CountModel {
  readonly unit: 'allocations' | 'requested bytes' | 'retained bytes';
  readonly amounts: readonly Amount[];
  readonly fittedOn: number;
  readonly heldOut: number;
  /** Held-out combinations that come out to the unit. */
  readonly exact: number;
  /** Those that do not: combination, predicted, counted. */
  readonly wrong: readonly {
    readonly combination: string;
    readonly predicted: number;
    readonly counted: number;
  }[];
}

/** A combination with its time in each block. */
export interface TimedObservation extends Observation {
  /** Nanoseconds; `value` is the time over all blocks. */
  readonly byBlock: ReadonlyMap<number, number>;
}

/** Splits by the seed, the same for every target and unit: what is fitted on, and what is held out. */
export function split<T extends Observation>(
  observations: readonly T[],
  seed: number,
): { readonly fitted: readonly T[]; readonly heldOut: readonly T[] } {
  const keys = observations.map(nameOf).sort();
  const count = Math.round(keys.length * HELD_OUT);
  const out = new Set(shuffled(keys, seed).slice(0, count));
  return {
    fitted: observations.filter((one) => !out.has(nameOf(one))),
    heldOut: observations.filter((one) => out.has(nameOf(one))),
  };
}

/** Null when there are too few combinations. */
export function fitTime(observations: readonly TimedObservation[], seed: number): TimeModel | null {
  const { fitted, heldOut } = split(observations, seed);
  if (!isEnough(fitted, heldOut)) return null;
  const relative = (value: number) => 1 / value;
  const terms = searchTerms(fitted, relative, {
    interactions: INTERACTIONS_MAX,
    isWorth: (before, after, parameters, candidates) =>
      criterion(after, fitted.length, parameters, candidates) <
      criterion(before, fitted.length, parameters - 1, candidates),
  });
  const fits = blockFits(fitted, terms);
  const fit = fits.length === 0 ? fitTerms(fitted, terms, relative) : medianFit(terms, fits);
  const errors = heldOut.map(({ choices, value }) => Math.abs(predict(fit, choices) - value) / value);
  return {
    unit: 'ns',
    amounts: amountsOf(fit, fits),
    fittedOn: fitted.length,
    heldOut: heldOut.length,
    error: {
      mean: errors.reduce((sum, one) => sum + one, 0) / errors.length,
      median: median(errors),
      p90: quantile(errors, 0.9),
      max: Math.max(...errors),
    },
  };
}

/** Null when there are too few combinations. */
export function fitCount(
  observations: readonly Observation[],
  unit: CountModel['unit'],
  seed: number,
): CountModel | null {
  const { fitted, heldOut } = split(observations, seed);
  if (!isEnough(fitted, heldOut)) return null;
  const equal = () => 1;
  const limits: SearchLimits = {
    interactions: INTERACTIONS_MAX,
    // A sum of squares below this is that of rounding errors: counts are whole, so one wrong count makes it more.
    isWorth: (before, after, parameters) =>
      before > 0.01 && after < before * 0.999 && parameters < fitted.length / OBSERVATIONS_PER_TERM,
  };
  const terms = searchTerms(fitted, equal, limits);
  const { amounts } = fitTerms(fitted, terms, equal);
  const fit: Fit = { terms, amounts: amounts.map((one) => (one === null ? null : Math.round(one))) };
  const wrong = heldOut
    .map((one) => ({ combination: nameOf(one), predicted: predict(fit, one.choices), counted: one.value }))
    .filter(({ predicted, counted }) => predicted !== counted);
  return {
    unit,
    amounts: amountsOf(fit, []),
    fittedOn: fitted.length,
    heldOut: heldOut.length,
    exact: heldOut.length - wrong.length,
    wrong,
  };
}

/** What a model says that a combination costs. */
export function estimate(
  { amounts }: Pick<TimeModel | CountModel, 'amounts'>,
  choices: ReadonlySet<string>,
): number {
  return predict(
    { terms: amounts.map((one) => one.choices), amounts: amounts.map(({ value }) => value) },
    choices,
  );
}

function isEnough(fitted: readonly Observation[], heldOut: readonly Observation[]): boolean {
  const choices = new Set(fitted.flatMap((one) => [...one.choices]));
  return heldOut.length > 0 && fitted.length >= (choices.size + 1) * OBSERVATIONS_PER_TERM;
}

/** The extended Bayesian information criterion, up to a constant. */
function criterion(squares: number, observations: number, parameters: number, candidates: number): number {
  return (
    observations * Math.log(Math.max(squares, Number.MIN_VALUE) / observations) +
    parameters * (Math.log(observations) + 2 * Math.log(Math.max(1, candidates)))
  );
}

/** A block that lacks more of the combinations than this is left out of the intervals. */
const BLOCK_SHARE_MIN = 0.9;

/** The same terms fitted to each block alone. */
function blockFits(fitted: readonly TimedObservation[], terms: readonly Term[]): readonly Fit[] {
  const blocks = [...new Set(fitted.flatMap(({ byBlock }) => [...byBlock.keys()]))];
  return blocks.flatMap((block) => {
    const own = fitted.flatMap(({ choices, byBlock }) => {
      const value = byBlock.get(block);
      return value === undefined ? [] : [{ choices, value }];
    });
    return own.length < fitted.length * BLOCK_SHARE_MIN ? [] : [fitTerms(own, terms, (value) => 1 / value)];
  });
}

/** Each amount as the median of its blocks, as the time of a cell is. */
function medianFit(terms: readonly Term[], fits: readonly Fit[]): Fit {
  const amounts = terms.map((_, i) => {
    const values = fits.flatMap(({ amounts: own }) => own[i] ?? []);
    return values.length === 0 ? null : median(values);
  });
  return { terms, amounts };
}

function amountsOf(fit: Fit, byBlock: readonly Fit[]): readonly Amount[] {
  return fit.terms.map((choices, i) => {
    const value = fit.amounts[i] ?? null;
    const values = byBlock.flatMap(({ amounts }) => amounts[i] ?? []);
    return { choices, value, interval: value === null || values.length === 0 ? null : orderInterval(values) };
  });
}

function nameOf({ choices }: Observation): string {
  return [...choices].sort().join(',');
}
