/**
 * Advice for one set of settings: whether SSL_dup of a template that has them pays, target by target, and which of
 * them it loses. Pure: from the document of a run that measured the set's scenarios.
 */
import type { Availability, MemoryReading } from '../core/sample.js';
import { formatChoice, type Scenario, type SettingChoice, scenario, scenarioName } from '../core/scenario.js';
import type { RunDocument } from '../document/schema.js';
import type { Comparison } from '../stats/comparison.js';
import type { Summary } from '../stats/summary.js';

/** What to do, as far as time goes. */
export type Choice =
  /** SSL_dup of a template. */
  | 'dup'
  /** SSL_new, then the setters. */
  | 'setters'
  /** Neither is distinguished from the other. */
  | 'either'
  /** Too few blocks for an answer. */
  | 'undecided';

export type TargetAdvice =
  | {
      readonly kind: 'advised';
      readonly target: string;
      readonly version: string;
      readonly choice: Choice;
      /** dup / new-configure in time. */
      readonly ratio: Comparison;
      readonly configure: Summary;
      readonly dup: Summary;
      /** SSL_new from a bare context, without the settings: for scale; null where it has no time. */
      readonly bareNew: Summary | null;
      /** Settings that a duplicate lacks, each with what was seen instead. */
      readonly lost: readonly string[];
      readonly configureMemory: MemoryReading | null;
      readonly dupMemory: MemoryReading | null;
    }
  | {
      readonly kind: 'not-available';
      readonly target: string;
      readonly version: string;
      readonly reason: string;
    };

export interface Advice {
  /** The run that it comes from. */
  readonly run: string;
  readonly settings: readonly string[];
  readonly targets: readonly TargetAdvice[];
  /** Each setting that SSL_dup loses somewhere, with where. */
  readonly lost: readonly { readonly setting: string; readonly targets: readonly string[] }[];
}

/** What must be measured for advice about a set of settings. */
export function adviceScenarios(settings: readonly SettingChoice[]): readonly Scenario[] {
  return [scenario('new'), scenario('new-configure', settings), scenario('dup', settings)];
}

export function adviceOf(document: RunDocument, settings: readonly SettingChoice[]): Advice {
  const [bare, configure, dup] = adviceScenarios(settings).map(scenarioName);
  const own = document.targets.filter(({ twinOf }) => twinOf === null);
  const targets = own.map(({ id: target, facts, refused }): TargetAdvice => {
    const version = facts?.version ?? 'unknown version';
    const cellOf = (name: string | undefined) =>
      document.cells.find((one) => one.target === target && one.scenario === name);
    const memoryOf = (name: string | undefined) =>
      document.memory.find((one) => one.target === target && one.scenario === name)?.reading ?? null;
    const ratio = cellOf(dup)?.dupToNewConfigure ?? null;
    const [left, right] = [cellOf(configure)?.summary ?? null, cellOf(dup)?.summary ?? null];
    if (refused !== null || ratio === null || left === null || right === null) {
      const reason = refused ?? whyNot(document, target, [configure, dup]);
      return { kind: 'not-available', target, version, reason };
    }
    return {
      kind: 'advised',
      target,
      version,
      choice: choiceOf(ratio),
      ratio,
      configure: left,
      dup: right,
      bareNew: cellOf(bare)?.summary ?? null,
      lost: document.lost.find((one) => one.target === target && one.scenario === dup)?.settings ?? [],
      configureMemory: memoryOf(configure),
      dupMemory: memoryOf(dup),
    };
  });
  return { run: document.id, settings: settings.map(formatChoice), targets, lost: lostOf(settings, targets) };
}

function choiceOf({ interval }: Comparison): Choice {
  if (interval === null) return 'undecided';
  if (interval.high < 1) return 'dup';
  return interval.low > 1 ? 'setters' : 'either';
}

function whyNot(document: RunDocument, target: string, names: readonly (string | undefined)[]): string {
  const found = document.availability
    .filter((one) => one.target === target && names.includes(one.scenario))
    .map(({ availability }) => availability)
    .find((one): one is Exclude<Availability, { kind: 'available' }> => one.kind !== 'available');
  const event = document.events.findLast((one) => one.target === target);
  return found?.reason ?? event?.message ?? 'the run ended before it was measured';
}

function lostOf(settings: readonly SettingChoice[], targets: readonly TargetAdvice[]): Advice['lost'] {
  return settings.flatMap(({ setting }) => {
    const where = targets.flatMap((one) =>
      one.kind === 'advised' && one.lost.some((text) => text.startsWith(`${setting}:`)) ? one.target : [],
    );
    return where.length === 0 ? [] : { setting, targets: where };
  });
}
