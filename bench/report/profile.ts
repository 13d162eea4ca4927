/** A profile as text or Markdown. From data alone: no addon, no OpenSSL. */
import Table from 'cli-table3';
import { printable } from '../core/errors.js';
import { compareFunctions, functionTotals } from '../core/profile.js';
import type { MemoryReading } from '../core/sample.js';
import type { ProfileDocument, ProfiledTarget } from '../document/profile-schema.js';
import { areaOf, compareSites } from '../stats/sites.js';
import { formatCount, formatMemory, formatShare } from './format.js';

export const PROFILE_FORMATS = ['text', 'json', 'markdown'] as const;
export type ProfileFormat = (typeof PROFILE_FORMATS)[number];

/** What a server holds is told for so many handles. */
const CONNECTIONS = 100_000;

type Exact = Extract<MemoryReading, { kind: 'exact' }>;

interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** Rows of a table when nothing else is asked for. */
export const PROFILE_ROWS = 25;

export function renderProfile(
  document: ProfileDocument,
  format: 'text' | 'markdown' = 'text',
  top = PROFILE_ROWS,
): string {
  const sections = sectionsOf(document, top);
  const lines = format === 'text' ? textLines(document, sections) : markdownLines(document, sections);
  return `${lines
    .flatMap((line) => line.split('\n'))
    .map(printable)
    .join('\n')}\n`;
}

function textLines(document: ProfileDocument, sections: readonly Section[]): string[] {
  return [
    ...heading(document),
    ...sections.flatMap(({ title, head, rows, notes }) => {
      const table = new Table({
        head: [...head],
        style: { head: [], border: [], compact: true },
        colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
      });
      for (const row of rows) table.push([...row]);
      return ['', title, ...(rows.length === 0 ? [] : [table.toString()]), ...notes];
    }),
    ...document.notes.map((note) => `Note: ${note}`),
  ];
}

function markdownLines(document: ProfileDocument, sections: readonly Section[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('_', '\\_')).join(' | ')} |`;
  return [
    ...heading(document).map((one, i) => (i === 0 ? `### ${one}` : `\n${one}`)),
    ...sections.flatMap(({ title, head, rows, notes }) => [
      '',
      `**${title}**`,
      '',
      ...(rows.length === 0
        ? []
        : [line(head), `|---|${'---:|'.repeat(head.length - 1)}`, ...rows.map(line), '']),
      ...notes,
    ]),
    ...document.notes.map((note) => `\nNote: ${note}`),
  ];
}

function heading({ scenario, targets, cLibrary, environment }: ProfileDocument): string[] {
  const name = ({ target }: ProfiledTarget) => `${target.id} (${target.facts?.version ?? 'refused'})`;
  const [base, contender] = targets;
  if (base === undefined) return [];
  const what = contender === undefined ? name(base) : `${name(contender)} against ${name(base)}`;
  const library = cLibrary.kind === 'host' ? `glibc ${cLibrary.version}` : cLibrary.package;
  return [
    `${scenario.name}: ${what}`,
    `Per iteration; ${library}, ${environment.architecture}, ${environment.cpuModel}`,
  ];
}

function sectionsOf(document: ProfileDocument, top: number): readonly Section[] {
  const [base, contender] = document.targets;
  if (base === undefined) return [];
  return contender === undefined
    ? [memorySection(base, top), functionSection(base, top)]
    : [
        memoryTotals(base, contender),
        siteDifferences(base, contender, top),
        functionDifferences(base, contender, top),
      ];
}

function memorySection({ memory }: ProfiledTarget, top: number): Section {
  const title = 'Allocations by line of OpenSSL’s source';
  const head = ['file:line', 'allocations', 'bytes requested', 'bytes retained'];
  if (memory.kind !== 'exact') return notAvailable(title, memory.reason);
  const sites = [...memory.sites].sort(
    (a, b) => b.requestedBytes - a.requestedBytes || b.retainedBytes - a.retainedBytes,
  );
  const row = (name: string, one: Omit<Exact, 'kind' | 'sites' | 'retainedAllocations'>) => [
    name,
    signed(one.allocations),
    signed(one.requestedBytes),
    signed(one.retainedBytes),
  ];
  return {
    title,
    head,
    rows: [...sites.slice(0, top).map((site) => row(`${site.file}:${site.line}`, site)), row('all', memory)],
    notes: [...leftOut(sites.length - top, 'lines'), ...connections([memory])],
  };
}

function memoryTotals(base: ProfiledTarget, contender: ProfiledTarget): Section {
  const title = 'Memory';
  const pair = exactPair(base, contender);
  if (typeof pair === 'string') return notAvailable(title, pair);
  const row = (name: string, of: (one: Exact) => number) => {
    const [before, after] = [of(pair[0]), of(pair[1])];
    return [name, signed(before), signed(after), change(before, after)];
  };
  return {
    title,
    head: ['', 'before', 'after', 'change'],
    rows: [
      row('allocations', (one) => one.allocations),
      row('bytes requested', (one) => one.requestedBytes),
      row('allocations retained', (one) => one.retainedAllocations),
      row('bytes retained', (one) => one.retainedBytes),
    ],
    notes: connections(pair),
  };
}

function siteDifferences(base: ProfiledTarget, contender: ProfiledTarget, top: number): Section {
  const title = 'Lines of OpenSSL’s source that allocate otherwise, bytes requested';
  const pair = exactPair(base, contender);
  if (typeof pair === 'string') return notAvailable(title, pair);
  const changes = compareSites(pair[0].sites, pair[1].sites);
  const rest = changes.slice(top).reduce((sum, { requestedBytes }) => sum + requestedBytes, 0);
  const row = (place: string, area: string, cells: readonly string[]) => [place, area, ...cells];
  return {
    title,
    head: ['file:line', 'what', 'allocations', 'before', 'after', 'change'],
    rows: [
      ...changes
        .slice(0, top)
        .map((one) =>
          row(movedLine(one.file, one.before?.line, one.after?.line), areaOf(one.file), [
            difference(one.allocations),
            one.before === null ? '–' : signed(one.before.requestedBytes),
            one.after === null ? '–' : signed(one.after.requestedBytes),
            difference(one.requestedBytes),
          ]),
        ),
      ...(changes.length > top
        ? [row(`${changes.length - top} lines more`, '', ['', '', '', difference(rest)])]
        : []),
      row('all', '', [
        difference(pair[1].allocations - pair[0].allocations),
        signed(pair[0].requestedBytes),
        signed(pair[1].requestedBytes),
        difference(pair[1].requestedBytes - pair[0].requestedBytes),
      ]),
    ],
    notes: changes.length === 0 ? ['Every line allocates as it did.'] : [],
  };
}

function functionSection(profiled: ProfiledTarget, top: number): Section {
  const { instructions } = profiled;
  const title = 'Instructions by function';
  if (instructions.kind !== 'exact') return notAvailable(title, instructions.reason);
  const functions = functionTotals(instructions.tree);
  const { perIteration } = instructions;
  return {
    title,
    head: ['function', 'library', 'self', '', 'with what it calls', ' '],
    rows: [
      ...functions
        .slice(0, top)
        .map(({ name, library, self, inclusive }) => [
          name,
          library,
          whole(self),
          formatShare(self / perIteration),
          whole(inclusive),
          formatShare(inclusive / perIteration),
        ]),
      ['all', '', whole(perIteration), '', '', ''],
    ],
    notes: [...leftOut(functions.length - top, 'functions'), ...caveats([profiled])],
  };
}

function functionDifferences(base: ProfiledTarget, contender: ProfiledTarget, top: number): Section {
  const title = 'Instructions by function';
  const [a, b] = [base.instructions, contender.instructions];
  if (a.kind !== 'exact') return notAvailable(title, `${base.target.id}: ${a.reason}`);
  if (b.kind !== 'exact') return notAvailable(title, `${contender.target.id}: ${b.reason}`);
  const changes = compareFunctions(a.tree, b.tree);
  const rest = changes.slice(top);
  const side = (list: typeof changes, key: 'before' | 'after') =>
    list.reduce((sum, { self }) => sum + self[key], 0);
  return {
    title,
    head: ['function', 'library', 'self before', 'after', 'change', 'with what it calls before', 'after '],
    rows: [
      ...changes
        .slice(0, top)
        .map(({ name, library, self, inclusive }) => [
          name,
          library,
          whole(self.before),
          whole(self.after),
          difference(Math.round(self.after) - Math.round(self.before)),
          whole(inclusive.before),
          whole(inclusive.after),
        ]),
      ...(rest.length > 0
        ? [
            [
              `${rest.length} functions more`,
              '',
              whole(side(rest, 'before')),
              whole(side(rest, 'after')),
              difference(Math.round(side(rest, 'after') - side(rest, 'before'))),
              '',
              '',
            ],
          ]
        : []),
      [
        'all',
        '',
        whole(a.perIteration),
        whole(b.perIteration),
        difference(Math.round(b.perIteration) - Math.round(a.perIteration)),
        '',
        '',
      ],
    ],
    notes: caveats([base, contender]),
  };
}

const CLEARS = /mem(set|cpy|move)/;

/** What of instructions must be known beside the table. */
function caveats(profiled: readonly ProfiledTarget[]): string[] {
  const counted = profiled.flatMap(({ target, instructions }) =>
    instructions.kind === 'exact' ? [{ id: target.id, ...instructions }] : [],
  );
  const notes: string[] = [];
  const cleared = counted.map(({ tree }) =>
    functionTotals(tree).reduce((sum, { name, self }) => sum + (CLEARS.test(name) ? self : 0), 0),
  );
  if (cleared.some((self) => self > 1000)) {
    const rest = counted.map(({ perIteration }, i) => whole(perIteration - (cleared[i] ?? 0)));
    notes.push(
      `Without memset, memcpy and memmove: ${rest.join(' → ')}. Of a repeated string instruction, as these use, callgrind counts every step, about one a byte; a processor does many at a time.`,
    );
  }
  for (const { id, unnamed, perIteration } of counted) {
    if (unnamed > 0) {
      notes.push(
        `${id}: ${formatShare(unnamed / perIteration)} of the instructions are in functions that have no name here, shown as addresses.`,
      );
    }
  }
  return notes;
}

function connections(readings: readonly Exact[]): string[] {
  const held = readings.map(({ retainedBytes }) => formatMemory(retainedBytes * CONNECTIONS));
  if (readings.every(({ retainedBytes }) => retainedBytes <= 0)) return [];
  return [
    `${formatCount(CONNECTIONS)} such handles hold ${held.join(' → ')} of what OpenSSL asks for; malloc’s own share comes on top.`,
  ];
}

function exactPair(base: ProfiledTarget, contender: ProfiledTarget): readonly [Exact, Exact] | string {
  const [a, b] = [base.memory, contender.memory];
  if (a.kind !== 'exact') return `${base.target.id}: ${a.reason}`;
  if (b.kind !== 'exact') return `${contender.target.id}: ${b.reason}`;
  return [a, b];
}

function notAvailable(title: string, reason: string): Section {
  return { title, head: [], rows: [], notes: [`not available here: ${reason}`] };
}

function leftOut(count: number, what: string): string[] {
  return count > 0 ? [`${count} ${what} more; profile.json has all.`] : [];
}

/** `ssl/ssl_lib.c:700 → 741`. */
function movedLine(file: string, before: number | undefined, after: number | undefined): string {
  const lines = [before, after].filter((line) => line !== undefined);
  const gone = after === undefined ? ' (gone)' : before === undefined ? ' (new)' : '';
  return `${file}:${[...new Set(lines)].join(' → ')}${gone}`;
}

function signed(value: number): string {
  return value < 0 ? `−${formatCount(-value)}` : formatCount(value);
}

function whole(value: number): string {
  return signed(Math.round(value));
}

function difference(value: number): string {
  return value === 0 ? '=' : `${value > 0 ? '+' : '−'}${formatCount(Math.abs(value))}`;
}

function change(before: number, after: number): string {
  if (before === after) return '=';
  const share =
    before === 0 ? '' : ` (${after > before ? '+' : '−'}${formatShare(Math.abs(after / before - 1))})`;
  return `${difference(after - before)}${share}`;
}
