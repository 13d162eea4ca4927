/** Fits text into a given width, and lays stanzas out in columns. Widths are in characters. */
import Table from 'cli-table3';

/** A Painted is plain text and how to colour it: widths are taken from the text, never from colour codes. */
export interface Painted {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** A Stanza is a few rows about one thing; the first row carries its name in place of its label. */
export interface Stanza {
  readonly name: string;
  /** All rows need their labels: the name has a line of its own. */
  readonly titled?: boolean;
  readonly rows: readonly { readonly label: string; readonly cells: readonly Painted[] }[];
}

/** A Column is the head of one column, a line each. */
export interface Column {
  readonly id: string;
  readonly notes: readonly string[];
}

export interface Style {
  readonly head: (text: string) => string;
  readonly name: (text: string) => string;
  readonly label: (text: string) => string;
}

const GAP = 2;
/** Column heads come again after this many lines: what a laptop's terminal shows at once. */
const LINES_PER_HEAD = 40;
/** An id is broken over two lines rather than make its column wider than this. */
const HEAD_WIDTH = 12;

/** Cuts to `width` with an ellipsis, keeping the start, or the end (of paths, whose ends tell more). */
export function fit(text: string, width: number, keep: 'start' | 'end' = 'start'): string {
  if (text.length <= width) return text;
  if (width < 2) return text.slice(0, Math.max(0, width));
  return keep === 'start' ? `${text.slice(0, width - 1)}…` : `…${text.slice(text.length - width + 1)}`;
}

/**
 * Breaks text into lines of at most `width`: at a space, else after a mark such as `,` or `/`, else where it must.
 * Every line but the first starts with `indent` spaces.
 */
export function wrap(text: string, width: number, indent = 0): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  let margin = '';
  do {
    const room = Math.max(1, width - margin.length);
    const cut = rest.length <= room ? rest.length : breakBefore(rest, room);
    lines.push(margin + rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
    margin = ' '.repeat(indent);
  } while (rest !== '');
  return lines;
}

function breakBefore(text: string, room: number): number {
  const space = text.lastIndexOf(' ', room);
  if (space > room / 3) return space;
  for (let at = room; at > room / 3; at--) {
    if (',:/@]-'.includes(text.charAt(at - 1))) return at;
  }
  return room;
}

/**
 * Lays stanzas out, one column for each of `heads`; columns that do not fit side by side follow in another band below.
 * Names that do not fit beside the columns get a line of their own. Lines are never longer than `width`, as long as the
 * labels and one column fit in it.
 */
export function layOut(
  heads: readonly Column[],
  stanzas: readonly Stanza[],
  width: number,
  style: Style,
): readonly string[] {
  const labels = Math.max(0, ...stanzas.flatMap(({ rows }) => rows.map(({ label }) => label.length + 2)));
  const widths = heads.map((head, i) => GAP + columnWidth(head, stanzas, i));
  const bands = bandsOf(widths, width - labels);
  const taken = Math.max(0, ...bands.map((band) => band.reduce((sum, i) => sum + (widths[i] ?? 0), 0)));
  const inline = stanzas
    .filter(({ titled }) => titled !== true)
    .map(({ name }) => name.length)
    .filter((length) => length <= width - taken);
  const first = Math.max(labels, ...inline);
  const lines: string[] = [];
  for (const band of bands) {
    const bandWidths = [first, ...band.map((i) => widths[i] ?? 0)];
    for (const part of partsOf(stanzas)) {
      if (lines.length > 0) lines.push('');
      lines.push(...table(headRows(heads, band, widths, style), bandWidths));
      for (const stanza of part) lines.push(...stanzaLines(stanza, band, bandWidths, width, style));
    }
  }
  return lines;
}

function columnWidth(head: Column, stanzas: readonly Stanza[], i: number): number {
  const cells = stanzas.flatMap(({ rows }) => rows.map(({ cells: row }) => row[i]?.text.length ?? 0));
  const widest = Math.max(0, ...cells, ...head.notes.map((note) => note.length));
  return Math.max(widest, ...wrap(head.id, Math.max(widest, HEAD_WIDTH)).map((line) => line.length));
}

/** Which columns stand side by side: as few bands as fit, of even size. */
function bandsOf(widths: readonly number[], room: number): readonly (readonly number[])[] {
  const widest = Math.max(1, ...widths);
  const total = widths.reduce((sum, one) => sum + one, 0);
  const perBand = total <= room ? widths.length : Math.max(1, Math.floor(room / widest));
  const bands = Math.ceil(widths.length / Math.max(1, perBand));
  const size = Math.ceil(widths.length / Math.max(1, bands));
  return Array.from({ length: bands }, (_, band) =>
    widths.map((_width, i) => i).slice(band * size, (band + 1) * size),
  );
}

/** Stanzas in portions of about a screen, each of which gets its own column heads. */
function partsOf(stanzas: readonly Stanza[]): readonly (readonly Stanza[])[] {
  const parts: Stanza[][] = [];
  let lines = LINES_PER_HEAD;
  for (const stanza of stanzas) {
    lines += stanza.rows.length + 1;
    if (lines > LINES_PER_HEAD) {
      parts.push([]);
      lines = stanza.rows.length + 1;
    }
    parts.at(-1)?.push(stanza);
  }
  return parts;
}

function headRows(
  heads: readonly Column[],
  band: readonly number[],
  widths: readonly number[],
  style: Style,
): string[][] {
  const texts = band.map((i) => {
    const head = heads[i];
    return { id: wrap(head?.id ?? '', (widths[i] ?? GAP) - GAP), notes: head?.notes ?? [] };
  });
  // Ids end on one line and notes begin on the next, however many lines an id takes.
  const idHeight = Math.max(0, ...texts.map(({ id }) => id.length));
  const height = idHeight + Math.max(0, ...texts.map(({ notes }) => notes.length));
  return Array.from({ length: height }, (_, row) => [
    '',
    ...texts.map(({ id, notes }) => {
      const line = row < idHeight ? id[row - (idHeight - id.length)] : notes[row - idHeight];
      return style.head(line ?? '');
    }),
  ]);
}

function stanzaLines(
  stanza: Stanza,
  band: readonly number[],
  widths: readonly number[],
  width: number,
  style: Style,
): readonly string[] {
  const inline = stanza.titled !== true && stanza.name.length <= (widths[0] ?? 0);
  const rows = stanza.rows.map(({ label, cells }, r) => [
    inline && r === 0 ? style.name(stanza.name) : style.label(`  ${label}`),
    ...band.map((i) => painted(cells[i])),
  ]);
  const above = inline ? [] : wrap(stanza.name, width, 4).map(style.name);
  return [...above, ...table(rows, widths)];
}

function painted(cell: Painted | undefined): string {
  if (cell === undefined) return '';
  return cell.paint ? cell.paint(cell.text) : cell.text;
}

/** Rows in columns of given widths, the first aligned left and the others right, without rules. */
function table(rows: readonly (readonly string[])[], widths: readonly number[]): readonly string[] {
  const plain = new Table({
    chars: NO_RULES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: [...widths],
    colAligns: widths.map((_, i) => (i === 0 ? 'left' : 'right')),
  });
  plain.push(...rows.map((row) => [...row]));
  return plain
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

const NO_RULES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
