/** A whole soak: every scenario on every target, one cell after the other, each given its share of the time left. */
import { join } from 'node:path';
import { CouldNotRun, messageOf } from '../core/errors.js';
import type { SettingChoice } from '../core/scenario.js';
import type { CLibrary, Target } from '../core/target.js';
import type { SoakCell, SoakDocument } from '../document/soak-schema.js';
import { SOAK_SCHEMA_VERSION } from '../document/soak-schema.js';
import { newRunId } from '../document/store.js';
import type { PlantChoice, SoakCatalogue, SoakSpec } from '../worker/soak-messages.js';
import { type CellLimits, type CellProgress, runCell } from './cell.js';
import { isHandleScenario, runHandlesCell } from './handles-cell.js';
import { GRACE_MS, SoakWorker } from './soak-worker.js';

/** What every soak takes, whatever it repeats. */
export interface SoakRun {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  readonly seed: number;
  /** Cycles of each cell; null for as many as its share of the time allows. */
  readonly cycles: number | null;
  readonly budgetMs: number | null;
  readonly plant: { readonly kind: string; readonly rate: number } | null;
  /** Where heap snapshots are kept when something grew. */
  readonly results: string;
  readonly dupmark: SoakDocument['dupmark'];
  readonly command: readonly string[];
  readonly signal: AbortSignal;
  readonly onRefused?: (target: string, reason: string) => void;
  readonly onProgress?: (progress: SoakProgress) => void;
}

export interface SoakPlan extends SoakRun {
  /** Scenarios by name; null for all. */
  readonly scenarios: readonly string[] | null;
  /** For the scenarios that take settings: a cell for each of these sets, of which the empty one is a bare handle. */
  readonly settings: readonly (readonly SettingChoice[])[];
  readonly threads: number;
}

export interface SoakProgress extends CellProgress {
  readonly target: string;
  readonly scenario: string;
  readonly done: number;
  readonly total: number;
}

/** Asks the first target that opens for what the engine offers. Throws CouldNotRun when none does. */
export async function soakCatalogue(targets: readonly Target[], cLibrary: CLibrary): Promise<SoakCatalogue> {
  const reasons: string[] = [];
  for (const target of targets) {
    const worker = new SoakWorker(target, cLibrary);
    try {
      return await worker.ask('soakDescribe', {});
    } catch (error) {
      reasons.push(messageOf(error));
    } finally {
      await worker.stop();
    }
  }
  throw new CouldNotRun(`no target can be soaked: ${reasons.join('; ')}`);
}

/** The plant as one cell has it: its first cycle drawn from the seed, so that it depends on nothing else. */
export function plantChoice(
  plant: { readonly kind: string; readonly rate: number },
  seed: number,
): PlantChoice {
  return { ...plant, offset: (Math.imul(seed | 1, 0x9e3779b1) >>> 0) % plant.rate };
}

/** Native scenarios and those of JavaScript handles, each in its own way. */
export function runAnyCell(
  worker: SoakWorker,
  spec: SoakSpec,
  snapshots: string,
  limits: CellLimits,
  onProgress?: (progress: CellProgress) => void,
): Promise<SoakCell> {
  return isHandleScenario(spec.scenario)
    ? runHandlesCell(worker, spec, limits, snapshots, onProgress)
    : runCell(worker, spec, limits, onProgress);
}

export async function soak(plan: SoakPlan): Promise<SoakDocument> {
  const started = new StartedSoak(plan);
  const catalogue = await soakCatalogue(plan.targets, plan.cLibrary);
  const names = scenarioNames(plan, catalogue);
  const takesSettings = new Set(
    catalogue.scenarios.filter(({ takesSettings }) => takesSettings).map(({ name }) => name),
  );
  const wanted = names.flatMap((scenario) =>
    (takesSettings.has(scenario) ? plan.settings : [[]]).map((settings) => ({ scenario, settings })),
  );
  return started.overTargets(wanted, {}, (worker, { scenario, settings }, snapshots, limits, onProgress) => {
    const spec: SoakSpec = {
      scenario,
      settings,
      seed: plan.seed,
      plant: plan.plant === null ? null : plantChoice(plan.plant, plan.seed),
      threads: plan.threads,
    };
    return runAnyCell(worker, spec, snapshots, limits, onProgress);
  });
}

/** What one cell repeats. */
interface Wanted {
  readonly scenario: string;
}

type RunCell<W extends Wanted> = (
  worker: SoakWorker,
  wanted: W,
  snapshots: string,
  limits: CellLimits,
  onProgress: (progress: CellProgress) => void,
) => Promise<SoakCell>;

/** A StartedSoak has its clock running: all that it does, the opening of targets included, is within its budget. */
export class StartedSoak {
  readonly #run: SoakRun;
  readonly #startedAt = new Date();
  readonly #id = newRunId(this.#startedAt);
  readonly #deadline: number | null;

  constructor(run: SoakRun) {
    this.#run = run;
    this.#deadline = run.budgetMs === null ? null : performance.now() + run.budgetMs;
  }

  /** Runs each of them on each target, one cell after the other, and gives the document. */
  async overTargets<W extends Wanted>(
    all: readonly W[],
    workerOptions: { readonly runsUserCode?: boolean },
    runOne: RunCell<W>,
  ): Promise<SoakDocument> {
    const { targets: asked, signal, cycles, onProgress } = this.#run;
    const cells: SoakCell[] = [];
    const targets: SoakDocument['targets'][number][] = [];
    const total = asked.length * all.length;
    let done = 0;
    for (const target of asked) {
      if (signal.aborted || this.#isOver()) break;
      const worker = new SoakWorker(target, this.#run.cLibrary, workerOptions);
      // A cell may take more than its share, as all have a segment at least; all together may not.
      worker.limits = { deadline: this.#deadline, signal };
      try {
        await worker.open();
      } catch (error) {
        const refused = messageOf(error);
        targets.push({ id: target.id, version: null, nodeVersion: null, refused });
        this.#run.onRefused?.(target.id, refused);
        done += all.length;
        continue;
      }
      targets.push({
        id: target.id,
        version: worker.facts?.version ?? null,
        nodeVersion: worker.facts?.nodeVersion ?? null,
        refused: null,
      });
      try {
        for (const wanted of all) {
          if (signal.aborted || this.#isOver()) break;
          const limits = { cycles, deadline: this.#shareOf(total - done), signal };
          const snapshots = join(this.#run.results, 'runs', this.#id);
          cells.push(
            await runOne(worker, wanted, snapshots, limits, (progress) =>
              onProgress?.({ ...progress, target: target.id, scenario: wanted.scenario, done, total }),
            ),
          );
          done++;
        }
      } finally {
        await worker.stop();
      }
    }
    return this.#document(targets, cells, total - done);
  }

  #isOver(): boolean {
    return this.#deadline !== null && performance.now() > this.#deadline + GRACE_MS;
  }

  /** When the next of so many cells is to end, as all of them share what is left. */
  #shareOf(cells: number): number | null {
    if (this.#deadline === null) return null;
    const now = performance.now();
    return now + Math.max((this.#deadline - now) / cells, 0);
  }

  /** With cells that were never begun the time ended too soon, whatever the others say. */
  #document(targets: SoakDocument['targets'], cells: SoakCell[], notBegun: number): SoakDocument {
    const unfinished =
      notBegun > 0 ||
      cells.some(({ verdict, reason }) => verdict === 'inconclusive' && reason.startsWith('the time'));
    const { signal, seed, dupmark, command } = this.#run;
    return {
      kind: 'dupmark-soak',
      schemaVersion: SOAK_SCHEMA_VERSION,
      id: this.#id,
      dupmark,
      startedAt: this.#startedAt.toISOString(),
      endedAt: new Date().toISOString(),
      end: signal.aborted ? 'interrupted' : unfinished ? 'budget' : 'complete',
      seed,
      command: [...command],
      targets,
      cells,
    };
  }
}

function scenarioNames(plan: SoakPlan, catalogue: SoakCatalogue): readonly string[] {
  const known = catalogue.scenarios.map(({ name }) => name);
  if (plan.plant !== null) {
    const { kind } = plan.plant;
    const plant = catalogue.plants.find((one) => one.kind === kind);
    if (plant === undefined) {
      const kinds = catalogue.plants.map((one) => one.kind).join(', ');
      throw new CouldNotRun(`--plant: '${kind}' is not a plant (accepted: ${kinds})`);
    }
    return [plant.scenario];
  }
  for (const name of plan.scenarios ?? []) {
    if (!known.includes(name)) {
      throw new CouldNotRun(`--scenario: '${name}' is not a soak scenario (accepted: ${known.join(', ')})`);
    }
  }
  return plan.scenarios ?? known;
}
