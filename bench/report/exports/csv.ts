/** Comma-separated values, RFC 4180: one line for each cell, with a head. */
import { environmentOf, shardOf } from '../../document/origin.js';
import type { StoredRun } from '../../document/read.js';
import { csvField } from '../markup.js';
import { type ExportRow, exportRows } from './rows.js';

type Value = string | number | null | undefined;

/** Columns in their order; new ones come last, so that files of several versions can be joined. */
const COLUMNS: readonly (readonly [
  name: string,
  value: (row: ExportRow, run: StoredRun['document']) => Value,
])[] = [
  ['run', (_, run) => run.id],
  ['started_at', (_, run) => run.startedAt],
  ['target', ({ target }) => target.id],
  ['version', ({ target }) => target.facts?.version],
  ['scenario', ({ scenario }) => scenario.name],
  ['scenario_version', ({ scenario }) => scenario.version],
  ['median_ns', ({ summary }) => summary.medianNs],
  ['low_ns', ({ summary }) => summary.interval?.lowNs],
  ['high_ns', ({ summary }) => summary.interval?.highNs],
  ['confidence', ({ summary }) => summary.interval?.confidence],
  ['rounds', ({ summary }) => summary.rounds],
  ['blocks', ({ summary }) => summary.blocks],
  ['baseline', (_, run) => run.plan.baseline],
  ['ratio', ({ cell }) => cell.ratioToBaseline?.ratio],
  ['ratio_low', ({ cell }) => cell.ratioToBaseline?.interval?.low],
  ['ratio_high', ({ cell }) => cell.ratioToBaseline?.interval?.high],
  ['verdict', ({ cell }) => cell.ratioToBaseline?.verdict],
  ['dup_to_new', ({ cell }) => cell.dupToNew?.ratio],
  ['dup_to_new_configure', ({ cell }) => cell.dupToNewConfigure?.ratio],
  ['allocations', ({ memory }) => memory?.allocations],
  ['requested_bytes', ({ memory }) => memory?.requestedBytes],
  ['retained_bytes', ({ memory }) => memory?.retainedBytes],
  ['dup_to_new_inherit', ({ cell }) => cell.dupToNewInherit?.ratio],
  ['shard', ({ scenario }, run) => shardOf(run, scenario.name)?.shard],
  ['cpu', ({ scenario }, run) => environmentOf(run, scenario.name).cpuModel],
  ['kernel', ({ scenario }, run) => environmentOf(run, scenario.name).kernel],
];

export function toCsv(runs: readonly StoredRun[]): string {
  const lines = [COLUMNS.map(([name]) => name)];
  for (const run of runs) {
    for (const row of exportRows(run))
      lines.push(COLUMNS.map(([, value]) => csvField(value(row, run.document))));
  }
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}
