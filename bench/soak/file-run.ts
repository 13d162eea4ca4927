/** A soak of somebody's own code over several Nodes, and the proof that what its file plants is found. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CouldNotRun } from '../core/errors.js';
import type { CLibrary, Target } from '../core/target.js';
import type { SoakCell, SoakDocument } from '../document/soak-schema.js';
import type { SoakFileFacts } from '../worker/soak-messages.js';
import { runFileCell } from './file-cell.js';
import { plantChoice, type SoakRun, StartedSoak } from './run.js';
import {
  judgePlant,
  type PlantOutcome,
  type SelfTest,
  type SelfTestPlan,
  selfTest,
  selfTestOf,
} from './selftest.js';
import { SoakWorker } from './soak-worker.js';

export interface SoakFilePlan extends SoakRun {
  /** Absolute path. */
  readonly file: string;
}

const isNode = ({ library }: Target): boolean => library.kind === 'inside-node';

/** A soak file runs in a Node, so its targets are Nodes. Throws CouldNotRun for any other. */
export function assertNodes(targets: readonly Target[]): void {
  const others = targets.filter((target) => !isNode(target)).map(({ id }) => id);
  if (others.length === 0) return;
  throw new CouldNotRun(
    `--targets: a soak file runs in a Node and uses the OpenSSL inside it, which ${others.join(', ')} is not (accepted: bundled, node@X.Y.Z)`,
  );
}

export async function soakFile(plan: SoakFilePlan): Promise<SoakDocument> {
  const started = new StartedSoak(plan);
  if (plan.plant !== null) await assertPlant(plan, plan.plant.kind);
  return started.overTargets(
    [{ scenario: basename(plan.file) }],
    { runsUserCode: true },
    (worker, _, snapshots, limits, onProgress) =>
      runFileCell(
        worker,
        {
          file: plan.file,
          seed: plan.seed,
          plant: plan.plant === null ? null : plantChoice(plan.plant, plan.seed),
        },
        limits,
        snapshots,
        onProgress,
      ),
  );
}

async function assertPlant(plan: SoakFilePlan, kind: string): Promise<void> {
  const { plants } = await factsOf(plan);
  if (plants[kind] !== undefined) return;
  const kinds = Object.keys(plants);
  throw new CouldNotRun(
    `--plant: '${kind}' is not a plant of ${plan.file} (accepted: ${kinds.join(', ') || 'it defines none'})`,
  );
}

/** What a soak file defines, by its own word on the first target that can run it. */
async function factsOf(plan: {
  readonly file: string;
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
}): Promise<SoakFileFacts> {
  let absent = 'no target was named';
  for (const target of plan.targets) {
    const worker = new SoakWorker(target, plan.cLibrary, { runsUserCode: true });
    try {
      const prepared = await worker.ask('filePrepare', { spec: { file: plan.file, seed: 0, plant: null } });
      if (prepared.kind === 'refused') throw new CouldNotRun(`${plan.file}: ${prepared.reason}`);
      if (prepared.kind !== 'absent') return prepared.facts;
      absent = prepared.reason;
    } finally {
      await worker.stop();
    }
  }
  throw new CouldNotRun(absent);
}

/** A plant once in so many cycles, so that every quarter of a soak has some. */
const CYCLES = 4000;
const RATE = 100;

/** Each of the file's plants on each target must be caught and named; as many soaks without one must be clean. */
export async function selfTestFile(plan: SelfTestPlan, file: string): Promise<SelfTest> {
  const { plants, budget } = await factsOf({ ...plan, file });
  const cycles = Math.min(budget.cycles ?? CYCLES, CYCLES);
  const rate = Math.max(1, Math.min(RATE, Math.floor(cycles / 40)));
  if (Object.keys(plants).length === 0) throw new CouldNotRun(`--selftest: ${file} defines no plants`);
  const outcomes: PlantOutcome[] = [];
  const alarms: SoakCell[] = [];
  const snapshots = mkdtempSync(join(tmpdir(), 'dupmark-soak-'));
  const total = plan.targets.length * (Object.keys(plants).length + plan.cleanSoaks);
  let done = 0;
  let soaks = 0;
  let cleanCycles = 0;
  const run = async (target: Target, kind: string | null, seed: number): Promise<SoakCell> => {
    plan.onProgress(done++, total, `${kind ?? 'clean'} on ${target.id}`);
    const worker = new SoakWorker(target, plan.cLibrary, { runsUserCode: true });
    worker.limits = { deadline: null, signal: plan.signal };
    const plant = kind === null ? null : plantChoice({ kind, rate }, seed);
    try {
      const limits = { cycles, deadline: null, signal: plan.signal };
      return await runFileCell(worker, { file, seed, plant }, limits, snapshots);
    } finally {
      await worker.stop();
    }
  };
  try {
    for (const target of plan.targets) {
      for (const [kind, { about, oracle = 'objects', names }] of Object.entries(plants)) {
        if (plan.signal.aborted) break;
        const cell = await run(target, kind, plan.seed);
        if (plan.signal.aborted) break; // one that was cut short was not tried
        const verdict =
          oracle === 'objects' ? judgePlant({ oracle, names }, cell) : judgeText(oracle, names, cell);
        outcomes.push({
          ...{ kind, about, oracle, target: target.id, ...verdict, said: cell.reason, cell },
          notAvailable: cell.verdict === 'not-available' ? cell.reason : null,
        });
      }
      for (let i = 0; i < plan.cleanSoaks && !plan.signal.aborted; i++) {
        const cell = await run(target, null, (plan.seed + i + 1) >>> 0);
        if (plan.signal.aborted) break;
        soaks++;
        cleanCycles += cell.cycles;
        if (cell.verdict !== 'none' && cell.verdict !== 'not-available') alarms.push(cell);
      }
    }
  } finally {
    rmSync(snapshots, { recursive: true, force: true });
  }
  return selfTestOf(plan, outcomes, { soaks, cycles: cleanCycles, alarms });
}

/** All of dupmark's own plants, and those of the soak files that come with it on the targets that are Nodes. */
export async function selfTestAll(plan: SelfTestPlan, files: readonly string[]): Promise<SelfTest> {
  const own = await selfTest(plan);
  const nodes = plan.targets.filter(isNode);
  if (nodes.length === 0) return own;
  const parts = [own];
  for (const file of files) {
    parts.push(
      await selfTestFile({ ...plan, targets: nodes, cleanSoaks: Math.min(plan.cleanSoaks, 1) }, file),
    );
  }
  const clean = parts.map((part) => part.clean);
  return selfTestOf(
    plan,
    parts.flatMap(({ outcomes }) => outcomes),
    {
      soaks: clean.reduce((sum, { soaks }) => sum + soaks, 0),
      cycles: clean.reduce((sum, { cycles }) => sum + cycles, 0),
      alarms: clean.flatMap(({ alarms }) => alarms),
    },
  );
}

/** Where no path holds an object, the finding's own words name the culprit. */
function judgeText(
  oracle: 'allocations' | 'slope',
  names: string,
  { verdict, findings }: SoakCell,
): { readonly caught: boolean; readonly named: boolean } {
  const seen = findings.filter((finding) => finding.oracle === oracle);
  const caught = verdict === (oracle === 'slope' ? 'maybe' : 'leak') && seen.length > 0;
  return { caught, named: caught && seen.some(({ message }) => message.includes(names)) };
}
