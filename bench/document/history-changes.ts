/** The releases of a history at which a figure changed: levels of times by statistics, exact figures by comparison. */
import type {
  ChangePlace,
  CompactSite,
  HistoryChange,
  HistoryStep,
  LineChange,
  MemoryChange,
  StepCell,
  StepMemory,
  TimeChange,
} from '../core/history.js';
import type { MemorySite } from '../core/sample.js';
import { segmentsOf } from '../stats/change-points.js';
import { compareSites } from '../stats/sites.js';

/**
 * What two binaries of the same source may differ by: where the linker puts the code moves operations of a few nanoseconds by as
 * much. As a share; used where a series is too short to show its own.
 */
export const LAYOUT_NOISE = 0.02;

/** A step with its cell of one scenario. */
interface Placed {
  readonly step: HistoryStep;
  readonly cell: StepCell;
}

/** All changes, in the order of series, scenarios and releases. The steps of a series must be in their order. */
export function historyChanges(
  steps: readonly HistoryStep[],
  scenarios: readonly string[],
): readonly HistoryChange[] {
  const series = [...new Set(steps.map((step) => step.series))];
  return series.flatMap((name) =>
    scenarios.flatMap((scenario) => {
      const placed = steps
        .filter((step) => step.series === name)
        .flatMap((step): Placed[] => {
          const cell = step.cells.find((one) => one.scenario === scenario);
          return cell === undefined ? [] : [{ step, cell }];
        });
      return [...timeChanges(scenario, placed), ...memoryChanges(scenario, placed)];
    }),
  );
}

/** Steps that could not be timed are left out: the change is then between those on both sides of them. */
function timeChanges(scenario: string, placed: readonly Placed[]): TimeChange[] {
  const timed = placed.flatMap(({ step, cell }) => (cell.time === null ? [] : [{ step, time: cell.time }]));
  if (timed.length === 0) return [];
  const segments = segmentsOf(
    timed.map(({ time }) => ({ value: Math.log(time.ratio), standardError: time.standardError })),
    LAYOUT_NOISE,
  );
  return segments.slice(1).flatMap((segment, i) => {
    const former = segments[i];
    const [before, after] = [timed[segment.from - 1], timed[segment.from]];
    if (former === undefined || before === undefined || after === undefined) return [];
    const [from, to] = [Math.exp(former.level), Math.exp(segment.level)];
    return { kind: 'time', ...placeOf(scenario, before.step, after.step), from, to, ratio: to / from };
  });
}

function memoryChanges(scenario: string, placed: readonly Placed[]): MemoryChange[] {
  const counted = placed.flatMap(({ step, cell }) =>
    cell.memory === null ? [] : [{ step, memory: cell.memory }],
  );
  return counted.slice(1).flatMap((after, i) => {
    const before = counted[i];
    if (before === undefined || !differ(before.memory, after.memory)) return [];
    const pair = (figure: 'allocations' | 'requestedBytes' | 'retainedBytes') =>
      [before.memory[figure], after.memory[figure]] as const;
    return {
      kind: 'memory',
      ...placeOf(scenario, before.step, after.step),
      allocations: pair('allocations'),
      requestedBytes: pair('requestedBytes'),
      retainedBytes: pair('retainedBytes'),
      lines: lineChanges(before.memory, after.memory),
    };
  });
}

/** Whether any exact figure differs. */
export function differ(a: StepMemory, b: StepMemory): boolean {
  return (
    a.allocations !== b.allocations ||
    a.requestedBytes !== b.requestedBytes ||
    a.retainedBytes !== b.retainedBytes
  );
}

/** The lines that allocate otherwise, the largest change in bytes first. */
export function lineChanges(before: StepMemory, after: StepMemory): LineChange[] {
  return compareSites(before.sites.map(siteOf), after.sites.map(siteOf)).map((change) => ({
    file: change.file,
    before: change.before?.line ?? null,
    after: change.after?.line ?? null,
    allocations: change.allocations,
    requestedBytes: change.requestedBytes,
    retainedBytes: change.retainedBytes,
  }));
}

function placeOf(scenario: string, before: HistoryStep, after: HistoryStep): ChangePlace {
  return {
    series: after.series,
    scenario,
    before: before.target,
    after: after.target,
    opensslBefore: before.openssl,
    opensslAfter: after.openssl,
    compilerChanged: before.compiler !== after.compiler,
  };
}

export function compactSite(site: MemorySite): CompactSite {
  return [
    site.file,
    site.line,
    site.allocations,
    site.requestedBytes,
    site.retainedAllocations,
    site.retainedBytes,
  ];
}

function siteOf([file, line, allocations, requestedBytes, retainedAllocations, retainedBytes]: CompactSite) {
  return { file, line, allocations, requestedBytes, retainedAllocations, retainedBytes };
}
