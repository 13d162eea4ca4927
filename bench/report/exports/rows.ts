/** What exports say of a run: one row for each cell with a time, numbers as stored. */
import { CouldNotRun } from '../../core/errors.js';
import type { MemoryReading } from '../../core/sample.js';
import { machines, seriesName } from '../../document/origin.js';
import type { StoredRun } from '../../document/read.js';
import type { Cell, ScenarioRecord, TargetRecord } from '../../document/schema.js';
import type { Summary } from '../../stats/summary.js';

export interface ExportRow {
  readonly target: TargetRecord;
  readonly scenario: ScenarioRecord;
  readonly cell: Cell;
  readonly summary: Summary;
  /** Null where it was not counted. */
  readonly memory: Extract<MemoryReading, { kind: 'exact' }> | null;
}

/** Cells that were not measured have no row. The baseline's twin is a noise floor and no result: it has none either. */
export function exportRows({ document }: StoredRun): readonly ExportRow[] {
  const targets = new Map(document.targets.map((target) => [target.id, target]));
  const scenarios = new Map(document.scenarios.map((scenario) => [scenario.name, scenario]));
  const memory = new Map(document.memory.map((one) => [`${one.target}\n${one.scenario}`, one.reading]));
  return document.cells.flatMap((cell): ExportRow[] => {
    const target = targets.get(cell.target);
    const scenario = scenarios.get(cell.scenario);
    const { summary } = cell;
    if (target === undefined || scenario === undefined || summary === null || target.twinOf !== null)
      return [];
    const reading = memory.get(`${cell.target}\n${cell.scenario}`);
    return [{ target, scenario, cell, summary, memory: reading?.kind === 'exact' ? reading : null }];
  });
}

/** `dup[session] on debian:trixie`: how other tools, which know no targets, name a cell. */
export function cellName({ scenario, target }: ExportRow): string {
  return `${seriesName(scenario)} on ${target.id}`;
}

/**
 * Throws CouldNotRun for a run of several kinds of machine, for tools that keep one series a name: the next run may
 * measure a scenario on another machine.
 */
export function assertOneMachine({ document }: StoredRun, tool: string): void {
  const kinds = machines(document).length;
  if (kinds > 1) {
    throw new CouldNotRun(
      `${tool} keeps the times of one machine as a series; run ${document.id} is merged from ${kinds} kinds of machine: export its shards`,
    );
  }
}
