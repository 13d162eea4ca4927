/**
 * From which settings on SSL_dup of a template beats SSL_new and the setters. Pure.
 *
 * Two views of the same combinations: what the models say of each setting (how much of dup's extra cost it makes up
 * for), and what was measured of each combination (block by block, as both ways ran in the same processes).
 */
import type { Amount, TimedObservation, TimeModel } from './influence.js';
import { orderInterval } from './interval.js';
import { median } from './quantile.js';

/** What a setting saves per handle when dup carries it instead of a setter setting it; below 0 it costs. */
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
  /** What a bare dup costs beyond a bare SSL_new with no setters, by the models. */
  readonly extraNs: number;
  /** Largest saving first. */
  readonly savings: readonly Saving[];
  /** Settings that alone save more than a bare dup costs extra. */
  readonly alone: readonly string[];
  /** How many of the most saving settings, at one level each, it takes together; null when all are not enough. */
  readonly fewest: number | null;
  /** Settings with which dup is dearer than with their setter, by the whole of their interval. */
  readonly dearer: readonly string[];
  /** Measured, against SSL_new and the setters, by number of settings. */
  readonly tallies: readonly Tally[];
  /**
   * Measured, against SSL_new from a bare context (null where that was not measured): of so many combinations dup was
   * faster in so many. A context that carries the settings was not measured: the catalogue sets them on handles.
   */
  readonly againstBareNew: { readonly combinations: number; readonly faster: number } | null;
}

/** Null without both models. `bareNs` is SSL_new from a bare context. */
export function breakEven(
  configure: readonly TimedObservation[],
  dup: readonly TimedObservation[],
  bareNs: number | null,
  models: { readonly configure: TimeModel | null; readonly dup: TimeModel | null },
): BreakEven | null {
  if (models.configure === null || models.dup === null) return null;
  const savings = savingsOf(models.configure.amounts, models.dup.amounts);
  const extraNs = baseOf(models.dup.amounts) - baseOf(models.configure.amounts);
  return {
    extraNs,
    savings,
    alone: savings.filter(({ ns }) => ns > extraNs).map(({ choice }) => choice),
    fewest: fewestOf(savings, extraNs),
    dearer: savings
      .filter(({ interval }) => interval !== null && interval.high < 0)
      .map(({ choice }) => choice),
    tallies: talliesOf(configure, dup),
    againstBareNew:
      bareNs === null
        ? null
        : { combinations: dup.length, faster: dup.filter(({ value }) => value < bareNs).length },
  };
}

function baseOf(amounts: readonly Amount[]): number {
  return amounts.find(({ choices }) => choices.length === 0)?.value ?? 0;
}

function savingsOf(configure: readonly Amount[], dup: readonly Amount[]): readonly Saving[] {
  const carried = new Map(dup.map((amount) => [amount.choices.join(','), amount]));
  return configure
    .flatMap(({ choices, value, interval }): Saving[] => {
      const [choice] = choices;
      const other = choice === undefined ? undefined : carried.get(choice);
      if (choices.length !== 1 || choice === undefined || value === null || other?.value == null) return [];
      return [{ choice, ns: value - other.value, interval: differenceOf(interval, other.interval) }];
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

function talliesOf(
  configure: readonly TimedObservation[],
  dup: readonly TimedObservation[],
): readonly Tally[] {
  const counterparts = new Map(configure.map((one) => [keyOf(one), one]));
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

function verdict(dup: TimedObservation, configure: TimedObservation): 'faster' | 'slower' | 'undecided' {
  const ratios = [...dup.byBlock].flatMap(([block, ns]) => {
    const other = configure.byBlock.get(block);
    return other === undefined ? [] : [Math.log(ns / other)];
  });
  const interval = ratios.length === 0 ? null : orderInterval(ratios);
  if (interval === null || (interval.low <= 0 && interval.high >= 0)) return 'undecided';
  return median(ratios) < 0 ? 'faster' : 'slower';
}

function keyOf({ choices }: TimedObservation): string {
  return [...choices].sort().join(',');
}
