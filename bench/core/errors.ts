/**
 * The errors that a command turns into one clear line and an exit code. Anything else that is thrown is a
 * defect of dupmark itself.
 */

/** What a command's exit code says (README.md lists them). */
export const ExitCode = {
  fine: 0,
  /** A regression, a leak, a conformance change: what the command looks for was found. */
  finding: 1,
  /** Bad flag, missing target, refused witness, unusable folder. */
  couldNotRun: 2,
  /** The budget ended before there was an answer. */
  inconclusive: 3,
  /** The detector itself failed: a planted case was missed. */
  detectorFailed: 4,
  /** Ended by SIGINT (128 + 2), as shells expect; partial results were kept. */
  interrupted: 130,
  /** Ended by SIGTERM (128 + 15); partial results were kept. */
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A CouldNotRun is a condition that a user can understand and mend: its message is one line, shown as is. */
export class CouldNotRun extends Error {
  override readonly name = 'CouldNotRun';
}

/** Says which value of which flag is wrong and what is accepted, in dupmark's one form for it. */
export function badValue(flag: string, value: string, accepted: string): CouldNotRun {
  return new CouldNotRun(`${flag}: '${printable(value)}' is not ${accepted}`);
}

/**
 * Text from outside (file names, library versions), made safe for a terminal: control characters, line separators, and
 * those that turn the direction of writing, become `?`.
 */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '?');
}

/** A value with every text in it, keys too, made printable: what a report does first with a document. */
export function printableValue<T>(value: T): T {
  return printableOf(value) as T;
}

function printableOf(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(printableOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [printable(key), printableOf(one)]));
}

/** The message of anything that was thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return printable(text.replace(/\s*\n\s*/g, ' · ')).trim();
}
