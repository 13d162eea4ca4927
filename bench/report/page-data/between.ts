/** Pairs of stored runs for the page, judged by the same functions as `dupmark compare`. */

import type { Quantity } from '../../document/compared.js';
import { compareRuns } from '../../document/compared-runs.js';
import type { StoredRun } from '../../document/read.js';
import type { PageBetween } from './types.js';

/** Beyond so many cells of pairs the page would become large and slow. */
const CELLS_MAX = 6000;

/** Each run against the one before it first, then what is farther apart, as far as there is room. */
export function pageBetween(runs: readonly StoredRun[]): readonly PageBetween[] {
  const found: PageBetween[] = [];
  let cells = 0;
  for (let apart = 1; apart < runs.length; apart++) {
    for (let i = 0; i + apart < runs.length; i++) {
      const [contender, base] = [runs[i], runs[i + apart]];
      if (base === undefined || contender === undefined) continue;
      cells += contender.document.scenarios.length * contender.document.targets.length;
      if (cells > CELLS_MAX) return found;
      found.push(between(base, contender));
    }
  }
  return found;
}

function between(base: StoredRun, contender: StoredRun): PageBetween {
  const { cells, identical, timeRefused, notes } = compareRuns(base, contender);
  return {
    base: base.document.id,
    contender: contender.document.id,
    identical,
    timeRefused,
    notes,
    cells: cells.flatMap(({ scenario, target, time, allocations, retainedBytes }) =>
      target === null
        ? []
        : {
            ...{ scenario, target, allocations: pair(allocations), retainedBytes: pair(retainedBytes) },
            time: time.kind === 'compared' ? time.comparison : time.reason,
          },
    ),
  };
}

function pair(quantity: Quantity): readonly [number, number] | null {
  return quantity.kind === 'exact' ? [quantity.before, quantity.after] : null;
}
