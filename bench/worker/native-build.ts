/** Builds the native part by its Makefile: `make build` in a checkout, the first command of an installed package. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CouldNotRun, messageOf } from '../core/errors.js';

/** Compiles into `output`, a folder below `native`. Throws CouldNotRun; what the compiler says goes to standard error. */
export function compileNative(native: string, output: string): void {
  const make = spawnSync(
    'make',
    ['--silent', '-C', native, `-j${availableParallelism()}`, `OUT=${output}`, 'all'],
    { stdio: ['ignore', 2, 2] },
  );
  if (make.error !== undefined) throw new CouldNotRun(`cannot start make: ${messageOf(make.error)}`);
  if (make.status !== 0) throw new CouldNotRun('the native build failed: it needs make and a C++17 compiler');
}

/**
 * Builds once for an installed package, whose archive has sources only: npm asks before it runs install scripts, and a build
 * made elsewhere might ask for a newer C library. In a folder of its own first, as several commands may be started at once.
 */
export function buildInstalled(native: string, release: string): void {
  const partial = join('build', `partial-${process.pid}`);
  process.stderr.write('dupmark: building the native part, once (about half a minute)\n');
  try {
    mkdirSync(join(native, partial), { recursive: true });
  } catch (error) {
    throw new CouldNotRun(
      `the native part is not built, and cannot be in ${native} (${messageOf(error)}): run dupmark once as a user who may write there`,
    );
  }
  try {
    compileNative(native, partial);
    if (!existsSync(release)) renameSync(join(native, partial), release);
  } finally {
    rmSync(join(native, partial), { recursive: true, force: true });
  }
}
