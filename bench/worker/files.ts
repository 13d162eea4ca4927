/** The one module that knows where built files lie. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CouldNotRun } from '../core/errors.js';
import { buildInstalled } from './native-build.js';

/** The project's folder, which holds package.json. This file runs from dist/bench/worker/. */
export const PROJECT_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const NATIVE_FOLDER = join(PROJECT_FOLDER, 'native', 'build', 'Release');

export const WORKER_FILE = join(PROJECT_FOLDER, 'dist', 'bench', 'worker', 'worker.cjs');
/** A worker without a parent, for profilers that start a program themselves. */
export const WORKLOAD_FILE = join(PROJECT_FOLDER, 'dist', 'bench', 'worker', 'workload.cjs');
export const ADDON_FILE = join(NATIVE_FOLDER, 'dupmark.node');
export const PRELOAD_FILE = join(NATIVE_FOLDER, 'dupmark_preload.so');
export const DRIVER_FILE = join(NATIVE_FOLDER, 'dupmark_driver');
export const CHECKS_FILE = join(NATIVE_FOLDER, 'dupmark_checks');
/** The same program, to be preloaded to a node executable. */
export const CHECKS_HOST_FILE = join(NATIVE_FOLDER, 'dupmark_checks.so');
export const PLAIN_LOOP_FILE = join(NATIVE_FOLDER, 'dupmark_plain_loop');
const EXAMPLE_ADDON_FILE = join(NATIVE_FOLDER, 'example_blobs.node');

/** Soak files whose plants belong to the self-test. */
export const SELFTEST_SOAK_FILES = ['holders', 'addon'].map((name) =>
  join(PROJECT_FOLDER, 'examples', `${name}.soak.ts`),
);

export const BUILT_FILES = [
  ADDON_FILE,
  PRELOAD_FILE,
  DRIVER_FILE,
  CHECKS_FILE,
  CHECKS_HOST_FILE,
  PLAIN_LOOP_FILE,
  EXAMPLE_ADDON_FILE,
];

/** Whether this is a checkout, with what only developers need, and not a package that was installed. */
const IS_CHECKOUT = existsSync(join(PROJECT_FOLDER, 'tsconfig.json'));

/** Where results are kept unless told otherwise: a checkout's own folder, or one where the user of a package works. */
export const RESULTS_FOLDER = join(IS_CHECKOUT ? PROJECT_FOLDER : process.cwd(), 'results');

/** Makes sure of the native part, which an installed package builds when it is first used. Throws CouldNotRun. */
export function assertBuilt(): void {
  const missing = () => BUILT_FILES.find((file) => !existsSync(file));
  if (missing() !== undefined && !IS_CHECKOUT) buildInstalled(join(PROJECT_FOLDER, 'native'), NATIVE_FOLDER);
  const file = missing();
  if (file !== undefined)
    throw new CouldNotRun(`the native part is not built: run 'make build' first (no ${file})`);
}
