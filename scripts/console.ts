/** What commands say on the terminal while they work, and how they are stopped. */
import { writeFileSync } from 'node:fs';
import cliProgress from 'cli-progress';
import { CouldNotRun, ExitCode, printable } from '../bench/core/errors.js';
import { explain } from '../bench/document/store.js';

/** A line for the person who waits. On standard error, so that standard output is only the result. */
export function say(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** Lines of a result on standard output. */
export function print(...lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(''));
}

/** A Progress shows how far long work is: a bar with an ETA on a terminal, a quiet line now and then elsewhere. */
export interface Progress {
  update(done: number, total: number, what: string): void;
  end(): void;
}

/** Where there is no terminal, a line at most this often. */
const QUIET_MS = 15_000;

export function progress(label: string): Progress {
  return process.stderr.isTTY ? barProgress(label) : quietProgress(label);
}

function barProgress(label: string): Progress {
  const bar = new cliProgress.SingleBar({
    format: `${label} {bar} {percentage} % · ETA {eta_formatted} · {what}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 200,
    stream: process.stderr,
  });
  let started = false;
  return {
    update(done, total, what) {
      if (!started) bar.start(total, done, { what: '' });
      started = true;
      bar.setTotal(total);
      bar.update(done, { what: printable(what).slice(0, 40) });
    },
    end() {
      if (started) bar.stop();
    },
  };
}

function quietProgress(label: string): Progress {
  let started = performance.now();
  let last = started;
  // What a resumed run found done took no time, nor did what came before the first word of progress.
  let first: number | null = null;
  let before = 0;
  return {
    update(done, total) {
      const now = performance.now();
      // Going back, the next part of the work has begun.
      if (first === null || done < before) [first, started] = [done, now];
      before = done;
      if (done <= first || now - last < QUIET_MS) return;
      last = now;
      const leftSeconds = Math.round((((now - started) / (done - first)) * (total - done)) / 1000);
      say(`${label}: ${Math.floor((100 * done) / total)} %, about ${leftSeconds} s left`);
    },
    end() {},
  };
}

/** How a command that was asked to stop ends. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code that says so; null while nobody asked. */
  readonly exitCode: () => ExitCode | null;
}

/**
 * The first SIGINT or SIGTERM asks the work to end in good order, the second ends it at once.
 */
export function onInterrupt(): Interruption {
  const controller = new AbortController();
  let code: ExitCode | null = null;
  const stop = (exitCode: ExitCode) => () => {
    if (code !== null) process.exit(exitCode);
    code = exitCode;
    say('stopping; what was measured is kept (once more to end at once)');
    controller.abort();
  };
  process.on('SIGINT', stop(ExitCode.interrupted));
  process.on('SIGTERM', stop(ExitCode.terminated));
  return { signal: controller.signal, exitCode: () => code };
}

/** Writes what `--json FILE` asks for; `-` is standard output. Throws CouldNotRun when it cannot. */
export function writeJson(file: string, value: unknown): void {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  try {
    if (file === '-') process.stdout.write(text);
    else writeFileSync(file, text);
  } catch (error) {
    throw new CouldNotRun(`--json: cannot write ${printable(file)}: ${explain(error)}`);
  }
}

/** Runs `work`, which writes `file`; what goes wrong becomes CouldNotRun with the system's reason. */
export function couldNotWrite(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new CouldNotRun(`cannot write ${printable(file)}: ${explain(error)}`);
  }
}
