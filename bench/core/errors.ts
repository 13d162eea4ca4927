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

/** Text from outside (file names, library versions), made safe for a terminal: control characters, and those
 * that turn the direction of writing, become `?`. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?');
}

/** The message of anything that was thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return printable(text.replace(/\s*\n\s*/g, ' · ')).trim();
}
