/** What many handles and connections cost, as text and as the tables of docs/connections.md. */
import { printable } from '../core/errors.js';
import type { ConnectionsDocument } from '../document/connections-schema.js';
import { type HandleFigures, handleFigures, memoryOf, pairFigures } from '../holding/figures.js';
import { shortVersion } from './cells.js';
import { footnotes } from './footnotes.js';
import { formatCount, formatMemory, formatNs, formatTime } from './format.js';
import { type Column, layOut, type Painted, type Stanza, type Style, wrap } from './layout.js';
import { markdownTable } from './markdown-table.js';
import { paintFor } from './paint.js';
import { type RenderOptions, reportWidth, terminalOptions } from './terminal.js';

/** For so many connections the last table says what they take. */
const CONNECTIONS = [1_000, 10_000, 100_000, 1_000_000];

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
  const handles = document.handles.flatMap(({ target, preset, repeat, availability }) =>
    repeat > 0 || availability.kind === 'available'
      ? []
      : `${preset} on ${target}: ${availability.kind} ${mark(availability.reason)}`,
  );
  const connections = document.connections.flatMap(({ target, variant, notAvailable }) =>
    notAvailable === null ? [] : `${variant} on ${target}: ${mark(notAvailable)}`,
  );
  return [...handles, ...connections].map(printable);
}

function sectionsOf(document: ConnectionsDocument): readonly Section[] {
  return [
    ...document.presets.map((preset) => handlesSection(document, preset)),
    ...document.variants.map(({ name }) => pairSection(document, name)),
    ...document.variants.map(({ name }) => costSection(document, name)),
  ].filter(({ rows }) => rows.some(({ cells }) => cells.some((cell) => cell !== '–')));
}

function handlesSection(
  document: ConnectionsDocument,
  { name, settings }: ConnectionsDocument['presets'][number],
): Section {
  const figures = document.targets.map(({ id }) =>
    handleFigures(document.handles.filter(({ target, preset }) => target === id && preset === name)),
  );
  const most = document.plan.checkpoints.at(-1) ?? 0;
  const last = (one: HandleFigures) => one.checkpoints.find(({ alive }) => alive === most);
  const row = (label: string, of: (one: HandleFigures) => string | null) => ({
    label,
    cells: figures.map((one) => of(one) ?? '–'),
  });
  return {
    title: `handles: ${name}${settings.length === 0 ? '' : ` [${settings.join(', ')}]`}`,
    rows: [
      {
        label: 'exact bytes',
        cells: document.targets.map(({ id }) => {
          const found = document.exact.find(({ target, preset }) => target === id && preset === name);
          return found?.reading.kind === 'exact' ? formatCount(found.reading.retainedBytes) : '–';
        }),
      },
      row(`allocator bytes at ${formatCount(most)}`, (one) => bytes(last(one)?.allocatorBytes)),
      row(`resident bytes at ${formatCount(most)}`, (one) => bytes(last(one)?.residentBytes)),
      ...document.plan.checkpoints.map((alive) =>
        row(`create, to ${formatCount(alive)}`, (one) => {
          const at = one.checkpoints.find((each) => each.alive === alive);
          return at === undefined ? null : formatNs(at.createNs);
        }),
      ),
      row('free', ({ freeNs }) => (freeNs === null ? null : formatNs(freeNs))),
    ],
  };
}

function pairSection(document: ConnectionsDocument, variant: string): Section {
  const records = document.targets.map(({ id }) =>
    document.connections.find((one) => one.target === id && one.variant === variant),
  );
  const moments = [
    ['after handshake', 'afterHandshake'],
    ['after data', 'afterData'],
  ] as const;
  const fields = [
    ['server, exact', 'serverBytes'],
    ['client, exact', 'clientBytes'],
    ['pair, allocator', 'allocatorBytes'],
    ['pair, resident', 'residentBytes'],
  ] as const;
  return {
    title: `connections: ${variant}`,
    rows: moments.flatMap(([when, moment]) =>
      fields.map(([what, field]) => ({
        label: `${what}, ${when}`,
        cells: records.map((record) => {
          const figures = record === undefined ? null : pairFigures(record, moment);
          return bytes(figures?.[field]) ?? '–';
        }),
      })),
    ),
  };
}

function costSection(document: ConnectionsDocument, variant: string): Section {
  return {
    title: `so many idle connections of a server hold: ${variant}`,
    rows: CONNECTIONS.map((count) => ({
      label: formatCount(count),
      cells: document.targets.map(({ id }) => {
        const held = memoryOf(document, id, variant, count);
        return held === null ? '–' : formatMemory(held);
      }),
    })),
  };
}

function bytes(value: number | null | undefined): string | null {
  return value === null || value === undefined ? null : formatCount(Math.round(value));
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
