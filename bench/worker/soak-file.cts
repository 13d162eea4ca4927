/**
 * Runs somebody's soak file: loads it, calls its `setup`, `cycle` and `teardown`, and reads what the process holds.
 * Whatever that code does wrong is an answer, not the end. Node 20.6 and later.
 */
import { register } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import type { SoakCycle, SoakDefinition } from '../soak/define.js' with { 'resolution-mode': 'import' };
import { liveCount, pump } from './collector.cjs';
import type {
  SoakFileFacts,
  SoakFileFailure,
  SoakFilePrepared,
  SoakFileReading,
  SoakFileSpec,
  SoakSite,
} from './soak-messages.js' with { 'resolution-mode': 'import' };

export interface ReadingAddon {
  processReading(): Pick<SoakFileReading, 'allocatorBytes' | 'rssBytes' | 'allocations' | 'lines'>;
}

/** Turns of the event loop with a collection each before a reading: what one finalizer frees holds the next. */
const PUMPS = 4;
const CALL_SECONDS = 30;
const YIELD_MS = 20;

type Definition = SoakDefinition<unknown>;

export class SoakFile {
  private readonly addon: ReadingAddon;
  private definition: Definition | null = null;
  private spec: SoakFileSpec | null = null;
  private state: unknown;
  private uncaught: ((error: unknown) => void) | null = null;
  private lateFailure: unknown = null;

  constructor(addon: ReadingAddon) {
    this.addon = addon;
    process.setSourceMapsEnabled(true);
    // An error outside any call (a listener's, a rejection that nobody waits for) is a finding as well.
    const note = (error: unknown) => {
      if (this.uncaught !== null) this.uncaught(error);
      else this.lateFailure = error;
    };
    process.on('uncaughtException', note);
    process.on('unhandledRejection', note);
  }

  async prepare(spec: SoakFileSpec): Promise<SoakFilePrepared> {
    let definition: unknown;
    try {
      definition = await load(spec.file);
    } catch (error) {
      const { message, site } = failureOf(error, 'cannot be loaded', null);
      const where = site === null || site.file === '' ? '' : ` (${site.file}:${site.line})`;
      return { kind: 'refused', reason: `${message}${where}` };
    }
    const wrong = whatIsWrong(definition);
    if (wrong !== null) return { kind: 'refused', reason: wrong };
    this.definition = definition as Definition;
    this.spec = spec;
    const facts = factsOf(this.definition, spec.file);
    const failure = await this.call('setup', null, async ({ setup }) => {
      this.state = await setup?.();
    });
    return failure === null ? { kind: 'ready', facts } : { kind: 'failed', facts, failure };
  }

  async cycles(
    first: number,
    most: number,
    milliseconds: number,
    warming: boolean,
  ): Promise<{ cycles: number; failure: SoakFileFailure | null }> {
    if (this.definition === null || this.spec === null) throw new Error('no soak file is loaded');
    const { cycle } = this.definition;
    const { seed, plant } = this.spec;
    const started = performance.now();
    let yielded = started;
    let done = 0;
    while (done < most && performance.now() - started < milliseconds) {
      const number = first + done;
      const due = !warming && plant !== null && number % plant.rate === plant.offset;
      const turn: SoakCycle = { number, seed, planted: (kind) => due && kind === plant.kind };
      let given: unknown;
      try {
        given = cycle(this.state, turn);
      } catch (error) {
        return { cycles: done, failure: failureOf(error, 'cycle threw', number) };
      }
      if (isPromise(given)) {
        const failure = await this.call('cycle', number, () => given as Promise<unknown>);
        if (failure !== null) return { cycles: done, failure };
      } else if (performance.now() - yielded > YIELD_MS) {
        // Cycles that never wait would starve what they started.
        await new Promise((resolve) => setImmediate(resolve));
        yielded = performance.now();
      }
      done++;
      if (this.lateFailure !== null) return { cycles: done, failure: this.late(number) };
    }
    return { cycles: done, failure: null };
  }

  async read(): Promise<SoakFileReading> {
    const settleMs = this.definition?.budget?.settleMs ?? 0;
    if (settleMs > 0) await new Promise((resolve) => setTimeout(resolve, settleMs));
    for (let i = 0; i < PUMPS; i++) await pump();
    const { used_heap_size, heap_size_limit } = getHeapStatistics();
    return {
      ...this.addon.processReading(),
      heapUsedBytes: used_heap_size,
      heapLimitBytes: heap_size_limit,
    };
  }

  async end(): Promise<SoakFileFailure | null> {
    const state = this.state;
    this.state = undefined;
    const failure = await this.call('teardown', null, async ({ teardown }) => teardown?.(state));
    return failure === null && this.lateFailure !== null ? this.late(null) : failure;
  }

  private late(cycle: number | null): SoakFileFailure {
    const error = this.lateFailure;
    this.lateFailure = null;
    return failureOf(error, 'an error that nobody caught', cycle);
  }

  /** Runs a part of the file to its end; gives what went wrong, or that it does not come back. */
  private async call(
    part: 'setup' | 'cycle' | 'teardown',
    cycle: number | null,
    work: (definition: Definition) => Promise<unknown>,
  ): Promise<SoakFileFailure | null> {
    const { definition } = this;
    if (definition === null) throw new Error('no soak file is loaded');
    const seconds = definition.budget?.callSeconds ?? CALL_SECONDS;
    let timer: NodeJS.Timeout | undefined;
    const failed = new Promise<SoakFileFailure>((resolve) => {
      timer = setTimeout(() => {
        resolve({ message: `${part} did not come back within ${seconds} s`, site: null, cycle });
      }, seconds * 1000);
      this.uncaught = (error) => resolve(failureOf(error, 'an error that nobody caught', cycle));
    });
    try {
      const finished = work(definition).then(
        () => null,
        (error: unknown) => failureOf(error, `${part} threw`, cycle),
      );
      return await Promise.race([finished, failed]);
    } finally {
      clearTimeout(timer);
      this.uncaught = null;
    }
  }

  countObjects(): Readonly<Record<string, number>> | null {
    const counts: Record<string, number> = {};
    for (const one of this.definition?.classes ?? []) {
      if (typeof one === 'string') continue;
      const count = liveCount(one);
      if (count === null) return null;
      counts[one.name] = count;
    }
    return counts;
  }
}

async function load(file: string): Promise<unknown> {
  const hooks = pathToFileURL(`${__dirname}/soak-file-hooks.js`).href;
  const own = pathToFileURL(`${__dirname}/../index.js`).href;
  register(hooks, { parentURL: hooks, data: { own } });
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  // A CommonJS file that TypeScript made has its default inside the default.
  const given = module.default as { default?: unknown } | undefined;
  return isDefinition(given?.default) ? given?.default : given;
}

const isDefinition = (value: unknown): boolean =>
  typeof (value as { cycle?: unknown } | null | undefined)?.cycle === 'function';

const isPromise = (value: unknown): boolean =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

const PARTS = ['name', 'setup', 'cycle', 'teardown', 'classes', 'budget', 'plants'];
const BUDGET: Readonly<Record<string, number>> = {
  cycles: 1,
  minutes: 0,
  warmCycles: 0,
  checkpointCycles: 1,
  callSeconds: 0,
  settleMs: 0,
  bytesPerCycle: 0,
};
const NAMES = /^[a-z0-9-]+$/;

/** Why it is no definition of a soak; null when it is one. Files in JavaScript have no types to tell them. */
function whatIsWrong(definition: unknown): string | null {
  if (definition === null || typeof definition !== 'object')
    return 'its default export is not defineSoak({ … })';
  if (!isDefinition(definition)) return "its default export has no function 'cycle'";
  const given = definition as Definition & Record<string, unknown>;
  for (const part of Object.keys(given)) {
    if (!PARTS.includes(part)) return `'${part}' is not a part of a soak (accepted: ${PARTS.join(', ')})`;
  }
  for (const part of ['setup', 'teardown'] as const) {
    if (given[part] !== undefined && typeof given[part] !== 'function') return `'${part}' is not a function`;
  }
  const { classes, budget, plants } = given;
  if (classes !== undefined) {
    const isClass = (one: unknown) => (typeof one === 'string' || typeof one === 'function') && one !== '';
    if (!Array.isArray(classes) || !classes.every(isClass))
      return "'classes' is not a list of constructors and names of classes";
  }
  for (const [key, value] of Object.entries(budget ?? {})) {
    const least = BUDGET[key];
    if (least === undefined)
      return `'budget.${key}' is unknown (accepted: ${Object.keys(BUDGET).join(', ')})`;
    if (typeof value !== 'number' || !(value >= least && Number.isFinite(value)))
      return `'budget.${key}' is not a number from ${least} on`;
  }
  for (const [kind, plant] of Object.entries(plants ?? {})) {
    if (!NAMES.test(kind)) return `the plant '${kind}' is not named in small letters, digits and dashes`;
    if (typeof plant?.names !== 'string' || typeof plant.about !== 'string')
      return `the plant '${kind}' does not say 'about' and 'names'`;
    if (!['objects', 'allocations', 'slope', undefined].includes(plant.oracle))
      return `the plant '${kind}' has an 'oracle' that is none of objects, allocations and slope`;
  }
  return null;
}

function factsOf({ name, classes, budget, plants }: Definition, file: string): SoakFileFacts {
  return {
    name: name ?? basename(file),
    classes: (classes ?? []).map((one) => (typeof one === 'string' ? one : one.name)),
    budget: { ...budget },
    plants: { ...plants },
  };
}

function failureOf(error: unknown, what: string, cycle: number | null): SoakFileFailure {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { message: `${what}: ${text}`, site: siteOf(error), cycle };
}

/** The first line of the stack that is the file's own code, or a package's, and not Node's. */
function siteOf(error: unknown): SoakSite | null {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  for (const line of lines) {
    const match = /^\s+at (?:(.*?) \()?((?:file:\/\/)?\/[^()]*?):(\d+):\d+\)?$/.exec(line);
    const [, label = '', where = '', number = '0'] = match ?? [];
    if (match === null || where.includes(__dirname)) continue;
    const file = where.startsWith('file://') ? fileURLToPath(where) : where;
    return { label: label === '' ? 'the soak file' : label, file, line: Number(number) };
  }
  return null;
}
