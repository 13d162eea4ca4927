/**
 * Advice for one set of settings: whether SSL_dup of a template that has them pays, target by target, and which of
 * them it loses. Pure: from the document of a run that measured the set's scenarios.
 */
import type { Availability, MemoryReading } from '../core/sample.js';
import { formatChoice, type Scenario, type SettingChoice, scenario, scenarioName } from '../core/scenario.js';
import { everyWay } from '../core/ways.js';
import type { RunDocument } from '../document/schema.js';
import type { Comparison } from '../stats/comparison.js';
import type { Summary } from '../stats/summary.js';

/** What to do, as far as time goes. */
export type Choice =
  /** SSL_dup of a template. */
  | 'dup'
  /** SSL_new, then the setters. */
  | 'setters'
  /** SSL_new from an SSL_CTX that has them. */
  | 'context'
  /** Neither is distinguished from the other. */
  | 'either'
  /** Too few blocks for an answer. */
  | 'undecided';

/** SSL_dup against SSL_new from an SSL_CTX on which the settings were made once, for all its handles. */
export interface ContextAdvice {
  readonly choice: Choice;
  /** dup / new-inherit in time. */
  readonly ratio: Comparison;
  readonly inherit: Summary;
  readonly memory: MemoryReading | null;
  /** Settings that no SSL_CTX can have: each handle was given them. */
  readonly setOnHandles: readonly string[];
}

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
      /** What handles from a configured SSL_CTX cost; null where no SSL_CTX can have any of the settings. */
      readonly context: ContextAdvice | null;
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
  return [scenario('new'), ...everyWay(settings)];
}

export function adviceOf(document: RunDocument, settings: readonly SettingChoice[]): Advice {
  const [bare, configure, dup, inherit] = adviceScenarios(settings).map(scenarioName);
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
      choice: choiceOf(ratio, 'setters'),
      ratio,
      configure: left,
      dup: right,
      context: contextAdvice(
        cellOf(dup)?.dupToNewInherit ?? null,
        cellOf(inherit)?.summary ?? null,
        memoryOf(inherit),
        document.setOnHandles.find((one) => one.target === target && one.scenario === inherit)?.settings ??
          [],
      ),
      bareNew: cellOf(bare)?.summary ?? null,
      lost: document.lost.find((one) => one.target === target && one.scenario === dup)?.settings ?? [],
      configureMemory: memoryOf(configure),
      dupMemory: memoryOf(dup),
    };
  });
  return { run: document.id, settings: settings.map(formatChoice), targets, lost: lostOf(settings, targets) };
}

function choiceOf({ interval }: Comparison, other: 'setters' | 'context'): Choice {
  if (interval === null) return 'undecided';
  if (interval.high < 1) return 'dup';
  return interval.low > 1 ? other : 'either';
}

function contextAdvice(
  ratio: Comparison | null,
  inherit: Summary | null,
  memory: MemoryReading | null,
  setOnHandles: readonly string[],
): ContextAdvice | null {
  if (ratio === null || inherit === null) return null;
  return { choice: choiceOf(ratio, 'context'), ratio, inherit, memory, setOnHandles };
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
