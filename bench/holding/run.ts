/**
 * Holds many handles at once, one target at a time (their memory must fit beside everything else), each lot in a fresh
 * process: bare or configured handles to a hundred thousand, then pairs that have shaken hands.
 */
import { messageOf } from '../core/errors.js';
import type { MemoryReading } from '../core/sample.js';
import { type Scenario, type SettingChoice, scenario } from '../core/scenario.js';
import type { CLibrary, Target } from '../core/target.js';
import type {
  ConnectionsDocument,
  HeldConnectionsRecord,
  HeldHandlesRecord,
} from '../document/connections-schema.js';
import { openWorker, specOf, surveyScenarios } from '../run/survey.js';
import type { BufferVariant } from '../suites/buffers.js';
import type { HoldingReading } from '../worker/holding-messages.js';
import type { WorkerProcess } from '../worker/worker-process.js';

/** A preset with the settings that the catalogue has of it. */
export interface HeldPreset {
  readonly name: string;
  readonly settings: readonly SettingChoice[];
}

export interface HoldingPlan {
  readonly targets: readonly Target[];
  readonly cLibrary: CLibrary;
  readonly presets: readonly HeldPreset[];
  readonly checkpoints: readonly number[];
  readonly repeats: number;
  readonly variants: readonly BufferVariant[];
  readonly connections: number;
  readonly exchangeBytes: number;
  /** The CPU that workers are kept on; null for any. */
  readonly cpu: number | null;
  readonly signal: AbortSignal;
}

export interface HoldingListener {
  readonly exact: (one: ConnectionsDocument['exact'][number]) => void;
  readonly handles: (one: HeldHandlesRecord) => void;
  readonly connections: (one: HeldConnectionsRecord) => void;
  readonly event: (one: ConnectionsDocument['events'][number]) => void;
  readonly progress: (done: number, total: number, what: string) => void;
}

/** Handshakes of one request: short enough that a stop is soon heard. */
const CONNECT_STEP = 250;
/** A handshake under load takes milliseconds. */
const CONNECT_MS = 300_000;

export async function hold(
  plan: HoldingPlan,
  listener: HoldingListener,
): Promise<ConnectionsDocument['end']> {
  const { targets, presets, repeats, variants, signal } = plan;
  const total = targets.length * (presets.length * (repeats + 1) + variants.length);
  let done = 0;
  const step = async (target: Target, what: string, work: () => Promise<void>) => {
    if (signal.aborted) return;
    listener.progress(done, total, `${what} on ${target.id}`);
    try {
      await work();
    } catch (error) {
      listener.event({ target: target.id, what, message: messageOf(error) });
    }
    done += 1;
  };
  for (const target of targets) {
    for (const preset of presets) {
      await step(target, `bytes of ${preset.name}`, async () => {
        const reading = await countBytes(plan, target, scenarioOf(preset));
        listener.exact({ target: target.id, preset: preset.name, reading });
      });
    }
  }
  // Repeat by repeat over all targets, so that what the machine does for a while it does to all.
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const preset of presets) {
      for (const target of targets) {
        await step(target, preset.name, async () => {
          listener.handles(await holdHandles(plan, target, preset, repeat));
        });
      }
    }
  }
  if (plan.connections > 0) {
    for (const target of targets) {
      for (const variant of variants) {
        await step(target, variant.name, async () => {
          listener.connections(await holdConnections(plan, target, variant));
        });
      }
    }
  }
  listener.progress(done, total, '');
  return signal.aborted ? 'interrupted' : 'complete';
}

function scenarioOf({ settings }: HeldPreset): Scenario {
  return settings.length === 0 ? scenario('new') : scenario('new-configure', settings);
}

async function countBytes(plan: HoldingPlan, target: Target, one: Scenario): Promise<MemoryReading> {
  const { worker } = await openWorker(target, plan.cLibrary, { countAllocations: true, boardFd: null });
  let memory: MemoryReading = { kind: 'not-available', reason: 'interrupted' };
  await surveyScenarios(worker, plan.cLibrary, [one], plan.signal, (surveyed) => {
    memory = surveyed.memory;
  });
  return memory;
}

async function withWorker<T>(
  plan: HoldingPlan,
  target: Target,
  countAllocations: boolean,
  work: (worker: WorkerProcess) => Promise<T>,
): Promise<T> {
  const { worker } = await openWorker(target, plan.cLibrary, { countAllocations, boardFd: null });
  try {
    if (plan.cpu !== null) await worker.ask('pin', { pid: worker.pid, cpu: plan.cpu });
    return await work(worker);
  } finally {
    await worker.stop();
  }
}

function holdHandles(
  plan: HoldingPlan,
  target: Target,
  preset: HeldPreset,
  repeat: number,
): Promise<HeldHandlesRecord> {
  return withWorker(plan, target, false, async (worker) => {
    const none = { target: target.id, preset: preset.name, repeat, base: null, checkpoints: [], freed: null };
    const availability = await worker.ask('holdHandles', {
      scenario: specOf(scenarioOf(preset)),
      most: Math.max(...plan.checkpoints),
    });
    if (availability.kind !== 'available') return { ...none, availability };
    const base = await worker.ask('holdMore', { alive: 0 });
    const checkpoints: HoldingReading[] = [];
    for (const alive of plan.checkpoints) {
      if (plan.signal.aborted) return { ...none, availability, base, checkpoints };
      checkpoints.push(await worker.ask('holdMore', { alive }));
    }
    return { ...none, availability, base, checkpoints, freed: await worker.ask('releaseHeld', {}) };
  });
}

async function holdConnections(
  plan: HoldingPlan,
  target: Target,
  { name, buffers }: BufferVariant,
): Promise<HeldConnectionsRecord> {
  const none = {
    target: target.id,
    variant: name,
    notAvailable: null,
    exact: null,
    base: null,
    connected: null,
    exchanged: null,
  };
  let exact: HeldConnectionsRecord['exact'];
  try {
    exact = await withWorker(plan, target, true, async (worker) => {
      await worker.ask('holdConnections', { buffers });
      const measure = async (exchangeBytes: number) => {
        await worker.ask('measureConnection', { exchangeBytes }); // warms
        return worker.ask('measureConnection', { exchangeBytes });
      };
      return { afterHandshake: await measure(0), afterData: await measure(plan.exchangeBytes) };
    });
  } catch (error) {
    return { ...none, notAvailable: messageOf(error) };
  }
  return withWorker(plan, target, false, async (worker) => {
    await worker.ask('holdConnections', { buffers });
    const base = await worker.ask('connectMore', { alive: 0 });
    let connected: HoldingReading | null = null;
    let exchanged: HoldingReading | null = null;
    for (let alive = 0; alive < plan.connections; ) {
      if (plan.signal.aborted) return { ...none, exact, base };
      alive = Math.min(plan.connections, alive + CONNECT_STEP);
      connected = added(connected, await worker.ask('connectMore', { alive }, CONNECT_MS));
    }
    for (let first = 0; first < plan.connections; first += CONNECT_STEP) {
      if (plan.signal.aborted) return { ...none, exact, base, connected };
      const last = Math.min(plan.connections, first + CONNECT_STEP);
      const step = { first, last, bytes: plan.exchangeBytes };
      exchanged = added(exchanged, await worker.ask('exchange', step, CONNECT_MS));
    }
    return { ...none, exact, base, connected, exchanged };
  });
}

/** The later reading, with the time of both. */
function added(before: HoldingReading | null, reading: HoldingReading): HoldingReading {
  return { ...reading, elapsedNs: reading.elapsedNs + (before?.elapsedNs ?? 0) };
}
