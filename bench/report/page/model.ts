/** The page's data, indexed for the views. */
import type { MemoryReading } from '../../core/sample.js';
import type { Cell, RunDocument, ScenarioRecord, TargetRecord } from '../../document/schema.js';
import type { Comparison } from '../../stats/comparison.js';
import type { BlockFigures, PageData, PageRun } from '../page-data/types.js';
import { type Child, h } from './dom.js';
import type { Route } from './route.js';

/** A Run is one run of the page, indexed. */
export interface Run {
  readonly document: RunDocument;
  readonly source: PageRun;
  /** Measured targets, oldest OpenSSL first; the baseline's twin is not among them. */
  readonly targets: readonly TargetRecord[];
  readonly twin: string | null;
  cell(target: string, scenario: string): Cell | undefined;
  blocks(target: string, scenario: string): readonly BlockFigures[];
  memory(target: string, scenario: string): MemoryReading | undefined;
  /** Settings that the duplicate lacked. */
  lost(target: string, scenario: string): readonly string[];
  /** Why there is no time: the target lacks something, or it failed. */
  reason(target: string, scenario: string): string | null;
  /** `contender` against `base` where the page has it, or the inverse of what it has the other way round. */
  compare(base: string, contender: string, scenario: string): Comparison | null;
  /** The baseline against itself. */
  floor(scenario: string): Comparison | null;
}

/** What every view renders from. */
export interface Context {
  readonly data: PageData;
  readonly runs: readonly Run[];
  /** The chosen run, or the newest; null when the page has none. */
  readonly run: Run | null;
  /** The run's scenarios that pass the search and the operation filter. */
  readonly scenarios: readonly ScenarioRecord[];
  readonly route: Route;
  /** Whether all words of the search are in one of the texts. */
  matches(...texts: readonly string[]): boolean;
  choice(name: string): string | null;
  /** Changes choices of this view and draws it again. */
  choose(changes: Readonly<Record<string, string | null>>): void;
}

export interface RunContext extends Context {
  readonly run: Run;
}

/**
 * A View is one page of the dashboard. Adding one is one file and its entry in views/index.ts. A view is shown only
 * where there is something for it.
 */
export type View = {
  /** As in the URL. */
  readonly id: string;
  readonly title: string;
} & (
  | {
      /** Shows one run. */
      readonly of: 'run';
      /** False for a view that shows no scenarios: search and filter are then left out. */
      readonly scenarios?: false;
      has(run: Run, data: PageData): boolean;
      render(context: RunContext): Node;
    }
  | {
      /** Shows all that is stored. */
      readonly of: 'store';
      /** What its search looks through; null for a view without one. */
      readonly search: string | null;
      /** Whether it shows a run too, so that one can be chosen. */
      readonly showsRun?: true;
      /** Choices of its own, beside the search. */
      choices?(context: Context): readonly HTMLElement[];
      /** What stands above all choices. */
      intro?(context: Context): Node | null;
      has(data: PageData): boolean;
      render(context: Context): Node;
    }
);

export function indexRun(source: PageRun): Run {
  const { document } = source;
  const key = (target: string, scenario: string): string => `${target}\n${scenario}`;
  const cells = new Map(document.cells.map((cell, i) => [key(cell.target, cell.scenario), i]));
  const by = <T extends { readonly target: string; readonly scenario: string }>(list: readonly T[]) =>
    new Map(list.map((one) => [key(one.target, one.scenario), one]));
  const memory = by(document.memory);
  const lost = by(document.lost);
  const availability = by(document.availability);
  const scenarioIndex = new Map(document.scenarios.map(({ name }, i) => [name, i]));
  const pairs = new Map((source.pairs ?? []).map((pair) => [key(pair.base, pair.contender), pair]));
  const twin = document.targets.find(({ twinOf }) => twinOf === document.plan.baseline)?.id ?? null;
  const cell = (target: string, scenario: string): Cell | undefined =>
    document.cells[cells.get(key(target, scenario)) ?? -1];
  const stored = (base: string, contender: string, scenario: string): Comparison | null => {
    if (base === document.plan.baseline) return cell(contender, scenario)?.ratioToBaseline ?? null;
    const i = scenarioIndex.get(scenario) ?? -1;
    return pairs.get(key(base, contender))?.comparisons[i] ?? null;
  };
  return {
    document,
    source,
    twin,
    targets: document.targets
      .filter(({ refused, twinOf }) => refused === null && twinOf === null)
      .sort((a, b) => (a.facts?.versionNumber ?? 0) - (b.facts?.versionNumber ?? 0)),
    cell,
    blocks: (target, scenario) => source.blocks[cells.get(key(target, scenario)) ?? -1] ?? [],
    memory: (target, scenario) => memory.get(key(target, scenario))?.reading,
    lost: (target, scenario) => lost.get(key(target, scenario))?.settings ?? [],
    reason(target, scenario) {
      const found = availability.get(key(target, scenario))?.availability;
      return found === undefined || found.kind === 'available' ? null : `${found.kind}: ${found.reason}`;
    },
    compare: (base, contender, scenario) => {
      const turned = stored(contender, base, scenario);
      return stored(base, contender, scenario) ?? (turned && inverse(turned));
    },
    floor: (scenario) => (twin === null ? null : (cell(twin, scenario)?.ratioToBaseline ?? null)),
  };
}

/** The same two the other way round: ranks and pairs know no direction. */
export function inverse(comparison: Comparison): Comparison {
  const { ratio, interval, verdict } = comparison;
  return {
    ...comparison,
    ratio: 1 / ratio,
    interval: interval && { ...interval, low: 1 / interval.high, high: 1 / interval.low },
    verdict: verdict === 'faster' ? 'slower' : verdict === 'slower' ? 'faster' : verdict,
  };
}

/** `3.5.1 debian:trixie`: a target as a person knows it. */
export function targetLabel(run: Run, target: string): string {
  const version = run.source.versions[target];
  return version === undefined ? target : `${version} ${target}`;
}

/** The same for a table: the version, and below it where it comes from. */
export function targetCell(run: Run, target: string): Child {
  const version = run.source.versions[target];
  return version === undefined ? target : [h('span', {}, `${version} `), h('small', {}, target)];
}

/** The baseline, as said in sentences. */
export function baselineLabel(run: Run): string {
  return targetLabel(run, run.document.plan.baseline);
}
