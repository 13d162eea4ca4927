/** What SSL_dup does with a setting, as the page shows it: a sign, a word, and only then a colour. */
import { CARRIED, type Carried, KEPT, LOST } from '../../core/conformance.js';
import type { ConformanceOutcome, ConformanceRow, PageConformance, PageData } from '../page-data/types.js';
import { type Child, h } from './dom.js';

const WORDS: Readonly<Record<Carried, readonly [sign: string, word: string, tone: string]>> = {
  'own copy': ['●', 'copy', 'kept'],
  shared: ['⇄', 'shared', 'shared'],
  'not carried': ['✕', 'lost', 'lost'],
  'SSL_dup fails': ['✕', 'fails', 'lost'],
  'only on the context': ['○', 'context', 'other'],
  absent: ['–', 'absent', 'other'],
  'could not observe': ['?', 'not seen', 'other'],
  crashed: ['✕', 'crash', 'lost'],
};

export function carriedWord(carried: Carried): string {
  return WORDS[carried][1];
}

/** The colour class of a state, never without its sign and word. */
export function carriedTone(carried: Carried): string {
  return WORDS[carried][2];
}

export function carriedBadge(carried: Carried): Child {
  const [sign, word, tone] = WORDS[carried];
  return h(
    'span',
    { class: `carried ${tone}`, title: CARRIED[carried] },
    h('span', { 'aria-hidden': 'true', class: 'sign' }, sign),
    word,
  );
}

/** Whether a session set first makes SSL_dup do something else. */
export function differsWithSession(outcome: ConformanceOutcome | null): boolean {
  const { plain, withSession } = outcome ?? { plain: null, withSession: null };
  return (
    plain !== null &&
    withSession !== null &&
    plain.carried !== withSession.carried &&
    withSession.carried !== 'could not observe'
  );
}

/** Whether versions that have the setting do different things with it. */
export function differsByVersion({ cells }: ConformanceRow): boolean {
  const told = cells.flatMap((cell) =>
    cell?.plain && (KEPT.has(cell.plain.carried) || LOST.has(cell.plain.carried)) ? cell.plain.carried : [],
  );
  return new Set(told).size > 1;
}

/** What was observed of settings, found by target or else by the version that it reports. */
export interface CarriedIndex {
  /** Of the worst of these settings; null where one of them was not observed, or there are none. */
  of(
    target: string,
    version: string,
    settings: readonly { readonly setting: string; readonly level: string }[],
  ): Carried | null;
}

const WORST_FIRST: readonly Carried[] = [
  'crashed',
  'SSL_dup fails',
  'not carried',
  'shared',
  'could not observe',
  'only on the context',
  'own copy',
];

/** Of the newest matrix that has the target, be it observed or expected. */
export function carriedIndex({ conformance }: PageData): CarriedIndex {
  const matrices = conformance.map((matrix) => ({
    matrix,
    rows: new Map(matrix.rows.map((row) => [`${row.setting}\n${row.level}`, row])),
    first: new Map(matrix.rows.map((row) => [row.setting, row] as const).reverse()),
  }));
  return {
    of(target, version, settings) {
      for (const { matrix, rows, first } of matrices) {
        const column = columnOf(matrix, target, version);
        if (column < 0) continue;
        const states = settings.map(
          ({ setting, level }) =>
            (rows.get(`${setting}\n${level}`) ?? (level === 'default' ? first.get(setting) : undefined))
              ?.cells[column]?.plain?.carried,
        );
        return WORST_FIRST.find((state) => states.includes(state)) ?? null;
      }
      return null;
    },
  };
}

function columnOf({ targets }: PageConformance, target: string, version: string): number {
  const exact = targets.findIndex((one) => one.id === target && one.version === version);
  return exact >= 0 ? exact : targets.findIndex((one) => one.version === version);
}
