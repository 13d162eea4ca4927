/**
 * Conflicts between settings, found by trying: every pair of choices is set on one handle of each target, in the
 * catalogue's order, and each of the two is looked at. What the catalogue's entries say (`conflictsWith`) is held
 * against that, both ways.
 */
import { formatChoice, type SettingChoice, scenario } from '../core/scenario.js';
import type { SettingDescription } from '../core/setting.js';
import type { CLibrary, Target } from '../core/target.js';
import { openWorker, surveyScenarios } from '../run/survey.js';
import { combinable, exclusionsOf } from '../suites/combination.js';

export type Pair = readonly [SettingChoice, SettingChoice];

/** What one target showed. */
export interface TriedPairs {
  readonly target: string;
  /** As `pairText` writes them. */
  readonly tried: ReadonlySet<string>;
  /** By pair, why the two cannot be together. */
  readonly broken: ReadonlyMap<string, string>;
}

export interface ConflictReport {
  /** Pairs that no entry names and that break somewhere, with the targets and what was seen. */
  readonly unnamed: readonly {
    readonly pair: string;
    readonly targets: readonly string[];
    readonly reason: string;
  }[];
  /** Pairs that an entry names, that were tried, and that break nowhere. */
  readonly stale: readonly string[];
  /** Pairs that an entry names and that break somewhere. */
  readonly confirmed: number;
}

export function pairText([a, b]: Pair): string {
  return `${formatChoice(a)} ${formatChoice(b)}`;
}

/** Every pair of choices of different settings, in the catalogue's order. */
export function pairsOf(settings: readonly SettingDescription[]): readonly Pair[] {
  const choices = settings.flatMap(({ id, levels }) => levels.map((level) => ({ setting: id, level })));
  return choices.flatMap((a, i) =>
    choices
      .slice(i + 1)
      .filter((b) => b.setting !== a.setting)
      .map((b): Pair => [a, b]),
  );
}

/** Tries all pairs that the target can have at all. Those that are named come last: they may corrupt a process. */
export async function tryPairs(
  target: Target,
  cLibrary: CLibrary,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void,
): Promise<{ readonly tried: TriedPairs; readonly catalogue: readonly SettingDescription[] }> {
  const { worker } = await openWorker(target, cLibrary, WORKER);
  const catalogue = await worker.ask('describe', {});
  const excludes = exclusionsOf(catalogue);
  const settings = combinable(catalogue);
  const choices = settings.flatMap(({ id, levels }) => levels.map((level) => ({ setting: id, level })));
  const offered = new Set<string>();
  let next = 0;
  await surveyScenarios(
    worker,
    cLibrary,
    choices.map((choice) => scenario('new-configure', [choice])),
    signal,
    ({ availability }) => {
      const choice = choices[next++];
      if (availability.kind === 'available' && choice !== undefined) offered.add(formatChoice(choice));
    },
  );
  const possible = pairsOf(settings).filter((pair) =>
    pair.every((choice) => offered.has(formatChoice(choice))),
  );
  const pairs = [
    ...possible.filter(([a, b]) => !excludes(a, b)),
    ...possible.filter(([a, b]) => excludes(a, b)),
  ];
  const [tried, broken] = [new Set<string>(), new Map<string, string>()];
  const { worker: second } = await openWorker(target, cLibrary, WORKER);
  await surveyScenarios(
    second,
    cLibrary,
    pairs.map((pair) => scenario('new-configure', pair)),
    signal,
    ({ availability }) => {
      const pair = pairs[tried.size];
      if (pair === undefined) return;
      tried.add(pairText(pair));
      if (availability.kind !== 'available') broken.set(pairText(pair), availability.reason);
      onProgress(tried.size, pairs.length);
    },
  );
  return { tried: { target: target.id, tried, broken }, catalogue };
}

const WORKER = { countAllocations: false, boardFd: null } as const;

/** Holds what was tried against what the catalogue says. */
export function judgeConflicts(
  catalogue: readonly SettingDescription[],
  seen: readonly TriedPairs[],
): ConflictReport {
  const excludes = exclusionsOf(catalogue);
  const pairs = pairsOf(combinable(catalogue)).map((pair) => ({
    pair: pairText(pair),
    named: excludes(...pair),
    targets: seen.filter(({ broken }) => broken.has(pairText(pair))),
    tried: seen.some(({ tried }) => tried.has(pairText(pair))),
  }));
  return {
    unnamed: pairs
      .filter(({ named, targets }) => !named && targets.length > 0)
      .map(({ pair, targets }) => ({
        pair,
        targets: targets.map(({ target }) => target),
        reason: targets[0]?.broken.get(pair) ?? '',
      })),
    stale: pairs
      .filter(({ named, targets, tried }) => named && tried && targets.length === 0)
      .map((one) => one.pair),
    confirmed: pairs.filter(({ named, targets }) => named && targets.length > 0).length,
  };
}
