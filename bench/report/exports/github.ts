/**
 * The JSON that github-action-benchmark reads as `customSmallerIsBetter`: a list of name, unit, value, and optionally range and
 * extra (its README, "tool"). It keeps a series by name, so a run is exported alone.
 */
import type { StoredRun } from '../../document/read.js';
import { shortVersion } from '../cells.js';
import { assertOneMachine, cellName, exportRows } from './rows.js';

export function toGithub(run: StoredRun): string {
  assertOneMachine(run, 'github-action-benchmark');
  const entries = exportRows(run).flatMap((row) => {
    const { summary, target, memory } = row;
    const { medianNs, interval } = summary;
    const version =
      target.facts === null ? 'version not known' : `OpenSSL ${shortVersion(target.facts.version)}`;
    const reach = interval && Math.max(interval.highNs - medianNs, medianNs - interval.lowNs);
    const time = {
      name: cellName(row),
      unit: 'ns',
      value: medianNs,
      ...(reach === null ? {} : { range: `± ${reach}` }),
      extra: `${version}\nrun ${run.document.id}\n${summary.blocks} blocks, ${summary.rounds} rounds`,
    };
    if (memory === null) return [time];
    const exact = (what: string, unit: string, value: number) => ({
      name: `${cellName(row)}: ${what}`,
      unit,
      value,
      extra: version,
    });
    return [
      time,
      exact('allocations', 'allocations', memory.allocations),
      exact('retained', 'bytes', memory.retainedBytes),
    ];
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
}
