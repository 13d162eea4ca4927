/**
 * Before anything is timed: what each target is, which scenarios it can run, what each allocates, and what its
 * SSL_dup loses. In processes of their own, as they run with the counting hooks.
 */
import { CouldNotRun, messageOf } from '../core/errors.js';
import type { Availability, MemoryReading } from '../core/sample.js';
import { type Scenario, scenarioName } from '../core/scenario.js';
import type { SettingDescription } from '../core/setting.js';
import type { CLibrary, Target, TargetFacts } from '../core/target.js';
import type { MemoryFigures } from '../worker/messages.js';
import { WorkerGone, WorkerProcess } from '../worker/worker-process.js';

/** A target after its proof: with what it reported, or with the reason why it is refused. */
export type ProvedTarget =
  | { readonly kind: 'proved'; readonly target: Target; readonly facts: TargetFacts }
  | { readonly kind: 'refused'; readonly target: Target; readonly reason: string };

/** What one target says of one scenario. */
export interface SurveyedScenario {
  readonly scenario: string;
  readonly availability: Availability;
  readonly memory: MemoryReading;
  /** Settings that a duplicate of the template lacks, each with what was seen instead. */
  readonly lost: readonly string[];
  /** For new-inherit: settings that no SSL_CTX can have, so that they were set on each handle. */
  readonly setOnHandles: readonly string[];
}

/** Starts a worker on the target and lets it prove itself. The worker is ended when it is refused. */
export async function openWorker(
  target: Target,
  cLibrary: CLibrary,
  options: {
    readonly countAllocations: boolean;
    readonly boardFd: number | null;
    readonly deepbind?: boolean;
    readonly paddingBytes?: number;
    readonly runsUserCode?: boolean;
  },
): Promise<{ readonly worker: WorkerProcess; readonly facts: TargetFacts }> {
  const worker = new WorkerProcess(target, cLibrary, options);
  const { library } = target;
  try {
    const { missing: _, ...facts } = await worker.ask('open', {
      libcrypto: library.kind === 'shared' ? library.libcrypto : '',
      libssl: library.kind === 'shared' ? library.libssl : '',
      countAllocations: options.countAllocations,
      deepbind: options.deepbind ?? true,
    });
    return { worker, facts };
  } catch (error) {
    await worker.stop();
    throw error;
  }
}

/**
 * Proves a target in a counting worker. Returns the proof and, when it holds, the worker for further questions;
 * the caller stops it.
 */
export async function proveTarget(
  target: Target,
  cLibrary: CLibrary,
): Promise<{ readonly proved: ProvedTarget; readonly worker: WorkerProcess | null }> {
  try {
    const { worker, facts } = await openWorker(target, cLibrary, { countAllocations: true, boardFd: null });
    return { proved: { kind: 'proved', target, facts }, worker };
  } catch (error) {
    return { proved: { kind: 'refused', target, reason: messageOf(error) }, worker: null };
  }
}

/** Asks a counting worker for the catalogue. */
export function describeCatalogue(worker: WorkerProcess): Promise<readonly SettingDescription[]> {
  return worker.ask('describe', {});
}

/**
 * Surveys all scenarios on one target. A crash is what that scenario then has to show; the rest goes on in a new
 * worker. `worker` is one that has proved itself, and is used up.
 */
export async function surveyScenarios(
  worker: WorkerProcess,
  cLibrary: CLibrary,
  scenarios: readonly Scenario[],
  signal: AbortSignal,
  onScenario: (surveyed: SurveyedScenario) => void,
): Promise<void> {
  let current: WorkerProcess | null = worker;
  // Memory does not depend on the phase or on how many handles are alive: ask once for all that share it.
  const counted = new Map<string, MemoryReading>();
  try {
    for (const one of scenarios) {
      if (signal.aborted) return;
      const key = scenarioName({ ...one, phase: 'both', live: 1 });
      const known = counted.get(key);
      try {
        if (current === null) {
          current = (await openWorker(worker.target, cLibrary, { countAllocations: true, boardFd: null }))
            .worker;
        }
        const survey = await current.ask('survey', {
          scenario: specOf(one),
          countMemory: known === undefined,
        });
        const memory = known ?? memoryReading(survey.memory);
        counted.set(key, memory);
        onScenario({
          scenario: scenarioName(one),
          availability: survey.availability,
          memory,
          lost: survey.lost,
          setOnHandles: survey.setOnHandles,
        });
      } catch (error) {
        if (error instanceof WorkerGone) current = null;
        const reason = messageOf(error);
        onScenario({
          scenario: scenarioName(one),
          availability: { kind: 'failed', reason },
          memory: { kind: 'not-available', reason },
          lost: [],
          setOnHandles: [],
        });
      }
    }
  } finally {
    await current?.stop();
  }
}

/** Those of the scenarios, chosen from the catalogue, that a target can run. Throws CouldNotRun when it is refused. */
export async function availableScenarios(
  target: Target,
  cLibrary: CLibrary,
  choose: (catalogue: readonly SettingDescription[]) => readonly Scenario[],
  signal: AbortSignal,
): Promise<readonly Scenario[]> {
  const { proved, worker } = await proveTarget(target, cLibrary);
  if (worker === null) {
    throw new CouldNotRun(proved.kind === 'refused' ? `${target.id}: ${proved.reason}` : target.id);
  }
  const scenarios = choose(await describeCatalogue(worker));
  const available = new Set<string>();
  await surveyScenarios(worker, cLibrary, scenarios, signal, ({ scenario, availability }) => {
    if (availability.kind === 'available') available.add(scenario);
  });
  return scenarios.filter((one) => available.has(scenarioName(one)));
}

/** A scenario as the addon takes it. */
export function specOf({ operation, method, settings, phase, live }: Scenario) {
  return { operation, method, settings, phase, live };
}

function memoryReading(answer: MemoryFigures | string): MemoryReading {
  if (typeof answer === 'string') return { kind: 'not-available', reason: answer };
  return {
    kind: 'exact',
    ...answer,
    sites: answer.sites.map((site) => ({ ...site, file: sourceFile(site.file) })),
  };
}

/**
 * The name of an OpenSSL source file from OpenSSL's own folder on, whatever folder it was built in: `../ssl/ssl_lib.c`
 * and `../deps/openssl/openssl/ssl/ssl_lib.c` are the same file.
 */
export function sourceFile(named: string): string {
  return (
    /(?:^|\/)((?:ssl|crypto|providers|engines|include|apps)\/(?:(?!\/openssl\/).)+)$/.exec(named)?.[1] ??
    named
  );
}
