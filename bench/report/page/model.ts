/** The page's data, indexed for the views. */
import type { MemoryReading } from '../../core/sample.js';
import type { Cell, RunDocument, ScenarioRecord, TargetRecord } from '../../document/schema.js';
import type { Comparison } from '../../stats/comparison.js';
import type { BlockFigures, PageData, PageRun } from '../page-types.js';
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
  /** `contender` against `base` where the page has it: stored, or paired by the same rounds. */
  compare(base: string, contender: string, scenario: string): Comparison | null;
  /** The baseline against itself. */
  floor(scenario: string): Comparison | null;
}

/** What a view renders from. */
export interface Context {
  readonly data: PageData;
  readonly runs: readonly Run[];
  readonly run: Run;
  /** The run's scenarios that pass the search and the operation filter. */
  readonly scenarios: readonly ScenarioRecord[];
  readonly route: Route;
  choice(name: string): string | null;
  /** Changes choices of this view and draws it again. */
  choose(changes: Readonly<Record<string, string | null>>): void;
}

/** A View is one page of the dashboard. Adding one is one file and its entry in views/index.ts. */
export interface View {
  /** As in the URL. */
  readonly id: string;
  readonly title: string;
  /** A view is shown only for a run that has something for it. */
  has(run: Run, data: PageData): boolean;
  /** False for a view that shows no scenarios: search and filter are then left out. */
  readonly scenarios?: false;
  render(context: Context): Node;
}

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
    compare(base, contender, scenario) {
      if (base === document.plan.baseline) return cell(contender, scenario)?.ratioToBaseline ?? null;
      const i = scenarioIndex.get(scenario) ?? -1;
      return pairs.get(key(base, contender))?.comparisons[i] ?? null;
    },
    floor: (scenario) => (twin === null ? null : (cell(twin, scenario)?.ratioToBaseline ?? null)),
  };
}

/** `3.5.1 debian:trixie`: a target as a person knows it. */
export function targetLabel(run: Run, target: string): string {
  const version = run.source.versions[target];
  return version === undefined ? target : `${version} ${target}`;
}

/** The baseline, as said in sentences. */
export function baselineLabel(run: Run): string {
  return targetLabel(run, run.document.plan.baseline);
}
