/**
 * Fault injection on every target that has a library of its own, through native/checks.cc: a fork is safe there, as
 * nothing of Node is in that process.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { messageOf, printable } from '../core/errors.js';
import type { CLibrary, Target } from '../core/target.js';
import { type FaultCase, type FaultTarget, faultCaseSchema } from '../document/faults-schema.js';
import { CHECKS_FILE } from '../worker/files.js';
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

/** Forking a Node process copies its threads' locks but not its threads: what the child did would prove nothing. */
const INSIDE_NODE =
  'its OpenSSL is inside the node executable, where a child cannot be forked safely; a shared library of the same version can be tested';

const header = z.strictObject({ version: z.string(), cases: z.number() });

export async function injectFaults(
  target: Target,
  cLibrary: CLibrary,
  request: FaultsRequest,
): Promise<FaultTarget> {
  const { library } = target;
  if (library.kind !== 'shared') {
    return { id: target.id, version: null, notAvailable: INSIDE_NODE, cases: [] };
  }
  const { command, args } = loaded(CHECKS_FILE, cLibrary);
  const child = spawn(
    command,
    [
      ...[...args, 'faults', '--libcrypto', library.libcrypto, '--libssl', library.libssl],
      ...(request.only === null ? [] : ['--case', request.only]),
      ...['--nth', String(request.nth), '--plant', request.plant],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { OPENSSL_CONF: '/dev/null' }, detached: true },
  );
  const stop = () => child.kill('SIGKILL');
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
