/**
 * Observes every cell of the matrix and asks every claim, one worker per target and per way of SSL_dup (with and
 * without a session). A crash is what its cell then has to show; the rest goes on in a new worker.
 */
import type { AskedClaim, Claim, ConformanceCell, ObservedCell } from '../core/conformance.js';
import { CouldNotRun, messageOf } from '../core/errors.js';
import type { SettingDescription } from '../core/setting.js';
import type { CLibrary, Target, TargetFacts } from '../core/target.js';
import { openWorker } from '../run/survey.js';
import { WorkerGone, type WorkerProcess } from '../worker/worker-process.js';

export interface ObserveOptions {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  /** Ask the slow claims too. */
  readonly limits: boolean;
  /** Only these settings; null for all. Ids that the catalogue lacks are CouldNotRun. */
  readonly settings: readonly string[] | null;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, what: string) => void;
}

/** A target with what it reported, or why it could not be observed. */
export interface ObservedTarget {
  readonly target: Target;
  readonly facts: TargetFacts | null;
  readonly refused: string | null;
}

export interface Observed {
  readonly targets: readonly ObservedTarget[];
  readonly catalogue: readonly SettingDescription[];
  readonly claims: readonly Claim[];
  readonly cells: readonly ConformanceCell[];
  readonly answers: readonly AskedClaim[];
}

/** Generous: one claim makes 2^31 references. */
const CLAIM_MS = 180_000;

/** Observes all targets, two workers at a time. Throws CouldNotRun when no target can be observed. */
export async function observe(options: ObserveOptions): Promise<Observed> {
  const proved: ObservedTarget[] = [];
  let catalogue: readonly SettingDescription[] | null = null;
  let claims: readonly Claim[] = [];
  for (const target of options.targets) {
    try {
      const { worker, facts } = await openWorker(target, options.cLibrary, WORKER);
      catalogue ??= await worker.ask('describe', {});
      if (claims.length === 0) claims = await worker.ask('claims', {});
      await worker.stop();
      proved.push({ target, facts, refused: null });
    } catch (error) {
      proved.push({ target, facts: null, refused: messageOf(error) });
    }
  }
  if (catalogue === null) {
    const reasons = proved.map(({ target, refused }) => `${target.id}: ${refused}`);
    throw new CouldNotRun(`no target can be observed: ${reasons.join('; ')}`);
  }
  const chosen = chooseSettings(catalogue, options.settings);
  const asked = options.settings === null ? claims.filter(({ slow }) => options.limits || !slow) : [];
  const usable = proved.flatMap(({ target, facts }) => (facts === null ? [] : [target]));
  const rows = chosen.reduce((sum, { levels }) => sum + levels.length, 0);
  const total = usable.length * (2 * rows + asked.length);
  const cells: ConformanceCell[] = [];
  const answers: AskedClaim[] = [];
  const step = (what: string) => options.onProgress(cells.length + answers.length, total, what);
  const passes = usable.flatMap((target) => [
    () => observeCells(target, chosen, false, options, (cell) => step(pushed(cells, cell).setting)),
    () => observeCells(target, chosen, true, options, (cell) => step(pushed(cells, cell).setting)),
    () => askClaims(target, asked, options, (answer) => step(pushed(answers, answer).claim)),
  ]);
  const next = async (): Promise<void> => {
    for (let pass = passes.shift(); pass !== undefined; pass = passes.shift()) await pass();
  };
  await Promise.all([next(), next()]);
  return { targets: proved, catalogue, claims: asked, cells: inOrder(cells, usable, chosen), answers };
}

const WORKER = { countAllocations: false, boardFd: null } as const;

function pushed<T>(list: T[], item: T): T {
  list.push(item);
  return item;
}

/** What registers something with the library comes last: a handle differs from then on. */
function chooseSettings(
  catalogue: readonly SettingDescription[],
  asked: readonly string[] | null,
): readonly SettingDescription[] {
  const unknown = asked?.find((id) => !catalogue.some((setting) => setting.id === id));
  if (unknown !== undefined) {
    throw new CouldNotRun(
      `--settings: '${unknown}' is not a setting (accepted: ${catalogue.map(({ id }) => id).join(', ')})`,
    );
  }
  const chosen = catalogue.filter(({ id }) => asked === null || asked.includes(id));
  return [
    ...chosen.filter(({ taintsProcess }) => !taintsProcess),
    ...chosen.filter(({ taintsProcess }) => taintsProcess),
  ];
}

async function observeCells(
  target: Target,
  settings: readonly SettingDescription[],
  withSession: boolean,
  options: ObserveOptions,
  onCell: (cell: ConformanceCell) => void,
): Promise<void> {
  const rows = settings.flatMap(({ id, levels }) => levels.map((level) => ({ setting: id, level })));
  await inWorkers(target, options, rows, async (worker, row) => {
    onCell({ target: target.id, ...row, withSession, ...(await observed(worker, row, withSession)) });
  });
}

async function observed(
  worker: WorkerProcess,
  row: { readonly setting: string; readonly level: string },
  withSession: boolean,
): Promise<ObservedCell> {
  try {
    return await worker.ask('conform', { ...row, withSession });
  } catch (error) {
    const carried = error instanceof WorkerGone ? 'crashed' : 'could not observe';
    return {
      carried,
      detail: messageOf(error),
      original: '',
      sibling: '',
      duplicate: '',
      originalAfter: '',
      originalAfterChange: '',
      inherited: '',
    };
  }
}

async function askClaims(
  target: Target,
  claims: readonly Claim[],
  options: ObserveOptions,
  onAnswer: (answer: AskedClaim) => void,
): Promise<void> {
  await inWorkers(target, options, claims, async (worker, { id }) => {
    const answer = await worker
      .ask('claim', { claim: id }, CLAIM_MS)
      .catch((error: unknown) => ({ verdict: 'open' as const, seen: `not answered: ${messageOf(error)}` }));
    onAnswer({ target: target.id, claim: id, ...answer });
  });
}

/** Does something with each item in a worker, in a new one whenever the last is gone. */
async function inWorkers<T>(
  target: Target,
  options: ObserveOptions,
  items: readonly T[],
  action: (worker: WorkerProcess, item: T) => Promise<void>,
): Promise<void> {
  let worker: WorkerProcess | null = null;
  try {
    for (const item of items) {
      if (options.signal.aborted) return;
      if (worker === null || worker.gone) {
        worker = (await openWorker(target, options.cLibrary, WORKER)).worker;
      }
      await action(worker, item);
    }
  } finally {
    await worker?.stop();
  }
}

/** By the catalogue, then without before with a session, then by target. */
function inOrder(
  cells: readonly ConformanceCell[],
  targets: readonly Target[],
  settings: readonly SettingDescription[],
): readonly ConformanceCell[] {
  const settingPlace = new Map(settings.map(({ id }, place) => [id, place]));
  const targetPlace = new Map(targets.map(({ id }, place) => [id, place]));
  const place = (cell: ConformanceCell) =>
    (settingPlace.get(cell.setting) ?? 0) * 1e6 +
    (settings[settingPlace.get(cell.setting) ?? 0]?.levels.indexOf(cell.level) ?? 0) * 1e4 +
    (cell.withSession ? 1e3 : 0) +
    (targetPlace.get(cell.target) ?? 0);
  return [...cells].sort((a, b) => place(a) - place(b));
}
