/** A whole run from code: what `dupmark bench` does, without its tables. */
import { CouldNotRun } from '../core/errors.js';
import { parseScenario, type Scenario } from '../core/scenario.js';
import { parseTargetId } from '../core/target.js';
import { type Compared, compareTargets } from '../document/compared.js';
import { applyGate, type GateResult, parseLimit } from '../document/gate.js';
import { readRun, type StoredRun } from '../document/read.js';
import type { RunDocument } from '../document/schema.js';
import type { MeasureEnd } from '../run/measure.js';
import { run } from '../run/run.js';
import { singleLook } from '../stats/looks.js';
import { SUITES, type SuiteName, USUAL_EFFORT } from '../suites/suites.js';
import { resolveTarget } from '../targets/index.js';
import { dupmarkVersion } from '../worker/version.js';
import { type CommonOptions, resolveOptions } from './options.js';

export interface BenchOptions extends CommonOptions {
  /** Scenarios, by name (`dup[cipher-list=20]/create@256`) or as made by `Scenario`. */
  readonly scenarios?: readonly (string | Scenario)[];
  /** Instead of scenarios, a suite. `standard` when neither is given. */
  readonly suite?: Exclude<SuiteName, 'full'>;
  /** Which of the targets the others are compared with: the first when left out. */
  readonly baseline?: string;
  /** Blocks, each of fresh processes. 16 when left out; below 6 there are no intervals. */
  readonly blocks?: number;
  /** Rounds of each scenario in a block. 24 when left out. */
  readonly rounds?: number;
  /** Milliseconds after which no further block is begun. 90,000 when left out. */
  readonly budgetMs?: number;
  /** Also count instructions, by callgrind. */
  readonly countInstructions?: boolean;
}

export interface BenchResult {
  /** Everything of the run but its raw values: figures, provenance, warnings. */
  readonly document: RunDocument;
  /** Where it is kept. */
  readonly folder: string;
  readonly end: MeasureEnd;
  /** Two of its targets side by side, as `dupmark compare` has them. Throws RangeError for a target that it has not. */
  compare(base: string, contender: string): Compared;
}

/** How long a round is meant to last. */
const ROUND_NS = 200_000;

/** Measures, and keeps the run. Rejects with CouldNotRun when nothing can be measured. */
export async function bench(options: BenchOptions): Promise<BenchResult> {
  if (options.scenarios !== undefined && options.suite !== undefined) {
    throw new CouldNotRun('bench: scenarios and suite exclude each other');
  }
  const { targets, cLibrary, seed, results, signal } = await resolveOptions(options);
  const baseline = options.baseline ?? targets[0]?.id ?? '';
  const { scenarios } = options;
  const { document, folder, end } = await run({
    targets,
    cLibrary,
    chooseScenarios: (catalogue) =>
      scenarios?.map((one) => (typeof one === 'string' ? parseScenario(one, 'scenarios') : one)) ??
      SUITES[options.suite ?? 'standard'].scenarios(catalogue),
    baseline: (await resolveTarget(parseTargetId(baseline, 'baseline'), { offline: true })).id,
    looks: singleLook(options.blocks ?? USUAL_EFFORT.blocks),
    precision: 0,
    twin: targets.length > 1,
    rounds: options.rounds ?? USUAL_EFFORT.rounds,
    roundNs: ROUND_NS,
    seed,
    pin: true,
    countInstructions: options.countInstructions ?? false,
    budgetMs: options.budgetMs ?? USUAL_EFFORT.budgetMs,
    results,
    command: ['(library)', 'bench'],
    dupmark: dupmarkVersion(),
    signal,
    onProgress: (step) => {
      if (step.kind === 'measure') options.onProgress?.(step.done, step.total, step.scenario);
    },
  });
  let stored: StoredRun | null = null;
  return {
    document,
    folder,
    end,
    compare(base, contender) {
      stored ??= readRun(folder);
      return compareTargets(stored, base, contender);
    },
  };
}

/** Holds a comparison against limits such as `time>3%`, `allocations>0` and `bytes>1%`. Throws CouldNotRun for what is none. */
export function gate(compared: Compared, ...limits: readonly string[]): GateResult {
  return applyGate(
    compared,
    limits.map((limit) => parseLimit(limit, 'gate')),
  );
}
