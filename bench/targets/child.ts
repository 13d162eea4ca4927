/**
 * Child processes that end: every one has a time limit, takes its arguments as an array (no shell), speaks
 * English (LC_ALL=C, because its messages are read) and turns into one clear line when it fails.
 */
import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { CouldNotRun, messageOf, printable } from '../core/errors.js';

export interface RunOptions {
  readonly cwd?: string;
  readonly timeoutMs: number;
  /** The folder that the command fills: the command is stopped when no space is left there. */
  readonly fills?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a child ended. `status` is null when a signal or the time limit ended it. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What to tell when it was not the child's own exit: not installed, killed, took too long; else null. */
  readonly trouble: string | null;
}

const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

/** Less than this is as good as nothing: what is left may be reserved, or be freed by a failing command itself. */
const SPACE_MIN_BYTES = 256 * 1024;
const SPACE_CHECK_MS = 1000;

/** Runs a command to its end and says how it ended; never throws for what the command did. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const stop = new AbortController();
  // On a full disk apt-get waits for ever for its own download processes.
  const watch = setInterval(async () => {
    if (await isFull(options.fills)) stop.abort();
  }, SPACE_CHECK_MS);
  try {
    const ended = await runToEnd(command, args, options, stop.signal);
    if (ended.status === 0) return ended;
    const full = stop.signal.aborted || (await isFull(options.fills));
    return full ? { ...ended, trouble: `no space left in ${options.fills}` } : ended;
  } finally {
    clearInterval(watch);
  }
}

async function isFull(folder: string | undefined): Promise<boolean> {
  return folder !== undefined && (await freeBytes(folder)) < SPACE_MIN_BYTES;
}

/** Bytes that this user may still write in a folder's file system; Infinity where that cannot be asked. */
export async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function runToEnd(
  command: string,
  args: readonly string[],
  options: RunOptions,
  signal: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      command,
      [...args],
      {
        cwd: options.cwd,
        env: { ...process.env, LC_ALL: 'C', ...options.env },
        timeout: options.timeoutMs,
        signal,
        // apt and npm may catch SIGTERM and go on waiting for the network.
        killSignal: 'SIGKILL',
        maxBuffer: OUTPUT_MAX_BYTES,
        encoding: 'utf8',
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ status: 0, stdout, stderr, trouble: null });
        if (typeof error.code === 'number') {
          return resolve({ status: error.code, stdout, stderr, trouble: null });
        }
        resolve({ status: null, stdout, stderr, trouble: describe(command, error, options.timeoutMs) });
      },
    );
    child.stdin?.end();
  });
}

function describe(
  command: string,
  error: Error & { code?: unknown; killed?: boolean; signal?: NodeJS.Signals | null },
  timeoutMs: number,
): string {
  if (error.code === 'ENOENT') return `${command} is not installed`;
  if (error.killed === true) return `${command} was stopped after ${Math.round(timeoutMs / 1000)} s`;
  if (error.signal) return `${command} was ended by ${error.signal}`;
  return `${command}: ${messageOf(error)}`;
}

/** No file of a package is larger: an archive that unpacks to more is broken, or meant to fill the disk. */
const UNPACKED_FILE_MAX_BYTES = 2 ** 30;

/** Runs a command that unpacks an archive, with a limit on the size of every file that it writes. Throws CouldNotRun. */
export async function unpackOrFail(
  what: string,
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const limited = [`--fsize=${UNPACKED_FILE_MAX_BYTES}`, '--', command, ...args];
  const ended = await run('prlimit', limited, options);
  if (ended.status === 0) return ended.stdout;
  const reason = failureLine(command, ended);
  const large = /SIGXFSZ|file size limit|file too large/i.test(reason);
  throw new CouldNotRun(`${what}: ${large ? 'a file in its archive is larger than 1 GiB' : reason}`);
}

/**
 * Runs a command that must succeed and returns its standard output. Throws a CouldNotRun of the form
 * `what: reason`, the reason being the command's last meaningful line.
 */
export async function runOrFail(
  what: string,
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<string> {
  const ended = await run(command, args, options);
  if (ended.status === 0) return ended.stdout;
  throw new CouldNotRun(`${what}: ${failureLine(command, ended)}`);
}

/** The one line that says why a command failed. */
export function failureLine(command: string, ended: Ended): string {
  if (ended.trouble !== null) return ended.trouble;
  const line = lastMeaningfulLine(ended.stderr) ?? lastMeaningfulLine(ended.stdout);
  if (line === null) return `${command} failed with exit code ${ended.status}`;
  return line.startsWith(`${command}: `) ? line : `${command}: ${line}`;
}

/** Lines that only follow the one which says what is wrong. */
const SAYS_NOTHING =
  /^E: (Some index files|Unable to fetch)|Exiting with failure status due to previous errors|A complete log of this run/;

/**
 * The last line of a program's messages that says something: an error line when there is one (`E: …` of apt,
 * `… error: …`), else the last line that is not empty. Null when there is none.
 */
export function lastMeaningfulLine(text: string): string | null {
  const lines = text
    .split('\n')
    .map((line) => printable(line).trim())
    .filter((line) => line !== '' && !SAYS_NOTHING.test(line));
  const errors = lines.filter((line) => /^(E: |Err:|.*\berror:)/i.test(line));
  const line = errors.at(-1) ?? lines.at(-1);
  return line === undefined ? null : line.replace(/^E: /, '');
}
