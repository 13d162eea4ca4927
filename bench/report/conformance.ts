/** The matrix of `dupmark conform` on a terminal: the surprise list first, then what differs, then every row. */

import { type Carried, rowName, SURPRISE_KIND_NAMES, SURPRISE_KINDS } from '../core/conformance.js';
import { printableValue } from '../core/errors.js';
import type { ConformanceDocument } from '../document/conformance-schema.js';
import { type Column, layOut, type Painted, type Stanza, wrap } from './layout.js';
import type { Paint } from './paint.js';

/** What a look says that finds the setting (native/conform.cc). */
const SHOWS = 'shows it';

const SHORT: Record<Carried, string> = {
  'own copy': 'copy',
  shared: 'shared',
  'not carried': 'LOST',
  'SSL_dup fails': 'FAILS',
  'only on the context': 'context',
  absent: '-',
  'could not observe': '?',
  crashed: 'CRASH',
};

/** Renders a document in lines of at most `width` characters. */
export function renderConformance(found: ConformanceDocument, width: number, paint: Paint): string {
  const document = printableValue(found);
  return [
    ...surpriseLines(document, width, paint),
    ...changeLines(document, width, paint),
    ...matrixLines(document, width, paint),
    ...claimLines(document, width, paint),
    ...unobservedLines(document, width, paint),
    ...notInheritedLines(document, width, paint),
    '',
  ].join('\n');
}

function surpriseLines(document: ConformanceDocument, width: number, paint: Paint): string[] {
  const lines = [paint.bold('Surprises')];
  for (const kind of SURPRISE_KIND_NAMES) {
    const of = document.surprises.filter((surprise) => surprise.kind === kind);
    if (of.length === 0) continue;
    lines.push('', paint.bold(`${kind} (${of.length})`), paint.dim(`  ${SURPRISE_KINDS[kind]}`));
    for (const { subject, versions, consequence } of of) {
      lines.push(...wrap(`  ${subject} · ${versions.join(', ')} · ${consequence}`, width, 6));
    }
  }
  if (document.surprises.length === 0) lines.push('  none');
  return lines;
}

function changeLines({ changes }: ConformanceDocument, width: number, paint: Paint): string[] {
  if (changes.length === 0) return [];
  return [
    '',
    paint.red(`Not as expected (${changes.length})`),
    ...changes.flatMap(({ row, target, version, expected, seen }) =>
      wrap(`  ${row} · ${target} (${version}): expected ${expected}, seen ${seen}`, width, 6),
    ),
  ];
}

function matrixLines(document: ConformanceDocument, width: number, paint: Paint): string[] {
  const targets = document.targets.filter(({ facts }) => facts !== null);
  const heads: Column[] = targets.map(({ id, facts }) => ({
    id,
    notes: [facts?.version.split(/\s+/)[1] ?? ''],
  }));
  const cells = new Map(document.cells.map((cell) => [`${cell.target} ${rowName(cell)}`, cell]));
  const painted = (carried: Carried | undefined, session: Carried | undefined): Painted => {
    const without = carried === undefined ? '' : SHORT[carried];
    const differs = session !== undefined && session !== carried && session !== 'could not observe';
    const text = differs ? `${without}/${SHORT[session]}` : without;
    const colour = /LOST|FAILS|CRASH/.test(text) ? paint.red : text.includes('?') ? paint.yellow : undefined;
    return colour === undefined ? { text } : { text, paint: colour };
  };
  const stanzas: Stanza[] = document.settings.flatMap(({ id, levels }) =>
    levels.map((level) => {
      const row = { setting: id, level };
      const state = (target: string, withSession: boolean) =>
        cells.get(`${target} ${rowName({ ...row, withSession })}`)?.carried;
      return {
        name: rowName({ ...row, withSession: false }),
        rows: [
          {
            label: '',
            cells: targets.map((target) => painted(state(target.id, false), state(target.id, true))),
          },
        ],
      };
    }),
  );
  const refused = document.targets.filter((target) => target.refused !== null);
  return [
    '',
    paint.bold('What a duplicate has (after “/”, where it differs: with a session set first)'),
    paint.dim(
      '  copy: its own · shared: the original’s object · LOST · FAILS: SSL_dup gives NULL · context: only on the SSL_CTX · -: absent · ?: could not observe',
    ),
    ...layOut(heads, stanzas, width, { head: paint.bold, name: (text) => text, label: paint.dim }),
    ...refused.map(({ id, refused: reason }) => paint.red(`refused: ${id}: ${reason}`)),
  ];
}

function claimLines(document: ConformanceDocument, width: number, paint: Paint): string[] {
  if (document.claims.length === 0) return [];
  const lines = ['', paint.bold('The page’s other sentences, and what it leaves open')];
  for (const { id, question } of document.claims) {
    const answers = document.answers.filter(({ claim }) => claim === id);
    const groups = new Map<string, string[]>();
    for (const { target, verdict, seen } of answers) {
      const text = verdict === 'open' ? seen : `${verdict}: ${seen}`;
      groups.set(text, [...(groups.get(text) ?? []), target]);
    }
    lines.push(...wrap(`  ${id}: ${question}`, width, 4));
    for (const [text, targets] of groups) {
      const where = targets.length === answers.length ? '' : ` (${targets.join(', ')})`;
      const shown = wrap(`    ${text}${where}`, width, 6);
      lines.push(...(text.startsWith('does not hold') ? shown.map(paint.red) : shown.map(paint.dim)));
    }
  }
  return lines;
}

/** Settings that were set on an SSL_CTX and that its handles do not have: the catalogue says that they would. */
function notInheritedLines({ cells }: ConformanceDocument, width: number, paint: Paint): string[] {
  const lines = cells
    .filter(({ inherited }) => inherited !== '' && inherited !== SHOWS)
    .flatMap((cell) => wrap(`  ${rowName(cell)} · ${cell.target}: ${cell.inherited}`, width, 6));
  return lines.length === 0 ? [] : ['', paint.bold('Set on the SSL_CTX, and not on its handles'), ...lines];
}

function unobservedLines(document: ConformanceDocument, width: number, paint: Paint): string[] {
  const groups = new Map<string, string[]>();
  for (const cell of document.cells) {
    if (cell.carried !== 'could not observe' && cell.carried !== 'crashed') continue;
    const key = `${rowName(cell)}: ${cell.detail}`;
    groups.set(key, [...(groups.get(key) ?? []), cell.target]);
  }
  if (groups.size === 0) return [];
  return [
    '',
    paint.bold('Could not observe'),
    ...[...groups].flatMap(([text, targets]) => wrap(`  ${text} (${targets.join(', ')})`, width, 6)),
  ];
}
