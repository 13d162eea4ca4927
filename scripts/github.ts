/** What GitHub Actions is told beside the result: annotations, the job's summary, and to read no commands in the rest. */
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { messageOf } from '../bench/core/errors.js';
import { say } from './console.js';

/** GitHub drops a summary above 1 MiB of a step. */
const SUMMARY_CHARACTERS_MAX = 900_000;

const inActions = process.env.GITHUB_ACTIONS === 'true';
const token = randomUUID();

/**
 * A line that begins with `::` is a command to GitHub wherever it comes from, and reports are wrapped: a library's
 * version could start a line. Until the process ends nothing that it prints is read as a command, but for `annotate`.
 */
export function holdCommands(): void {
  if (!inActions) return;
  write([`::stop-commands::${token}`]);
  process.on('exit', () => write([`::${token}::`]));
}

/** Gives the commands to GitHub; nothing elsewhere. */
export function annotate(commands: readonly string[]): void {
  if (inActions && commands.length > 0) write([`::${token}::`, ...commands, `::stop-commands::${token}`]);
}

/** Adds Markdown to the summary of the job; nothing elsewhere. */
export function summarise(markdown: () => string): void {
  const page = process.env.GITHUB_STEP_SUMMARY;
  if (!inActions || page === undefined) return;
  try {
    appendFileSync(page, `${markdown().slice(0, SUMMARY_CHARACTERS_MAX)}\n`);
  } catch (error) {
    say(`the job summary could not be written: ${messageOf(error)}`);
  }
}

/** On standard error, where GitHub reads commands as well: standard output is the result's. */
function write(lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`);
}
