/** What SSL_dup carries, for the page: from a conformance document, or from the stored expectations alone. */
import { type Expectations, expectedOf } from '../../conform/expectations.js';
import {
  CARRIED_NAMES,
  type Carried,
  type ConformanceCell,
  rowName,
  VERDICTS_OF_CLAIMS,
} from '../../core/conformance.js';
import type { ConformanceDocument } from '../../document/conformance-schema.js';
import { shortVersion } from '../cells.js';
import type { ConformanceRow, OutcomeLooks, PageConformance } from './types.js';

/** The id of the matrix that is made of the expectations. */
export const EXPECTED = 'expectations';

export function pageConformance(document: ConformanceDocument): PageConformance {
  const targets = document.targets
    .flatMap(({ id, facts }) => (facts === null ? [] : { id, facts }))
    .sort((a, b) => a.facts.versionNumber - b.facts.versionNumber);
  const cells = new Map(document.cells.map((cell) => [`${cell.target}\n${rowName(cell)}`, cell]));
  const outcome = (target: string, setting: string, level: string, withSession: boolean) =>
    looksOf(cells.get(`${target}\n${rowName({ setting, level, withSession })}`));
  return {
    id: document.id,
    startedAt: document.startedAt,
    interrupted: document.interrupted,
    targets: targets.map(({ id, facts }) => ({ id, version: shortVersion(facts.version) })),
    refused: document.targets.flatMap(({ id, refused }) => (refused === null ? [] : { id, reason: refused })),
    rows: document.settings.flatMap(({ id, bullet, call, documented, levels }) =>
      levels.map(
        (level): ConformanceRow => ({
          name: rowName({ setting: id, level, withSession: false }),
          setting: id,
          level,
          about: { bullet, call, documented },
          cells: targets.map((target) => ({
            plain: outcome(target.id, id, level, false),
            withSession: outcome(target.id, id, level, true),
          })),
        }),
      ),
    ),
    claims: document.claims.map(({ id, sentence, question }) => ({
      ...{ id, sentence, question },
      answers: document.answers
        .filter(({ claim }) => claim === id)
        .map(({ target, verdict, seen }) => ({ target, verdict, seen })),
    })),
    surprises: document.surprises,
    changes: document.changes,
  };
}

const LOOKS = [
  ['original', 'a handle that has it'],
  ['sibling', 'a handle without it'],
  ['inherited', 'a handle of an SSL_CTX that has it'],
  ['duplicate', 'the duplicate'],
  ['originalAfter', 'the original after SSL_dup'],
  ['originalAfterChange', 'the original after its duplicate was changed'],
] as const;

function looksOf(cell: ConformanceCell | undefined): OutcomeLooks | null {
  if (cell === undefined) return null;
  const looks = LOOKS.flatMap(([field, at]) => (cell[field] === '' ? [] : [[at, cell[field]] as const]));
  return { carried: cell.carried, detail: cell.detail, looks };
}

/** A column for each version at an end of a range; null when nothing is expected. */
export function pageExpectations(expectations: Expectations): PageConformance | null {
  const versions = new Map<number, string>();
  for (const ranges of [...Object.values(expectations.settings), ...Object.values(expectations.claims)]) {
    for (const { since, sinceNumber, until, untilNumber } of ranges) {
      versions.set(sinceNumber, since).set(untilNumber, until);
    }
  }
  const columns = [...versions].sort(([a], [b]) => a - b);
  if (columns.length === 0) return null;
  const looks = (row: string, version: number): OutcomeLooks | null => {
    const expected = expectedOf(expectations.settings[row], version);
    const carried = CARRIED_NAMES.find((name): name is Carried => name === expected);
    return carried === undefined ? null : { carried, detail: '', looks: [] };
  };
  return {
    ...{ id: EXPECTED, startedAt: null, interrupted: false, refused: [], surprises: [], changes: null },
    targets: columns.map(([, version]) => ({ id: version, version })),
    rows: Object.keys(expectations.settings)
      .filter((row) => !row.endsWith(' +session'))
      .map((row) => {
        const [setting = row, level = 'default'] = row.split('=');
        return {
          ...{ name: row, setting, level, about: null },
          cells: columns.map(([number]) => ({
            plain: looks(row, number),
            withSession: looks(`${row} +session`, number),
          })),
        };
      }),
    claims: Object.entries(expectations.claims).map(([id, ranges]) => ({
      ...{ id, sentence: '', question: '' },
      answers: columns.flatMap(([number, target]) => {
        const expected = expectedOf(ranges, number) ?? '';
        const verdict = VERDICTS_OF_CLAIMS.find((one) => expected.startsWith(`${one}: `));
        return verdict === undefined ? [] : { target, verdict, seen: expected.slice(verdict.length + 2) };
      }),
    })),
  };
}
