/**
 * A run as text for a terminal. Rendered from the document alone, on any machine: needs no addon and no OpenSSL.
 * It is for people; programs read the document, and nothing reads this text back.
 */
import { printable } from '../core/errors.js';
import type { RunDocument, ScenarioRecord } from '../document/schema.js';
import { sensitivity } from '../document/sensitivity.js';
import { allWarnings } from '../document/warnings.js';
import { LOST_MARK, memoryStanza, type Tables, tablesOf, targetColumns, timeStanza } from './cells.js';
import { footnotes } from './footnotes.js';
import { formatShare } from './format.js';
import { headerLines, plural, targetLines } from './header.js';
import { layOut, type Stanza, type Style, wrap } from './layout.js';
import { type Paint, paintFor } from './paint.js';

export interface RenderOptions {
  /** Characters in a line; below 40 is taken as 40. */
  readonly width: number;
  readonly colour: boolean;
}

/** The width where the stream does not tell one: a file, a pipe, a CI log. */
export const WIDTH_WITHOUT_TERMINAL = 100;
const WIDTH_MIN = 40;
/** More events than this are left to the document. */
const EVENTS_SHOWN = 10;

/**
 * What suits a stream: colours only on a terminal that is not dumb, and never where NO_COLOR is set to anything
 * (no-color.org).
 */
export function terminalOptions(
  stream: { readonly isTTY?: boolean; readonly columns?: number } = process.stdout,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): RenderOptions {
  const wanted = (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb';
  return { width: stream.columns || WIDTH_WITHOUT_TERMINAL, colour: stream.isTTY === true && wanted };
}

/** The width that a report is laid out in. */
export function reportWidth({ width }: RenderOptions): number {
  return Math.max(WIDTH_MIN, width);
}

/** The whole report, ending in a newline. */
export function renderRun(document: RunDocument, options: RenderOptions = terminalOptions()): string {
  const width = reportWidth(options);
  const paint = paintFor(options.colour);
  const safe = withPrintableText(document);
  const notes = footnotes();
  const tables = tablesOf(safe, notes, paint);
  const parts = [
    headerLines(safe, width, paint),
    targetLines(safe, width, paint),
    ...timeParts(tables, width),
    ...memoryParts(tables, width),
    list(
      'notes',
      notes.reasons().map((reason, i) => `[${i + 1}] ${reason}`),
      width,
      paint,
    ),
    lostLines(safe, width, paint),
    eventLines(safe, width, paint),
    warningLines(safe, width, paint),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** Two tables, bare scenarios and those with settings, after one explanation of how to read them. */
function timeParts(tables: Tables, width: number): readonly (readonly string[])[] {
  const { scenarios } = tables.document;
  if (tables.targets.length === 0)
    return [wrap('No target was measured: each was refused, for the reason above.', width)];
  const legend =
    'Time: median over fresh processes of one iteration, ± the farther end of its interval (at least 95 % confidence). ' +
    'Ratios: below 1 is faster; ~ is not distinguished from 1; noisy: fresh processes differ too much to tell; ±? is too few ' +
    'blocks for an interval. Coloured and without a mark: distinguished, corrected for the number of ratios in the run.' +
    sensitivityText(tables.document);
  const groups: [string, readonly ScenarioRecord[]][] = [
    ['time per operation, no settings', scenarios.filter(({ settings }) => settings.length === 0)],
    ['time per operation, with settings', scenarios.filter(({ settings }) => settings.length > 0)],
  ];
  return [
    wrap(legend, width).map(tables.paint.dim),
    ...groups
      .filter(([, members]) => members.length > 0)
      .map(([title, members]) =>
        titled(
          title,
          tables,
          members.map((scenario) => timeStanza(tables, scenario)),
          width,
        ),
      ),
  ];
}

function memoryParts(tables: Tables, width: number): readonly (readonly string[])[] {
  if (tables.targets.length === 0) return [];
  const stanzas = tables.document.scenarios.flatMap((scenario) => memoryStanza(tables, scenario) ?? []);
  if (stanzas.length === 0) return [wrap('allocations and bytes per handle: not counted in this run', width)];
  return [
    titled(
      'allocations and bytes per handle, exact (kept, retained: while the handle lives)',
      tables,
      stanzas,
      width,
    ),
  ];
}

function titled(title: string, tables: Tables, stanzas: readonly Stanza[], width: number): readonly string[] {
  const { bold, dim } = tables.paint;
  const style: Style = { head: bold, name: (text) => text, label: dim };
  return [...wrap(title, width).map(bold), ...layOut(targetColumns(tables), stanzas, width, style)];
}

/** What duplicates lacked: there dup did less work than new-configure, and its ratio to it flatters. */
function lostLines(document: RunDocument, width: number, paint: Paint): readonly string[] {
  const targetsOf = new Map<string, string[]>();
  for (const { target, scenario, settings } of document.lost) {
    const what = `${scenario}: ${settings.join('; ')}`;
    targetsOf.set(what, [...(targetsOf.get(what) ?? []), target]);
  }
  const items = [...targetsOf].map(([what, targets]) => `${what} (${targets.join(', ')})`);
  return list(
    `${LOST_MARK} not carried by SSL_dup, so that dup does less there than new-configure`,
    items,
    width,
    paint,
  );
}

function eventLines(document: RunDocument, width: number, paint: Paint): readonly string[] {
  const { events } = document;
  const shown = events.slice(0, EVENTS_SHOWN).map(({ at, kind, target, block, scenario, message }) => {
    const where = [target, block === null ? null : `block ${block}`, scenario].filter(
      (part) => part !== null,
    );
    return `${at.slice(11, 19)} ${[kind, ...where].join(' · ')}: ${message}`;
  });
  const more = events.length - shown.length;
  return list('events', more > 0 ? [...shown, `and ${more} more in the document`] : shown, width, paint);
}

export function warningLines(document: RunDocument, width: number, paint: Paint): readonly string[] {
  const warnings = allWarnings(document);
  if (warnings.length === 0) return [];
  return [
    paint.bold(`${warnings.length} ${plural('warning', warnings.length)}`),
    ...warnings.flatMap(({ code, message, advice, where }) => {
      const place = [where.scenario, where.target].filter((part) => part !== null).join(' on ');
      const text = `${code}: ${message}${place === '' || message.includes(place) ? '' : ` (${place})`}`;
      return [
        ...wrap(`! ${text}`, width - 2, 2).map((line) => `  ${paint.yellow(line)}`),
        ...wrap(`  ${advice}`, width - 2, 2).map((line) => `  ${paint.dim(line)}`),
      ];
    }),
  ];
}

function list(title: string, items: readonly string[], width: number, paint: Paint): readonly string[] {
  if (items.length === 0) return [];
  return [
    ...wrap(title, width).map(paint.bold),
    ...items.flatMap((item) => wrap(item, width - 2, 4).map((line) => `  ${line}`)),
  ];
}

/** What the run could have seen, and what the baseline showed against itself. */
function sensitivityText(document: RunDocument): string {
  const { change, floor } = sensitivity(document);
  const seen =
    change === null
      ? ''
      : ` The smallest change that this run finds nine times in ten: ${formatShare(change.median)} in the middle ratio, ` +
        `${formatShare(change.worst)} in the worst.`;
  if (floor === null) return seen;
  return (
    `${seen} A/A is the baseline against itself, measured as the others were: ${floor.cells} ` +
    `${plural('ratio', floor.cells)}, up to ${formatShare(floor.worst)} from 1, ${floor.flagged} flagged.`
  );
}

/**
 * The document with every text in it made safe for a terminal: names, versions and messages come from libraries,
 * packages and files that nobody vouches for.
 */
export function withPrintableText<T>(document: T): T {
  return safeValue(document) as T;
}

function safeValue(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(safeValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [printable(key), safeValue(one)]));
}
