/**
 * Bencher Metric Format (bencher.dev, JSON adapter): benchmark → measure → value with optional lower and upper value. `latency` is
 * Bencher's own measure, in nanoseconds; the others are made when it first sees them.
 */
import { CouldNotRun, printable } from '../../core/errors.js';
import type { StoredRun } from '../../document/read.js';
import { assertOneMachine, cellName, exportRows } from './rows.js';

/** The longest name that Bencher takes. */
const NAME_MAX = 1024;

interface Metric {
  readonly value: number;
  readonly lower_value?: number;
  readonly upper_value?: number;
}

export function toBencher(run: StoredRun): string {
  assertOneMachine(run, 'Bencher');
  const entries = exportRows(run).map((row): [string, Record<string, Metric>] => {
    const name = cellName(row);
    if (name.length > NAME_MAX) {
      throw new CouldNotRun(
        `Bencher takes names of at most ${NAME_MAX} characters, not '${printable(name.slice(0, 60))}…'`,
      );
    }
    const { medianNs, interval } = row.summary;
    const range = interval === null ? {} : { lower_value: interval.lowNs, upper_value: interval.highNs };
    const memory = row.memory && {
      allocations: { value: row.memory.allocations },
      'requested-bytes': { value: row.memory.requestedBytes },
      'retained-bytes': { value: row.memory.retainedBytes },
    };
    return [name, { latency: { value: medianNs, ...range }, ...memory }];
  });
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
