/** What a run could have seen: its smallest detectable change, and the noise floor from its A/A cells. */
import { detectable } from '../stats/family.js';
import { median } from '../stats/quantile.js';
import { twinId } from './cells.js';
import type { RunDocument } from './schema.js';

export interface Sensitivity {
  /** Smallest changes, as shares, that are found nine times in ten; null when no ratio has an interval. */
  readonly change: { readonly median: number; readonly worst: number; readonly cells: number } | null;
  /** Of the baseline against itself; null when the run has no such cells. */
  readonly floor: {
    readonly cells: number;
    /** The largest departure from 1, as a share. */
    readonly worst: number;
    /** How many were called faster or slower, which none is. */
    readonly flagged: number;
  } | null;
}

export function sensitivity(
  document: Pick<RunDocument, 'targets' | 'scenarios' | 'plan' | 'cells'>,
): Sensitivity {
  const twin = twinId(document);
  const ratios = document.cells.flatMap(({ target, ratioToBaseline }) =>
    ratioToBaseline?.interval ? [{ target, ratioToBaseline }] : [],
  );
  const real = ratios.filter(({ target }) => target !== twin);
  const changes = real.map(({ ratioToBaseline: { standardError } }) =>
    detectable(standardError ?? 0, real.length),
  );
  const own = ratios.filter(({ target }) => target === twin).map((cell) => cell.ratioToBaseline);
  return {
    change:
      changes.length === 0
        ? null
        : { median: median(changes), worst: Math.max(...changes), cells: changes.length },
    floor:
      own.length === 0
        ? null
        : {
            cells: own.length,
            worst: Math.max(...own.map(({ ratio }) => Math.abs(ratio - 1))),
            flagged: own.filter(({ verdict }) => verdict === 'faster' || verdict === 'slower').length,
          },
  };
}
