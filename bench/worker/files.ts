/** The one module that knows where built files lie. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CouldNotRun } from '../core/errors.js';

/** The project's folder, which holds package.json. This file runs from dist/bench/worker/. */
export const PROJECT_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const NATIVE_FOLDER = join(PROJECT_FOLDER, 'native', 'build', 'Release');

export const WORKER_FILE = join(PROJECT_FOLDER, 'dist', 'bench', 'worker', 'worker.cjs');
export const ADDON_FILE = join(NATIVE_FOLDER, 'dupmark.node');
export const PRELOAD_FILE = join(NATIVE_FOLDER, 'dupmark_preload.so');
export const DRIVER_FILE = join(NATIVE_FOLDER, 'dupmark_driver');
export const CHECKS_FILE = join(NATIVE_FOLDER, 'dupmark_checks');
/** The same program, to be preloaded to a node executable. */
export const CHECKS_HOST_FILE = join(NATIVE_FOLDER, 'dupmark_checks.so');
export const PLAIN_LOOP_FILE = join(NATIVE_FOLDER, 'dupmark_plain_loop');

export const BUILT_FILES = [
  ADDON_FILE,
  PRELOAD_FILE,
  DRIVER_FILE,
  CHECKS_FILE,
  CHECKS_HOST_FILE,
  PLAIN_LOOP_FILE,
];

/** Throws CouldNotRun unless the native part has been built. */
export function assertBuilt(): void {
  const missing = BUILT_FILES.find((file) => !existsSync(file));
  if (missing !== undefined)
    throw new CouldNotRun(`the native part is not built: run 'make build' first (no ${missing})`);
}
