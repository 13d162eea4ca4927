/**
 * Expectations are data: for each row of the matrix and each claim, what was observed of which range of versions. They
 * are stored in results/expectations/conformance.json, changed only by `dupmark conform --update`, and any other
 * outcome of a later run is a finding.
 */
import { z } from 'zod';
import { type AskedClaim, type ConformanceCell, rowName } from '../core/conformance.js';
import { count, list, text } from '../document/schema-parts.js';

/** A Range is a run of observed versions that all showed the same; both ends were observed. */
const range = z.strictObject({
  since: text,
  sinceNumber: count.describe('OpenSSL_version_num()'),
  until: text,
  untilNumber: count,
  seen: text.describe('a state of a setting, or `VERDICT: WORDS` of a claim'),
});
export type Range = z.infer<typeof range>;

const ranges = z.record(z.string(), list(range)).readonly();

export const expectationsSchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    settings: ranges.describe('by row: SETTING=LEVEL, with " +session" where a session was set first'),
    claims: ranges.describe('by claim'),
  })
  .readonly();
export type Expectations = z.infer<typeof expectationsSchema>;

export const NO_EXPECTATIONS: Expectations = { schemaVersion: 1, settings: {}, claims: {} };

/** One observation of one row, whichever table it belongs to. */
export interface Seen {
  readonly row: string;
  readonly target: string;
  readonly version: string;
  readonly versionNumber: number;
  readonly seen: string;
}

/** A version as its number orders it. */
export interface Version {
  readonly version: string;
  readonly versionNumber: number;
}

export interface Change {
  readonly row: string;
  readonly target: string;
  readonly version: string;
  readonly expected: string;
  readonly seen: string;
}

export function seenOfCells(
  cells: readonly ConformanceCell[],
  versions: ReadonlyMap<string, Version>,
): readonly Seen[] {
  return cells.flatMap((cell) => {
    const version = versions.get(cell.target);
    return version === undefined
      ? []
      : { row: rowName(cell), target: cell.target, ...version, seen: cell.carried };
  });
}

export function seenOfClaims(
  answers: readonly AskedClaim[],
  versions: ReadonlyMap<string, Version>,
): readonly Seen[] {
  return answers.flatMap(({ target, claim, verdict, seen }) => {
    const version = versions.get(target);
    return version === undefined ? [] : { row: claim, target, ...version, seen: `${verdict}: ${seen}` };
  });
}

/**
 * What is expected of a version: what its range says; of a version between two ranges or after the last, what the one
 * before it says; before the first, what the first says. Null when nothing is known of the row.
 */
export function expectedOf(known: readonly Range[] | undefined, versionNumber: number): string | null {
  if (known === undefined || known.length === 0) return null;
  const before = known.filter(({ sinceNumber }) => sinceNumber <= versionNumber).at(-1);
  return (before ?? known[0])?.seen ?? null;
}

/** Every observation that differs from what is expected. Rows of which nothing is known are no change. */
export function changes(seen: readonly Seen[], known: Expectations['settings']): readonly Change[] {
  return seen.flatMap(({ row, target, version, versionNumber, seen: now }) => {
    const expected = expectedOf(known[row], versionNumber);
    return expected === null || expected === now ? [] : { row, target, version, expected, seen: now };
  });
}

/** Adds observations to ranges: each version's newest observation counts; equal neighbours become one range. */
export function addTo(known: Expectations['settings'], seen: readonly Seen[]): Expectations['settings'] {
  const updated: Record<string, readonly Range[]> = { ...known };
  for (const row of new Set(seen.map((one) => one.row))) {
    const points = new Map<number, { version: string; seen: string }>();
    for (const one of known[row] ?? []) {
      points.set(one.sinceNumber, { version: one.since, seen: one.seen });
      points.set(one.untilNumber, { version: one.until, seen: one.seen });
    }
    for (const one of seen) {
      if (one.row === row) points.set(one.versionNumber, { version: one.version, seen: one.seen });
    }
    updated[row] = compressed(points);
  }
  return updated;
}

function compressed(
  points: ReadonlyMap<number, { readonly version: string; readonly seen: string }>,
): readonly Range[] {
  const all: Range[] = [];
  for (const [versionNumber, { version, seen }] of [...points].sort(([a], [b]) => a - b)) {
    const last = all.at(-1);
    if (last?.seen === seen) all[all.length - 1] = { ...last, until: version, untilNumber: versionNumber };
    else
      all.push({
        since: version,
        sinceNumber: versionNumber,
        until: version,
        untilNumber: versionNumber,
        seen,
      });
  }
  return all;
}
