/**
 * The surprise list: where what SSL_dup does is not what its page says, or not the same in every version, each with
 * the versions and one line on what a user meets.
 */
import {
  type AskedClaim,
  type Claim,
  type ConformanceCell,
  KEPT,
  LOST,
  rowName,
  SURPRISE_KIND_NAMES,
  type Surprise,
  type SurpriseKind,
} from '../core/conformance.js';
import type { SettingDescription } from '../core/setting.js';
import type { Version } from './expectations.js';

/** All surprises, by kind and then by the catalogue. */
export function surprises(
  cells: readonly ConformanceCell[],
  catalogue: readonly SettingDescription[],
  answers: readonly AskedClaim[],
  claims: readonly Claim[],
  versions: ReadonlyMap<string, Version>,
): readonly Surprise[] {
  const found: Surprise[] = [];
  const entries = new Map(catalogue.map((setting) => [setting.id, setting]));
  const rows = new Map<string, ConformanceCell[]>();
  for (const cell of cells) {
    if (!cell.withSession) rows.set(rowName(cell), [...(rows.get(rowName(cell)) ?? []), cell]);
  }
  const withSession = new Map(
    cells.filter((cell) => cell.withSession).map((cell) => [`${cell.target} ${rowName(cell)}`, cell]),
  );
  for (const [subject, row] of rows) {
    const entry = entries.get(row[0]?.setting ?? '');
    if (entry === undefined) continue;
    const add = (kind: SurpriseKind, of: readonly ConformanceCell[], consequence: string): void => {
      if (of.length > 0) found.push({ kind, subject, versions: versionsOf(of, versions), consequence });
    };
    const isDocumented = (cell: ConformanceCell): boolean =>
      entry.documented === 'carried' &&
      (versions.get(cell.target)?.versionNumber ?? 0) >= entry.documentedSince;
    const lost = row.filter((cell) => isDocumented(cell) && LOST.has(cell.carried));
    for (const state of new Set(lost.map(({ carried }) => carried))) {
      add(
        'documented, not carried',
        lost.filter(({ carried }) => carried === state),
        state === 'not carried' ? entry.ifLost : `${state}: no duplicate at all`,
      );
    }
    add(
      'carried, undocumented',
      row.filter((cell) => !isDocumented(cell) && KEPT.has(cell.carried)),
      'a duplicate has it, but no page promises it',
    );
    const told = row.filter(({ carried }) => KEPT.has(carried) || LOST.has(carried));
    const keeping = told.filter(({ carried }) => KEPT.has(carried));
    if (keeping.length > 0 && keeping.length < told.length) {
      const losing = told.filter(({ carried }) => !KEPT.has(carried));
      add('changed between versions', losing, `lost here only: ${entry.ifLost}`);
    }
    add(
      'shared once a session is set',
      row.filter((cell) => {
        const other = withSession.get(`${cell.target} ${subject} +session`);
        return cell.carried === 'own copy' && other?.carried === 'shared';
      }),
      'set it on one of the two, and both have it',
    );
  }
  for (const { id, question } of claims) {
    const wrong = answers.filter(({ claim, verdict }) => claim === id && verdict === 'does not hold');
    for (const seen of new Set(wrong.map((answer) => answer.seen))) {
      const of = wrong.filter((answer) => answer.seen === seen);
      found.push({
        kind: 'the page says otherwise',
        subject: id,
        versions: versionsOf(of, versions),
        consequence: `${question}: ${seen}`,
      });
    }
  }
  return SURPRISE_KIND_NAMES.flatMap((kind) => found.filter((surprise) => surprise.kind === kind));
}

function versionsOf(
  of: readonly { readonly target: string }[],
  versions: ReadonlyMap<string, Version>,
): readonly string[] {
  const known = of.flatMap(({ target }) => versions.get(target) ?? []);
  const byNumber = new Map(known.map(({ version, versionNumber }) => [versionNumber, version]));
  return [...byNumber].sort(([a], [b]) => a - b).map(([, version]) => version);
}
