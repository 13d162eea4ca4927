/**
 * From which settings on SSL_dup of a template beats another way to a handle that has them: SSL_new and the setters, or
 * SSL_new from a context that has them. Pure.
 *
 * Two views of the same combinations: what the models say of each setting (how much of dup's extra cost it makes up
 * for), and what was measured of each combination (block by block, as both ways ran in the same processes).
 */
import type { Amount, TimedObservation, TimeModel } from './influence.js';
import { orderInterval } from './interval.js';
import { median } from './quantile.js';

/** What a setting saves per handle when dup carries it instead of the other way having it; below 0 it costs. */
export interface Saving {
  readonly choice: string;
  readonly ns: number;
  readonly interval: Amount['interval'];
}

/** How many combinations of so many settings dup won, lost, or did neither with confidence. */
export interface Tally {
  readonly settings: number;
  readonly faster: number;
  readonly slower: number;
  readonly undecided: number;
}

export interface BreakEven {
  /** What a bare dup costs beyond a bare SSL_new, by the models. */
  readonly extraNs: number;
  /** Largest saving first. */
  readonly savings: readonly Saving[];
  /** Settings that alone save more than a bare dup costs extra. */
  readonly alone: readonly string[];
  /** How many of the most saving settings, at one level each, it takes together; null when all are not enough. */
  readonly fewest: number | null;
  /** Settings that are dearer with dup than the other way, by the whole of their interval. */
  readonly dearer: readonly string[];
  /** Measured, by number of settings. */
  readonly tallies: readonly Tally[];
}

/** One way to handles with settings: what was measured of it, and its model (null where there is none). */
export interface Way {
  readonly timed: readonly TimedObservation[];
  readonly model: TimeModel | null;
}

/** Null without both models. */
export function breakEven(other: Way, dup: Way): BreakEven | null {
  if (other.model === null || dup.model === null) return null;
  const savings = savingsOf(other.model.amounts, dup.model.amounts);
  const extraNs = baseOf(dup.model.amounts) - baseOf(other.model.amounts);
  return {
    extraNs,
    savings,
    alone: savings.filter(({ ns }) => ns > extraNs).map(({ choice }) => choice),
    fewest: fewestOf(savings, extraNs),
    dearer: savings
      .filter(({ interval }) => interval !== null && interval.high < 0)
      .map(({ choice }) => choice),
    tallies: talliesOf(other.timed, dup.timed),
  };
}

function baseOf(amounts: readonly Amount[]): number {
  return amounts.find(({ choices }) => choices.length === 0)?.value ?? 0;
}

function savingsOf(other: readonly Amount[], dup: readonly Amount[]): readonly Saving[] {
  const carried = new Map(dup.map((amount) => [amount.choices.join(','), amount]));
  return other
    .flatMap(({ choices, value, interval }): Saving[] => {
      const [choice] = choices;
      const own = choice === undefined ? undefined : carried.get(choice);
      if (choices.length !== 1 || choice === undefined || value === null || own?.value == null) return [];
      return [{ choice, ns: value - own.value, interval: differenceOf(interval, own.interval) }];
    })
    .sort((a, b) => b.ns - a.ns);
}

/** The interval of a difference is at most as wide as both together (at least the lower confidence of the two, by Bonferroni). */
function differenceOf(a: Amount['interval'], b: Amount['interval']): Amount['interval'] {
  if (a === null || b === null) return null;
  return {
    low: a.low - b.high,
    high: a.high - b.low,
    confidence: Math.max(0, a.confidence + b.confidence - 1),
  };
}

/** Levels of one setting exclude each other: the most saving one of each counts. */
function fewestOf(savings: readonly Saving[], extraNs: number): number | null {
  const settings = new Set<string>();
  let left = extraNs;
  for (const { choice, ns } of savings) {
    if (left < 0) return settings.size;
    const setting = choice.split('=')[0] ?? choice;
    if (ns <= 0 || settings.has(setting)) continue;
    settings.add(setting);
    left -= ns;
  }
  return left < 0 ? settings.size : null;
}

function talliesOf(others: readonly TimedObservation[], dup: readonly TimedObservation[]): readonly Tally[] {
  const counterparts = new Map(others.map((one) => [keyOf(one), one]));
  const tallies = new Map<number, { faster: number; slower: number; undecided: number }>();
  for (const one of dup) {
    const other = counterparts.get(keyOf(one));
    if (other === undefined) continue;
    const size = one.choices.size;
    const tally = tallies.get(size) ?? { faster: 0, slower: 0, undecided: 0 };
    tally[verdict(one, other)]++;
    tallies.set(size, tally);
  }
  return [...tallies].sort(([a], [b]) => a - b).map(([settings, tally]) => ({ settings, ...tally }));
}

function verdict(dup: TimedObservation, counterpart: TimedObservation): 'faster' | 'slower' | 'undecided' {
  const ratios = [...dup.byBlock].flatMap(([block, ns]) => {
    const other = counterpart.byBlock.get(block);
    return other === undefined ? [] : [Math.log(ns / other)];
  });
  const interval = ratios.length === 0 ? null : orderInterval(ratios);
  if (interval === null || (interval.low <= 0 && interval.high >= 0)) return 'undecided';
  return median(ratios) < 0 ? 'faster' : 'slower';
}

function keyOf({ choices }: TimedObservation): string {
  return [...choices].sort().join(',');
}
