/**
 * Two targets side by side, from one run or from two stored ones: time with its verdict, and the exact quantities with
 * the lines and functions that changed them. Pure: `dupmark compare` prints it, in any of its formats.
 */
import type { FunctionInstructions, InstructionReading, MemoryReading } from '../core/sample.js';
import { type Comparison, compare } from '../stats/comparison.js';
import { judgeFamily } from '../stats/family.js';
import { compareSites, type SiteChange } from '../stats/sites.js';
import { twinId } from './cells.js';
import type { StoredRun } from './read.js';
import type { RunDocument, TargetRecord } from './schema.js';
import { type Sensitivity, sensitivity } from './sensitivity.js';

/** A number on both sides, or why there is none. */
export type Quantity =
  | { readonly kind: 'exact'; readonly before: number; readonly after: number }
  | { readonly kind: 'not-available'; readonly reason: string };

export type TimeCell =
  | { readonly kind: 'compared'; readonly comparison: Comparison }
  | { readonly kind: 'not-available'; readonly reason: string };

/** One function's instructions per iteration, with what it called. */
export interface FunctionChange {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** One scenario (of one target, where two runs are compared). */
export interface ComparedCell {
  readonly scenario: string;
  readonly target: string | null;
  readonly time: TimeCell;
  readonly instructions: Quantity;
  readonly allocations: Quantity;
  readonly requestedBytes: Quantity;
  readonly retainedBytes: Quantity;
  /** Lines of OpenSSL's source that allocate otherwise, the largest change first. */
  readonly sites: readonly SiteChange[];
  /** Functions whose instructions changed, the largest change first. */
  readonly functions: readonly FunctionChange[];
}

export interface ComparedSide {
  readonly run: string | null;
  readonly target: string;
  readonly version: string;
  readonly package: string | null;
}

export interface Compared {
  readonly kind: 'one-run' | 'two-runs';
  readonly base: readonly ComparedSide[];
  readonly contender: readonly ComparedSide[];
  /** Targets whose library files are the same on both sides. */
  readonly identical: readonly string[];
  /** Why no times are compared, one reason each; empty when they are. */
  readonly timeRefused: readonly string[];
  readonly cells: readonly ComparedCell[];
  /** Of the time ratios, over identical sets only. */
  readonly geometricMean:
    | { readonly kind: 'given'; readonly ratio: number; readonly cells: number }
    | { readonly kind: 'not-given'; readonly reason: string };
  /** What the run could have seen; null for two runs. */
  readonly sensitivity: Sensitivity | null;
  readonly notes: readonly string[];
}

/** Compares two targets of one run. Throws RangeError when the run has not both. */
export function compareTargets(run: StoredRun, baseId: string, contenderId: string): Compared {
  const { document, batches } = run;
  const [base, contender] = [targetOf(document, baseId), targetOf(document, contenderId)];
  const twin = twinId(document);
  const of = (target: string, scenario: string) =>
    batches.filter((batch) => batch.target === target && batch.scenario === scenario);
  const { looks } = document.plan;
  const names = document.scenarios.map(({ name }) => name);
  const floors = names.map((name) => {
    const own = twin === null ? null : compare(of(document.plan.baseline, name), of(twin, name), looks);
    return own !== null && own.pValue <= own.level ? Math.abs(Math.log(own.ratio)) : 0;
  });
  const judged = judgeFamily(
    names.map((name) => compare(of(baseId, name), of(contenderId, name), looks)),
    floors,
  );
  const cells = names.map((name, i): ComparedCell => {
    const comparison = judged[i] ?? null;
    return {
      scenario: name,
      target: null,
      time:
        comparison === null
          ? { kind: 'not-available', reason: whyNoTime(document, name, [baseId, contenderId]) }
          : { kind: 'compared', comparison },
      ...exactQuantities(document, baseId, document, contenderId, name),
    };
  });
  return {
    kind: 'one-run',
    base: [sideOf(document, base)],
    contender: [sideOf(document, contender)],
    identical: sameFiles(base, contender) ? [contenderId] : [],
    timeRefused: [],
    cells: bySize(cells),
    geometricMean: geometricMean(cells, []),
    sensitivity: sensitivity(document),
    notes: [],
  };
}

export function targetOf(document: RunDocument, id: string): TargetRecord {
  const target = document.targets.find((one) => one.id === id);
  if (target === undefined) throw new RangeError(`run ${document.id} has no target ${id}`);
  return target;
}

export function sideOf(document: RunDocument, target: TargetRecord): ComparedSide {
  return {
    run: document.id,
    target: target.id,
    version: target.facts?.version ?? 'version not known',
    package: target.package,
  };
}

/** Whether two targets are the same OpenSSL, byte for byte. */
export function sameFiles(a: TargetRecord, b: TargetRecord): boolean {
  const files = ({ sha256 }: TargetRecord) => Object.values(sha256).sort().join(' ');
  return files(a) !== '' && files(a) === files(b);
}

function whyNoTime(document: RunDocument, scenario: string, targets: readonly string[]): string {
  for (const target of targets) {
    const found = document.availability.find((one) => one.target === target && one.scenario === scenario);
    if (found !== undefined && found.availability.kind !== 'available') {
      return `${found.availability.kind} on ${target}: ${found.availability.reason}`;
    }
  }
  return 'not measured on both';
}

/** Exact quantities of one scenario on two targets, of one run or of two. */
export function exactQuantities(
  before: RunDocument,
  baseId: string,
  after: RunDocument,
  contenderId: string,
  scenario: string,
): Pick<
  ComparedCell,
  'instructions' | 'allocations' | 'requestedBytes' | 'retainedBytes' | 'sites' | 'functions'
> {
  const [a, b] = [memoryOf(before, baseId, scenario), memoryOf(after, contenderId, scenario)];
  const [i, j] = [instructionsOf(before, baseId, scenario), instructionsOf(after, contenderId, scenario)];
  const memory = (field: 'allocations' | 'requestedBytes' | 'retainedBytes'): Quantity => {
    if (a.kind !== 'exact') return { kind: 'not-available', reason: `${baseId}: ${a.reason}` };
    if (b.kind !== 'exact') return { kind: 'not-available', reason: `${contenderId}: ${b.reason}` };
    return { kind: 'exact', before: a[field], after: b[field] };
  };
  const instructions = (): Quantity => {
    if (i.kind !== 'exact') return { kind: 'not-available', reason: `${baseId}: ${i.reason}` };
    if (j.kind !== 'exact') return { kind: 'not-available', reason: `${contenderId}: ${j.reason}` };
    return { kind: 'exact', before: i.perIteration, after: j.perIteration };
  };
  return {
    instructions: instructions(),
    allocations: memory('allocations'),
    requestedBytes: memory('requestedBytes'),
    retainedBytes: memory('retainedBytes'),
    sites: a.kind === 'exact' && b.kind === 'exact' ? compareSites(a.sites, b.sites) : [],
    functions: i.kind === 'exact' && j.kind === 'exact' ? functionChanges(i.functions, j.functions) : [],
  };
}

function memoryOf(document: RunDocument, target: string, scenario: string): MemoryReading {
  return (
    document.memory.find((one) => one.target === target && one.scenario === scenario)?.reading ?? {
      kind: 'not-available',
      reason: 'not counted in this run',
    }
  );
}

function instructionsOf(document: RunDocument, target: string, scenario: string): InstructionReading {
  return (
    document.instructions.find((one) => one.target === target && one.scenario === scenario)?.reading ?? {
      kind: 'not-available',
      reason: 'not counted in this run (--instructions)',
    }
  );
}

/** By name, as a function may move from one library to the other; only what both readings kept can be compared. */
function functionChanges(
  before: readonly FunctionInstructions[],
  after: readonly FunctionInstructions[],
): readonly FunctionChange[] {
  return after
    .flatMap(({ name, inclusive }) => {
      const own = before.find((one) => one.name === name);
      return own === undefined || own.inclusive === inclusive
        ? []
        : [{ name, before: own.inclusive, after: inclusive }];
    })
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
}

/** Sorted by significance times size: first what was distinguished, by how large and how sure it is. */
export function bySize(cells: readonly ComparedCell[]): readonly ComparedCell[] {
  return [...cells].sort((a, b) => weight(b) - weight(a));
}

function weight({ time }: ComparedCell): number {
  if (time.kind !== 'compared') return -1;
  const { ratio, standardError, verdict } = time.comparison;
  const size = Math.abs(Math.log(ratio));
  const certainty = standardError === null || standardError === 0 ? 1 : Math.min(100, size / standardError);
  return (verdict === 'faster' || verdict === 'slower' ? 1e6 : 0) + size * certainty;
}

/** Only where both sides measured the same: a mean over different sets says nothing. */
export function geometricMean(
  cells: readonly ComparedCell[],
  differences: readonly string[],
): Compared['geometricMean'] {
  if (differences.length > 0) return { kind: 'not-given', reason: differences.join('; ') };
  const missing = cells.filter(({ time }) => time.kind !== 'compared').length;
  if (missing > 0) {
    return {
      kind: 'not-given',
      reason: `${missing} of ${cells.length} scenarios have no time on both sides`,
    };
  }
  if (cells.length === 0) return { kind: 'not-given', reason: 'nothing was compared' };
  let sum = 0;
  for (const { time } of cells) sum += time.kind === 'compared' ? Math.log(time.comparison.ratio) : 0;
  return { kind: 'given', ratio: Math.exp(sum / cells.length), cells: cells.length };
}
