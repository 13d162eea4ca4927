/** A soak from code: what `dupmark soak` does, without its tables. */
import { parseChoice } from '../core/scenario.js';
import type { SoakDocument } from '../document/soak-schema.js';
import { soak as runSoak } from '../soak/run.js';
import { dupmarkVersion } from '../worker/version.js';
import { type CommonOptions, resolveOptions } from './options.js';

export interface SoakOptions extends CommonOptions {
  /** Scenarios by name, as `dupmark soak --help` lists them. All when left out. */
  readonly scenarios?: readonly string[];
  /** Settings for the scenarios that take any, as `cipher-list` or `cipher-list=20`. */
  readonly settings?: readonly string[];
  /** Cycles of each scenario on each target. */
  readonly cycles?: number;
  /** Milliseconds for everything together: a minute when neither this nor `cycles` is given. */
  readonly budgetMs?: number;
  /** Threads of the scenario `threads`: 4 when left out. */
  readonly threads?: number;
  /** A deliberate fault, once in so many cycles, to see it found. */
  readonly plant?: { readonly kind: string; readonly rate: number };
}

const USUAL_BUDGET_MS = 60_000;

/** Soaks, and gives the verdicts of every oracle. Rejects with CouldNotRun when no target can be soaked. */
export async function soak(options: SoakOptions): Promise<SoakDocument> {
  const { targets, cLibrary, seed, results, signal } = await resolveOptions(options);
  return runSoak({
    targets,
    cLibrary,
    scenarios: options.scenarios ?? null,
    settings: [(options.settings ?? []).map((text) => parseChoice(text, 'settings'))],
    seed,
    threads: options.threads ?? 4,
    cycles: options.cycles ?? null,
    budgetMs: options.budgetMs ?? (options.cycles === undefined ? USUAL_BUDGET_MS : null),
    plant: options.plant ?? null,
    results,
    dupmark: dupmarkVersion(),
    command: ['(library)', 'soak'],
    signal,
    onProgress: ({ done, total, target, scenario }) =>
      options.onProgress?.(done, total, `${scenario} on ${target}`),
  });
}
