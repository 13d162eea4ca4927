/** One worker process as the parent sees it: requests out, answers in, and its end, however it comes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { messageOf, printable } from '../core/errors.js';
import type { CLibrary, Target } from '../core/target.js';
import { ADDON_FILE, PRELOAD_FILE, WORKER_FILE } from './files.js';
import type { Answer, Exchange, RequestKind } from './messages.js';
import { ownSettingsEnvironment } from './own-settings.js';

/** The worker is gone: it crashed, hung or was ended. What it had measured is on the board. */
export class WorkerGone extends Error {
  override readonly name = 'WorkerGone';
}

/** The worker is well and says no: the request cannot be done on this target. */
export class WorkerRefused extends Error {
  override readonly name = 'WorkerRefused';
}

export interface WorkerOptions {
  /** Run with the counting hooks; such a worker is never used to time anything. */
  readonly countAllocations: boolean;
  /** The board's descriptor; null for a worker that takes no turns. */
  readonly boardFd: number | null;
  /**
   * Bytes of an otherwise unused environment variable: moves the stack, as address randomisation does where the
   * system has it switched on. None when left out.
   */
  readonly paddingBytes?: number;
  /** It runs somebody's own code, which has the user's whole environment and may print. Never to time anything. */
  readonly runsUserCode?: boolean;
}

/** What is waited for any answer but that of a batch. Generous: a machine under load must not look like a hang. */
const ANSWER_MS = 60_000;

/** What of the user's environment a worker sees; the rest could change what is measured. */
const KEPT_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ'];

export class WorkerProcess {
  readonly target: Target;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #nextId = 1;
  #errorText = '';
  #ending: WorkerGone | null = null;
  readonly ended: Promise<void>;

  constructor(target: Target, cLibrary: CLibrary, options: WorkerOptions) {
    this.target = target;
    const { command, args } = workerCommand(target, cLibrary);
    const users = options.runsUserCode === true;
    const environment: NodeJS.ProcessEnv = users
      ? { ...process.env }
      : { OPENSSL_CONF: '/dev/null', ...ownSettingsEnvironment() };
    for (const name of KEPT_VARIABLES) {
      const value = process.env[name];
      if (value !== undefined) environment[name] = value;
    }
    if (options.paddingBytes !== undefined) environment.DUPMARK_PADDING = 'x'.repeat(options.paddingBytes);
    if (options.countAllocations) {
      // Without malloc's cache of freed blocks a thread: they count as handed out, and what Node takes of them later does
      // not count again, so that every segment of a soak seemed to leave some behind.
      environment.GLIBC_TUNABLES = 'glibc.malloc.tcache_count=0';
      if (target.library.kind === 'inside-node') environment.LD_PRELOAD = PRELOAD_FILE;
    }
    const board = options.boardFd === null ? [] : [options.boardFd];
    this.#child = spawn(command, [...args, WORKER_FILE, ADDON_FILE, ...(board.length > 0 ? ['4'] : [])], {
      // What user code prints goes to standard error: standard output is the result's.
      stdio: ['ignore', users ? 2 : 'ignore', 'pipe', 'ipc', ...board],
      env: environment,
      // Out of the terminal's process group: Ctrl-C is for the parent, which then ends the batch in good order.
      detached: true,
    });
    this.pid = this.#child.pid ?? -1;
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errorText = (this.#errorText + text).slice(-2000);
      if (users) process.stderr.write(text);
    });
    this.#child.on('message', (answer: Answer) => this.#receive(answer));
    this.ended = new Promise((resolve) => {
      const end = (reason: string) => {
        this.#end(reason);
        resolve();
      };
      this.#child.on('error', (error) => end(`could not be started: ${messageOf(error)}`));
      // All of standard error first, as it says why. (Not the child's own 'close': after a disconnect from this
      // side Node 20 never emits it.)
      const errorsRead = new Promise((read) => this.#child.stderr?.once('close', read));
      this.#child.once('exit', (code, signal) => {
        errorsRead.then(() => end(signal === null ? `ended with exit code ${code}` : `died of ${signal}`));
      });
    });
  }

  /** Asks one thing. Rejects with WorkerRefused when the worker says no, with WorkerGone when it is no more. */
  async ask<K extends RequestKind>(
    kind: K,
    takes: Exchange[K]['takes'],
    timeoutMs = ANSWER_MS,
  ): Promise<Exchange[K]['gives']> {
    if (this.#ending !== null) throw this.#ending;
    const id = this.#nextId++;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    const watchdog = setTimeout(
      () => this.kill(`did not answer '${kind}' within ${timeoutMs / 1000} s`),
      timeoutMs,
    );
    try {
      // An error here means that the channel is gone, and soon the process: its end says why, and rejects.
      this.#child.send({ kind, id, ...takes }, () => {});
      return (await answer) as Exchange[K]['gives'];
    } finally {
      clearTimeout(watchdog);
    }
  }

  /** Whether the process has ended, or is about to. */
  get gone(): boolean {
    return this.#ending !== null;
  }

  /** Ends the worker now; what it was asked rejects with `reason`. */
  kill(reason: string): void {
    this.#ending ??= new WorkerGone(`the worker of ${this.target.id} ${reason}`);
    this.#child.kill('SIGKILL');
  }

  /** Lets the worker end by itself, and waits until it has. */
  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), 2000);
    await this.ended;
    clearTimeout(impatience);
  }

  #receive(answer: Answer): void {
    const waiting = this.#settle(answer.id);
    if (answer.ok) waiting?.resolve(answer.value);
    else waiting?.reject(new WorkerRefused(printable(answer.error)));
  }

  #settle(id: number) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #end(reason: string): void {
    const said = printable(this.#errorText.trim().split('\n').slice(-3).join(' · '));
    this.#ending ??= new WorkerGone(
      `the worker of ${this.target.id} ${reason}${said === '' ? '' : ` (${said})`}`,
    );
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ending);
    this.#waiting.clear();
  }
}

/** The target's node executable, through the suite's own loader where the comparison runs on that suite's C library. */
export function workerCommand(target: Target, cLibrary: CLibrary): { command: string; args: string[] } {
  return loaded(target.node, cLibrary);
}

/** How any executable is started on the comparison's C library. */
export function loaded(executable: string, cLibrary: CLibrary): { command: string; args: string[] } {
  if (cLibrary.kind === 'host') return { command: executable, args: [] };
  return { command: cLibrary.loader, args: ['--library-path', cLibrary.libraryPath, executable] };
}
