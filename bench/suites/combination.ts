/**
 * What combinations of settings are made of: the settings that a target offers, what excludes what, and the key
 * that makes two lists of the same choices the same combination. Pure.
 */
import { badValue } from '../core/errors.js';
import { combinationKeyOf, formatChoice, type SettingChoice } from '../core/scenario.js';
import type { SettingDescription } from '../core/setting.js';

/** A Combination is a set of settings, each at one level, in the catalogue's order (the order of applying). */
export type Combination = readonly SettingChoice[];

/** A Factor is a setting with the levels that it may take here; being absent is always one more. */
export interface Factor {
  readonly setting: string;
  readonly levels: readonly string[];
}

/** An Offer is what one target can have, each choice tried alone. */
export interface Offer {
  readonly target: string;
  /** As formatChoice writes them. */
  readonly choices: ReadonlySet<string>;
}

/** Whether two choices of different settings cannot be together. */
export type Excludes = (a: SettingChoice, b: SettingChoice) => boolean;

/** What a handle over a stream can be given: the settings that may stand together in a combination. */
export function combinable(catalogue: readonly SettingDescription[]): readonly SettingDescription[] {
  return catalogue.filter(({ onlyOnContext, dtls }) => !onlyOnContext && !dtls);
}

/**
 * What combinations are drawn from: the everyday settings, all that are combinable, or those that a list names, at any
 * of their levels. Every triple of all of them is several times as many combinations as of the everyday ones, most of
 * them of settings that nobody puts together. Throws CouldNotRun naming --settings.
 */
export function drawnFrom(
  catalogue: readonly SettingDescription[],
  wanted = 'everyday',
): readonly SettingDescription[] {
  if (wanted === 'everyday') return catalogue.filter(({ everyday }) => everyday);
  const all = combinable(catalogue);
  if (wanted === 'all') return all;
  const ids = wanted.split(',').map((part) => part.trim());
  const strange = ids.find((id) => !all.some((setting) => setting.id === id));
  if (strange !== undefined) {
    throw badValue(
      '--settings',
      strange,
      `everyday, all, or settings to combine (accepted: ${all.map(({ id }) => id).join(', ')})`,
    );
  }
  return all.filter(({ id }) => ids.includes(id));
}

/** The factors of settings, less what `offered` lacks. */
export function factorsOf(
  settings: readonly SettingDescription[],
  offered: ReadonlySet<string> | null = null,
): readonly Factor[] {
  return settings
    .map(({ id, levels }) => ({
      setting: id,
      levels: levels.filter((level) => offered?.has(formatChoice({ setting: id, level })) ?? true),
    }))
    .filter(({ levels }) => levels.length > 0);
}

/**
 * The exclusions of a catalogue. An entry of `conflictsWith` names a setting (at any level) or SETTING=LEVEL, and
 * holds both ways.
 */
export function exclusionsOf(catalogue: readonly SettingDescription[]): Excludes {
  const named = new Set<string>();
  for (const { id, conflictsWith } of catalogue) {
    for (const other of conflictsWith) {
      named.add(`${id} ${other}`);
      named.add(`${other} ${id}`);
    }
  }
  if (named.size === 0) return () => false;
  const forms = ({ setting, level }: SettingChoice) => [setting, `${setting}=${level}`];
  return (a, b) => forms(a).some((one) => forms(b).some((other) => named.has(`${one} ${other}`)));
}

/** Whether no two choices exclude each other and no setting stands twice. */
export function isAllowed(combination: Combination, excludes: Excludes): boolean {
  return combination.every((a, i) =>
    combination.slice(i + 1).every((b) => a.setting !== b.setting && !excludes(a, b)),
  );
}

/** Without repetitions; the first of equals stays. */
export function distinct(combinations: readonly Combination[]): readonly Combination[] {
  const byKey = new Map<string, Combination>();
  for (const one of combinations) {
    const key = combinationKeyOf(one);
    if (!byKey.has(key)) byKey.set(key, one);
  }
  return [...byKey.values()];
}
