/**
 * Fault injection on a target, through native/checks.cc: a fork is safe there, as nothing of Node runs in that process. For an
 * OpenSSL that is inside a node executable the same program is preloaded to that, and runs in the place of Node's main.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { messageOf, printable } from '../core/errors.js';
import type { CLibrary, Target } from '../core/target.js';
import { type FaultCase, type FaultTarget, faultCaseSchema } from '../document/faults-schema.js';
import { CHECKS_FILE, CHECKS_HOST_FILE } from '../worker/files.js';
import { loaded } from '../worker/worker-process.js';

export interface FaultsRequest {
  /** One case by its name; null for all. */
  readonly only: string | null;
  /** One allocation of it; 0 for all. */
  readonly nth: number;
  /** A deliberate fault of the call; '' for none. */
  readonly plant: string;
  readonly signal: AbortSignal;
  readonly onCase: (done: number, total: number, name: string) => void;
}

const header = z.strictObject({ version: z.string(), cases: z.number() });

export async function injectFaults(
  target: Target,
  cLibrary: CLibrary,
  request: FaultsRequest,
): Promise<FaultTarget> {
  const child = startChecks(target, cLibrary, [
    'faults',
    ...(request.only === null ? [] : ['--case', request.only]),
    ...['--nth', String(request.nth), '--plant', request.plant],
  ]);
  // With the children that it has forked.
  const stop = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  request.signal.addEventListener('abort', stop);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(messageOf(error)));
    child.on('close', (code, signal) =>
      resolve(code === 0 ? '' : printable(said.trim()) || `ended with ${signal ?? code}`),
    );
  });
  let version: string | null = null;
  let total = 0;
  const cases: FaultCase[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    // What is cut off in the middle is not counted.
    if (request.signal.aborted) break;
    const value: unknown = JSON.parse(line);
    if (version === null) {
      const head = header.parse(value);
      version = head.version;
      total = request.only === null ? head.cases : 1;
    } else {
      const one = faultCaseSchema.parse(value);
      cases.push(one);
      request.onCase(cases.length, total, one.case);
    }
  }
  const failure = await ended;
  request.signal.removeEventListener('abort', stop);
  const notAvailable = failure === '' || request.signal.aborted ? null : failure;
  return { id: target.id, version, notAvailable, cases };
}

/** Starts native/checks.cc on the target's OpenSSL, as the head of a process group. */
export function startChecks(
  { library, node }: Target,
  cLibrary: CLibrary,
  what: readonly string[],
): ChildProcessByStdio<null, Readable, Readable> {
  const shared = library.kind === 'shared';
  const { command, args } = loaded(shared ? CHECKS_FILE : node, cLibrary);
  const on = shared
    ? ['--libcrypto', library.libcrypto, '--libssl', library.libssl]
    : ['--inside-node', 'yes'];
  const environment = { OPENSSL_CONF: '/dev/null', ...(shared ? {} : { LD_PRELOAD: CHECKS_HOST_FILE }) };
  return spawn(command, [...args, ...what, ...on], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
    detached: true,
  });
}
