/** What the functions of the library take in common, and how it becomes what the rest of dupmark works with. */
import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { CouldNotRun } from '../core/errors.js';
import { SEED_MAX } from '../core/order.js';
import { type CLibrary, parseTargetId, type Target } from '../core/target.js';
import { chooseCLibrary, resolveTargets } from '../targets/index.js';
import { assertBuilt } from '../worker/files.js';

/** What is measured, and how the caller hears of it. */
export interface CommonOptions {
  /** Target ids, as on the command line: `bundled`, `openssl@3.5`, `prefix:/opt/openssl`. What is named must be had. */
  readonly targets: readonly string[];
  /** Fetch nothing: use the targets that are here. */
  readonly offline?: boolean;
  /** Makes the order, and whatever else is drawn, the same again. Random when left out; the document keeps it. */
  readonly seed?: number;
  /** The folder that keeps runs: `results` in the current one when left out. */
  readonly results?: string;
  /** Aborted to stop early; what was measured is kept. */
  readonly signal?: AbortSignal;
  /** How far it is: `done` of `total`, and what is at work. */
  readonly onProgress?: (done: number, total: number, what: string) => void;
}

export interface Resolved {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  readonly seed: number;
  readonly results: string;
  readonly signal: AbortSignal;
}

/** Throws CouldNotRun, with the reason in one line, when a target cannot be had. */
export async function resolveOptions(options: CommonOptions): Promise<Resolved> {
  assertBuilt();
  const { offline = false } = options;
  const requests = options.targets.map((id) => parseTargetId(id, 'targets'));
  const { targets, missing } = await resolveTargets(requests, { offline });
  if (missing.length > 0) throw new CouldNotRun(missing.map(({ reason }) => reason).join('; '));
  if (targets.length === 0) throw new CouldNotRun('targets: none was named');
  return {
    targets,
    cLibrary: await chooseCLibrary(targets, { offline }),
    seed: options.seed ?? randomInt(SEED_MAX),
    results: resolve(options.results ?? 'results'),
    signal: options.signal ?? new AbortController().signal,
  };
}
