/** What many handles and connections cost, as text and as the tables of docs/connections.md. */
import { printable } from '../core/errors.js';
import type { ConnectionsDocument } from '../document/connections-schema.js';
import { shortVersion } from './cells.js';
import { footnotes } from './footnotes.js';
import { formatCount, formatHeld, formatTime } from './format.js';
import { heldSections, notHeld } from './held-sections.js';
import { type Column, layOut, type Painted, type Stanza, type Style, wrap } from './layout.js';
import { markdownTable } from './markdown-table.js';
import { paintFor } from './paint.js';
import { type RenderOptions, reportWidth, terminalOptions } from './terminal.js';

const LEGEND =
  'Exact: what one handle keeps, by the counting hooks. Allocator and resident: what the process has more than without any, by handle. ' +
  'A pair is a client and a server whose handshake is done and whose memory BIOs are taken away; idle.';

/** A table by rows and targets, before it becomes text or Markdown. */
interface Section {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly cells: readonly string[] }[];
}

export function renderConnections(
  document: ConnectionsDocument,
  options: RenderOptions = terminalOptions(),
): string {
  const width = reportWidth(options);
  const paint = paintFor(options.colour);
  const style: Style = { head: paint.bold, name: (text) => text, label: paint.dim };
  const { environment, plan } = document;
  const columns: Column[] = document.targets.map(({ id, facts }) => ({
    id,
    notes: facts === null ? [] : [shortVersion(facts.version)],
  }));
  const notes = footnotes();
  const stanzas = sectionsOf(document).map(
    ({ title, rows }): Stanza => ({
      name: title,
      titled: true,
      rows: rows.map(({ label, cells }) => ({ label, cells: cells.map((text): Painted => ({ text })) })),
    }),
  );
  const lines = [
    ...wrap(
      printable(`dupmark connections ${document.id} · ${document.end} · ${formatTime(document.startedAt)}`),
      width,
    ),
    ...wrap(
      `${environment.cpuModel}, ${environment.cpus} CPUs · load ${environment.loadAtStart[0].toFixed(2)} at the start · ` +
        `${formatCount(plan.handles)} handles, ${formatCount(plan.connections)} pairs · huge pages ${environment.hugePages ?? 'not known'}`,
      width,
      2,
    ),
    '',
    ...wrap(LEGEND, width).map(paint.dim),
    '',
    ...layOut(columns, stanzas, width, style),
    ...whyNot(document, notes.mark),
    ...notes.reasons().flatMap((reason, i) => wrap(`[${i + 1}] ${printable(reason)}`, width, 4)),
    ...document.events.flatMap(({ target, what, message }) =>
      wrap(printable(`event: ${what} on ${target}: ${message}`), width, 4),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** A line for what could not be held, with the reason. */
function whyNot(document: ConnectionsDocument, mark: (reason: string) => string): readonly string[] {
  return notHeld(document).map(({ what, target, kind, reason }) =>
    printable(`${what} on ${target}: ${kind === null ? '' : `${kind} `}${mark(reason)}`),
  );
}

/** As text, `–` where there is no figure. */
function sectionsOf(document: ConnectionsDocument): readonly Section[] {
  return heldSections(document).map(({ title, rows }) => ({
    title,
    rows: rows.map(({ label, unit, values }) => ({
      label,
      cells: values.map((value) => (value === null ? '–' : formatHeld(unit, value))),
    })),
  }));
}

/** The tables of docs/connections.md. */
export function connectionsMarkdown(document: ConnectionsDocument): string {
  const heads = document.targets.map(({ id, facts }) =>
    facts === null ? id : `${shortVersion(facts.version)}${id === 'bundled' ? ' (bundled)' : ''}`,
  );
  const { environment, dupmark, plan } = document;
  const from = dupmark.commit === null ? dupmark.version : dupmark.commit.slice(0, 12);
  return [
    `${environment.cpuModel}, ${environment.cpus} CPUs, dupmark ${from}, run ${document.id}, ${formatCount(plan.handles)} handles, ` +
      `${formatCount(plan.connections)} pairs, load ${environment.loadAtStart[0].toFixed(1)} → ${environment.loadAtEnd?.[0].toFixed(1) ?? '?'}.`,
    ...[...sectionsOf(document)]
      .sort((a, b) => rank(a) - rank(b))
      .map(({ title, rows }) =>
        markdownTable(
          [title, ...heads],
          rows.map(({ label, cells }) => [label, ...cells]),
        ),
      ),
  ].join('\n\n');
}

/** What one came for stands first. */
function rank({ title }: Section): number {
  return ['so many', 'connections', 'handles'].findIndex((word) => title.startsWith(word));
}
