/**
 * The Go benchmark format, which benchstat reads (golang.org/design/14313-benchmark-format): configuration lines
 * `key: value`, then `BenchmarkName iterations value unit…`. One line for each block, so that benchstat's samples are
 * processes, as everywhere here. Compare with: benchstat -col target -row .fullname FILE.
 */
import { printable } from '../../core/errors.js';
import type { StoredRun } from '../../document/read.js';
import { blockMedians } from '../../stats/summary.js';
import { shortVersion } from '../cells.js';
import { exportRows } from './rows.js';

export function toBenchstat(runs: readonly StoredRun[]): string {
  return runs.map(ofRun).join('\n');
}

function ofRun(run: StoredRun): string {
  const { environment, id } = run.document;
  const lines = [
    line('run', id),
    line('goos', process.platform === 'win32' ? 'windows' : environment.kernel.split(' ')[0]?.toLowerCase()),
    line('goarch', environment.architecture === 'x64' ? 'amd64' : environment.architecture),
    line('cpu', environment.cpuModel),
  ];
  const rows = exportRows(run);
  for (const target of run.document.targets) {
    const own = rows.filter((row) => row.target === target);
    if (own.length === 0) continue;
    lines.push(
      '',
      line('target', target.id),
      line('openssl', target.facts === null ? 'not known' : shortVersion(target.facts.version)),
    );
    for (const { scenario, memory } of own) {
      const batches = run.batches.filter(
        (batch) => batch.target === target.id && batch.scenario === scenario.name,
      );
      const { medianNs, rounds } = blockMedians(batches);
      const exact = memory === null ? '' : `\t${memory.requestedBytes} B/op\t${memory.allocations} allocs/op`;
      for (const [block, ns] of medianNs) {
        const iterations = (rounds.get(block) ?? 1) * (scenario.iterations ?? 1);
        lines.push(`BenchmarkSSL/${word(scenario.name)}\t${iterations}\t${ns} ns/op${exact}`);
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
