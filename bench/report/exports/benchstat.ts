/**
 * The Go benchmark format, which benchstat reads (golang.org/design/14313-benchmark-format): configuration lines
 * `key: value`, then `BenchmarkName iterations value unit…`. One line for each block, so that benchstat's samples are
 * processes, as everywhere here. Compare with: benchstat -col target -row .fullname FILE.
 */
import { printable } from '../../core/errors.js';
import { environmentOf, seriesName, shardOf } from '../../document/origin.js';
import type { StoredRun } from '../../document/read.js';
import { blockMedians } from '../../stats/summary.js';
import { shortVersion } from '../cells.js';
import { type ExportRow, exportRows } from './rows.js';

export function toBenchstat(runs: readonly StoredRun[]): string {
  return runs.map(ofRun).join('\n');
}

function ofRun(run: StoredRun): string {
  const rows = exportRows(run);
  // Configuration holds for all lines below it: a merged run has one part for each shard, on its machine.
  const shards = new Map<number | null, ExportRow[]>();
  for (const row of rows) {
    const shard = shardOf(run.document, row.scenario.name)?.shard ?? null;
    shards.set(shard, [...(shards.get(shard) ?? []), row]);
  }
  if (shards.size === 0) shards.set(null, []);
  return [...shards].map(([shard, own]) => ofShard(run, shard, own)).join('\n');
}

function ofShard({ document, batches }: StoredRun, shard: number | null, rows: readonly ExportRow[]): string {
  const environment = environmentOf(document, rows[0]?.scenario.name ?? '');
  const lines = [
    line('run', document.id),
    ...(shard === null ? [] : [line('shard', String(shard))]),
    line('goos', process.platform === 'win32' ? 'windows' : environment.kernel.split(' ')[0]?.toLowerCase()),
    line('goarch', environment.architecture === 'x64' ? 'amd64' : environment.architecture),
    line('cpu', environment.cpuModel),
  ];
  for (const target of document.targets) {
    const own = rows.filter((row) => row.target === target);
    if (own.length === 0) continue;
    lines.push(
      '',
      line('target', target.id),
      line('openssl', target.facts === null ? 'not known' : shortVersion(target.facts.version)),
    );
    for (const { scenario, memory } of own) {
      const { medianNs, rounds } = blockMedians(
        batches.filter((batch) => batch.target === target.id && batch.scenario === scenario.name),
      );
      const exact = memory === null ? '' : `\t${memory.requestedBytes} B/op\t${memory.allocations} allocs/op`;
      for (const [block, ns] of medianNs) {
        const iterations = (rounds.get(block) ?? 1) * (scenario.iterations ?? 1);
        lines.push(`BenchmarkSSL/${word(seriesName(scenario))}\t${iterations}\t${ns} ns/op${exact}`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A configuration line; a value that could end it or begin another is made harmless. */
function line(key: string, value: string | undefined): string {
  return `${key}: ${printable(value ?? 'not known')}`;
}

/** A name must be one word. */
function word(name: string): string {
  return printable(name).replace(/\s/g, '_');
}
