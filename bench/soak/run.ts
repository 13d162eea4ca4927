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
import { SoakWorker } from './soak-worker.js';

export interface SoakPlan {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  /** Scenarios by name; null for all. */
  readonly scenarios: readonly string[] | null;
  /** For the scenarios that take settings: a cell for each of these sets, of which the empty one is a bare handle. */
  readonly settings: readonly (readonly SettingChoice[])[];
  readonly seed: number;
  readonly threads: number;
  /** Cycles of each cell; null for as many as its share of the time allows. */
  readonly cycles: number | null;
  readonly budgetMs: number | null;
  readonly plant: { readonly kind: string; readonly rate: number } | null;
  /** Where heap snapshots are kept when something grew. */
  readonly results: string;
  readonly dupmark: SoakDocument['dupmark'];
  readonly command: readonly string[];
  readonly signal: AbortSignal;
  readonly onCell?: (cell: SoakCell) => void;
  readonly onRefused?: (target: string, reason: string) => void;
  readonly onProgress?: (progress: SoakProgress) => void;
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
  const startedAt = new Date();
  const id = newRunId(startedAt);
  const deadline = plan.budgetMs === null ? null : performance.now() + plan.budgetMs;
  const catalogue = await soakCatalogue(plan.targets, plan.cLibrary);
  const names = scenarioNames(plan, catalogue);
  const takesSettings = new Set(
    catalogue.scenarios.filter(({ takesSettings }) => takesSettings).map(({ name }) => name),
  );
  const cells: SoakCell[] = [];
  const targets: SoakDocument['targets'][number][] = [];
  const wanted = names.flatMap((scenario) =>
    (takesSettings.has(scenario) ? plan.settings : [[]]).map((settings) => ({ scenario, settings })),
  );
  const total = plan.targets.length * wanted.length;
  let done = 0;
  for (const target of plan.targets) {
    if (plan.signal.aborted) break;
    const worker = new SoakWorker(target, plan.cLibrary);
    try {
      await worker.open();
    } catch (error) {
      const refused = messageOf(error);
      targets.push({ id: target.id, version: null, nodeVersion: null, refused });
      plan.onRefused?.(target.id, refused);
      done += wanted.length;
      continue;
    }
    targets.push({
      id: target.id,
      version: worker.facts?.version ?? null,
      nodeVersion: worker.facts?.nodeVersion ?? null,
      refused: null,
    });
    try {
      for (const { scenario, settings } of wanted) {
        if (plan.signal.aborted) break;
        const share = deadline === null ? null : (deadline - performance.now()) / (total - done);
        const spec: SoakSpec = {
          scenario,
          settings,
          seed: plan.seed,
          plant: plan.plant === null ? null : plantChoice(plan.plant, plan.seed),
          threads: plan.threads,
        };
        const cell = await runAnyCell(
          worker,
          spec,
          join(plan.results, 'runs', id),
          {
            cycles: plan.cycles,
            deadline: share === null ? null : performance.now() + Math.max(share, 0),
            signal: plan.signal,
          },
          (progress) => plan.onProgress?.({ ...progress, target: target.id, scenario, done, total }),
        );
        cells.push(cell);
        plan.onCell?.(cell);
        done++;
      }
    } finally {
      await worker.stop();
    }
  }
  const unfinished = cells.some(
    ({ verdict, reason }) => verdict === 'inconclusive' && reason.startsWith('the time'),
  );
  return {
    kind: 'dupmark-soak',
    schemaVersion: SOAK_SCHEMA_VERSION,
    id,
    dupmark: plan.dupmark,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    end: plan.signal.aborted ? 'interrupted' : unfinished ? 'budget' : 'complete',
    seed: plan.seed,
    command: [...plan.command],
    targets,
    cells,
  };
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
