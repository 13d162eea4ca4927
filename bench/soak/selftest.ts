/**
 * Does the detector detect? Every plant on every target must be seen by the oracle that it is for, and the verdict
 * must name the reference that was planted; clean soaks with as many seeds must raise no alarm at all.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import type { CLibrary, Target } from '../core/target.js';
import type { SoakCell } from '../document/soak-schema.js';
import type { PlantDescription, SoakSpec } from '../worker/soak-messages.js';
import { plantChoice, runAnyCell, soakCatalogue } from './run.js';
import { SoakWorker } from './soak-worker.js';

export interface SelfTestPlan {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  readonly seed: number;
  /** Clean soaks, each with a seed of its own, over all scenarios and targets in turn. */
  readonly cleanSoaks: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

export interface PlantOutcome {
  readonly kind: string;
  readonly about: string;
  readonly oracle: string;
  readonly target: string;
  readonly caught: boolean;
  readonly named: boolean;
  /** What the verdict said. */
  readonly said: string;
  /** Why it could not be tried here; null when it was. */
  readonly notAvailable: string | null;
  readonly cell: SoakCell | null;
}

export interface SelfTest {
  readonly seed: number;
  readonly outcomes: readonly PlantOutcome[];
  readonly clean: {
    readonly soaks: number;
    readonly cycles: number;
    /** Those that said anything but 'none'. */
    readonly alarms: readonly SoakCell[];
  };
  readonly holds: boolean;
  readonly complete: boolean;
}

/** Rates and cycles that leave several plants in a short run, for scenarios of nanoseconds and of milliseconds. */
function sizeOf(plant: PlantDescription): { readonly rate: number; readonly cycles: number | null } {
  if (plant.scenario === 'handshake') return { rate: 30, cycles: 120 };
  if (plant.scenario.startsWith('handles-')) return { rate: 400, cycles: 2000 };
  if (plant.oracle === 'slope') return { rate: 250, cycles: null };
  // Only one of four threads has it, in a quarter of the cycles.
  if (plant.scenario === 'threads') return { rate: 200_000, cycles: 3_000_000 };
  if (/up-ref/.test(plant.scenario)) return { rate: 1_000_000, cycles: 3_000_000 };
  return { rate: 500, cycles: 4000 };
}

const CLEAN_MS = 500;

/** A slope takes 20 checkpoints at even distances of time, however fast the machine is: twice as many. */
const SLOPE_MS = 4000;

export async function selfTest(plan: SelfTestPlan): Promise<SelfTest> {
  const catalogue = await soakCatalogue(plan.targets, plan.cLibrary);
  const outcomes: PlantOutcome[] = [];
  const alarms: SoakCell[] = [];
  const total = catalogue.plants.length * plan.targets.length + plan.cleanSoaks;
  let done = 0;
  const workers = plan.targets.map((target) => new SoakWorker(target, plan.cLibrary));
  for (const worker of workers) worker.limits = { deadline: null, signal: plan.signal };
  // Of plants nobody needs the snapshots afterwards.
  const snapshots = mkdtempSync(join(tmpdir(), 'dupmark-soak-'));
  let soaks = 0;
  let cycles = 0;
  try {
    for (const worker of workers) {
      for (const plant of catalogue.plants) {
        if (plan.signal.aborted) break;
        plan.onProgress(done++, total, `${plant.kind} on ${worker.target.id}`);
        const outcome = await tryPlant(worker, plant, plan, snapshots);
        // One that was cut short was not tried.
        if (!plan.signal.aborted) outcomes.push(outcome);
      }
    }
    for (; soaks < plan.cleanSoaks && !plan.signal.aborted; soaks++) {
      const worker = workers[soaks % workers.length];
      const scenario = catalogue.scenarios[Math.floor(soaks / workers.length) % catalogue.scenarios.length];
      if (worker === undefined || scenario === undefined) break;
      plan.onProgress(done++, total, `clean ${scenario.name} on ${worker.target.id}`);
      const seed = (plan.seed + soaks + 1) >>> 0;
      const spec: SoakSpec = { scenario: scenario.name, settings: [], seed, plant: null, threads: 4 };
      const cell = await runAnyCell(worker, spec, snapshots, {
        cycles: null,
        deadline: performance.now() + CLEAN_MS,
        signal: plan.signal,
      });
      cycles += cell.cycles;
      if (plan.signal.aborted) break;
      if (cell.verdict !== 'none' && cell.verdict !== 'not-available') alarms.push(cell);
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    rmSync(snapshots, { recursive: true, force: true });
  }
  return selfTestOf(plan, outcomes, { soaks, cycles, alarms });
}

/** Whether the detector holds, from what was tried. */
export function selfTestOf(
  { seed, signal }: Pick<SelfTestPlan, 'seed' | 'signal'>,
  outcomes: readonly PlantOutcome[],
  clean: SelfTest['clean'],
): SelfTest {
  const held = outcomes.every(
    ({ caught, named, notAvailable }) => notAvailable !== null || (caught && named),
  );
  return {
    seed,
    outcomes,
    clean,
    holds: held && clean.alarms.length === 0,
    complete: !signal.aborted,
  };
}

async function tryPlant(
  worker: SoakWorker,
  plant: PlantDescription,
  { seed, signal }: SelfTestPlan,
  snapshots: string,
): Promise<PlantOutcome> {
  const { rate, cycles } = sizeOf(plant);
  const blank = { kind: plant.kind, about: plant.about, oracle: plant.oracle, target: worker.target.id };
  const spec: SoakSpec = {
    scenario: plant.scenario,
    settings: [],
    seed,
    plant: plantChoice({ kind: plant.kind, rate }, seed),
    threads: 4,
  };
  try {
    const deadline = cycles === null ? performance.now() + SLOPE_MS : null;
    const cell = await runAnyCell(worker, spec, snapshots, { cycles, deadline, signal });
    if (cell.verdict === 'not-available') {
      return { ...blank, caught: false, named: false, said: '', notAvailable: cell.reason, cell };
    }
    return { ...blank, ...judgePlant(plant, cell), said: cell.reason, notAvailable: null, cell };
  } catch (error) {
    return { ...blank, caught: false, named: false, said: messageOf(error), notAvailable: null, cell: null };
  }
}

/** Whether the cell's verdict is the one that the plant deserves, by its own oracle, and names its reference. */
export function judgePlant(
  plant: Pick<PlantDescription, 'oracle' | 'names'>,
  cell: Pick<SoakCell, 'verdict' | 'findings'>,
): { readonly caught: boolean; readonly named: boolean } {
  const verdict =
    plant.oracle === 'slope' ? 'maybe' : /too-early|crash/.test(plant.oracle) ? 'fault' : 'leak';
  const seen = cell.findings.filter(({ oracle }) => oracle === plant.oracle);
  const caught = cell.verdict === verdict && seen.length > 0;
  if (!caught) return { caught, named: false };
  if (plant.oracle === 'objects') {
    return {
      caught,
      named: seen.some(({ retainers }) => retainers.some((one) => one.includes(plant.names))),
    };
  }
  const labels = cell.findings.flatMap(({ sites }) => sites.map(({ label }) => label));
  // Nothing else may be blamed: every reference that the ledger calls lost must be the planted one.
  const blamed = cell.findings.filter(({ oracle }) => oracle === 'ledger').flatMap(({ sites }) => sites);
  const { names } = plant;
  const right = (label: string) => (names.startsWith('~') ? label.includes(names.slice(1)) : label === names);
  if (plant.names === '') return { caught, named: blamed.length === 0 };
  return { caught, named: labels.some(right) && blamed.every(({ label }) => right(label)) };
}
