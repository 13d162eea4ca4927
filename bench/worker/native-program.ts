/** The native programs that check the addon, as participants of a batch: the driver and the plain C loop. */
import { spawn } from 'node:child_process';
import { printable } from '../core/errors.js';
import type { CLibrary, Library } from '../core/target.js';
import type { Participant, Turns } from './batch.js';
import { DRIVER_FILE, PLAIN_LOOP_FILE } from './files.js';
import type { ScenarioSpec } from './messages.js';
import { loaded } from './worker-process.js';

type SharedLibrary = Extract<Library, { kind: 'shared' }>;

interface Place {
  readonly library: SharedLibrary;
  readonly cLibrary: CLibrary;
  readonly boardFd: number;
  readonly cpu: number | null;
  readonly place: number;
}

/** The descriptor that a program inherits the board as. */
const BOARD_FD = 3;

/** native/driver.cc: the addon's own core, without Node. */
export function driverParticipant(at: Place): Participant {
  return participant(at, DRIVER_FILE, ({ scenario, iterations, epoch, place }) => [
    ...driverArguments(at.library, scenario),
    ...['--iterations', String(iterations), '--board', String(BOARD_FD), '--epoch', String(epoch)],
    ...['--worker', String(place), '--cpu', String(at.cpu ?? -1)],
  ]);
}

/** Which library and scenario the driver is to run. */
export function driverArguments(library: SharedLibrary, scenario: ScenarioSpec): string[] {
  return [
    ...['--libcrypto', library.libcrypto, '--libssl', library.libssl],
    ...['--operation', scenario.operation, '--method', scenario.method],
    ...['--phase', scenario.phase, '--live', String(scenario.live)],
    ...scenario.settings.flatMap(({ setting, level }) => ['--setting', `${setting}=${level}`]),
  ];
}

/** native/plain_loop.c: the loop that anybody would write, with nothing of the core. Bare new, dup and up-ref only. */
export function plainLoopParticipant(at: Place): Participant {
  return participant(at, PLAIN_LOOP_FILE, ({ scenario, iterations, epoch, place }) => [
    ...[at.library.libcrypto, at.library.libssl, scenario.operation, String(iterations)],
    ...[String(BOARD_FD), String(epoch), String(place), String(at.cpu ?? -1)],
  ]);
}

function participant(at: Place, program: string, argumentsFor: (turns: Turns) => string[]): Participant {
  return {
    place: at.place,
    takeTurns: (turns) =>
      new Promise((resolve, reject) => {
        const { command, args } = loaded(program, at.cLibrary);
        const child = spawn(command, [...args, ...argumentsFor(turns)], {
          stdio: ['ignore', 'ignore', 'pipe', at.boardFd],
          env: { OPENSSL_CONF: '/dev/null' },
          timeout: turns.timeoutMs,
          killSignal: 'SIGKILL',
          detached: true,
        });
        let said = '';
        child.stderr?.setEncoding('utf8').on('data', (text: string) => {
          said = (said + text).slice(-2000);
        });
        child.on('error', reject);
        child.on('close', (code, signal) => {
          if (code === 0) resolve(undefined);
          else reject(new Error(printable(said.trim()) || `ended with ${signal ?? code}`));
        });
      }),
  };
}
