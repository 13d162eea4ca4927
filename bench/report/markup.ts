/**
 * Text from outside in the languages of other programs: XML, Markdown, CSV, a shell, GitHub's commands. Names of
 * libraries, packages and functions come from files that nobody vouches for; each function here makes any text
 * harmless in its place. Nothing else in dupmark escapes.
 */
import { printable } from '../core/errors.js';

/** Text between tags or in an attribute; line ends are kept. Control characters may not stand in XML 1.0. */
export function xmlText(text: string): string {
  return printableLines(text)
    .replace(/[\ufffe\uffff]|\p{Surrogate}/gu, '?')
    .replace(/[<>&"'\n]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

function printableLines(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(printable)
    .join('\n');
}

/**
 * Text in Markdown, also in a table and at the start of a line: no markup, no HTML, no link, no image and nobody who
 * is mentioned. Underscores and `@` within words are no markup.
 */
export function markdownText(text: string): string {
  return printable(text.replace(/\s+/g, ' '))
    .replace(/[\\`*[\]<>|&~$#]|^[+\-=>]|(?<![A-Za-z0-9])[_@]|_(?![A-Za-z0-9])|(?<=^\d+)[.)]/g, escaped)
    .replace(/:(?=\/\/)|(?<=\bwww)\./gi, escaped);
}

/** A name in Markdown as code, also in a table. */
export function markdownCode(text: string): string {
  return `\`${printable(text.replace(/\s+/g, ' ')).replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

const NAMED: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  // Who is mentioned is looked for in what is shown: there it must not follow at once.
  '@': '@\u200b',
};

function escaped(mark: string): string {
  return NAMED[mark] ?? `\\${mark}`;
}

/**
 * A field of RFC 4180, quoted where it must be; empty when there is no value. Text that a spreadsheet would run as a
 * formula gets an apostrophe before it, as OWASP advises.
 */
export function csvField(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^\s*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** An argument as one would type it, quoted when a shell would read more in it than a word. */
export function shellWord(text: string): string {
  const word = printable(text);
  return /^[\w@%+=:,./[\]-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A path in a URI reference that stays below where it starts: of the parts of a file's name, none leads out. */
export function relativeUri(file: string): string {
  return file
    .split(/[\\/]+/)
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '?')).replaceAll('%2C', ','))
    .join('/');
}

/** A workflow command of GitHub Actions: one line, whatever is in its message and properties. */
export function workflowCommand(
  command: 'error' | 'warning' | 'notice',
  message: string,
  place: { readonly file: string; readonly line: number } | null = null,
): string {
  const where = place === null ? '' : ` file=${property(place.file)},line=${Math.max(1, place.line)}`;
  return `::${command}${where}::${data(message)}`;
}

/** Line ends are kept, as GitHub decodes them; other control characters have no use there. */
function data(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map(printable)
    .join('\n')
    .replace(/%/g, '%25')
    .replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
