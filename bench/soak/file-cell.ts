/**
 * One cell of a soak of somebody's own code: a soak file in one target's Node. `setup` runs once, cycles warm up, and
 * then checkpoints at even distances are read: live objects of the named classes, OpenSSL's live allocations, and what
 * malloc, V8's heap and the kernel say. The whole series is judged at the end, as a cache that fills is no leak.
 */
import { relative } from 'node:path';
import { CouldNotRun, messageOf } from '../core/errors.js';
import type { Checkpoint, Finding, Replay, SoakCell, Verdict } from '../document/soak-schema.js';
import type {
  SoakFileFacts,
  SoakFileFailure,
  SoakFileReading,
  SoakFileSpec,
} from '../worker/soak-messages.js';
import type { CellLimits, CellProgress } from './cell.js';
import { allocationFindings, fileSlopeFindings, objectFindings } from './file-judge.js';
import { type HeapReading, HeapWatch } from './heap-watch.js';
import { CheckpointSeries, verdictOf } from './judge.js';
import { replayOf } from './reduce.js';
import { type SoakWorker, WorkerGone } from './soak-worker.js';

/** Without a budget in the file or on the command line. */
const DEFAULT_MINUTES = 1;
const WARM_CYCLES = 200;
const CALL_SECONDS = 30;
const BYTES_PER_CYCLE = 64;
/** Between two looks at the time and at Ctrl-C. */
const SLICE_MS = 200;
/** Cycles between checkpoints are as many as take this long, or an even share of the whole. */
const CHECKPOINT_MS = 1000;
const CHECKPOINTS = 24;
/** Reading, with its collections and its snapshot. */
const READ_MS_MAX = 60_000;
/** Loading and `setup`: where that waits the file's own limit tells first. */
const PREPARE_MS_MAX = 120_000;
/** The heap is about to burst: what is known by now is the verdict. */
const HEAP_SHARE_MAX = 0.7;
const GROWN_CLASSES = 5;

export async function runFileCell(
  worker: SoakWorker,
  spec: SoakFileSpec,
  limits: CellLimits,
  snapshots: string,
  onProgress: (progress: CellProgress) => void = () => {},
): Promise<SoakCell> {
  const soak = new FileSoak(worker, spec, limits, snapshots, onProgress);
  try {
    return await soak.run();
  } finally {
    soak.end();
  }
}

class FileSoak {
  readonly #worker: SoakWorker;
  readonly #spec: SoakFileSpec;
  readonly #limits: CellLimits;
  readonly #snapshots: string;
  readonly #onProgress: (progress: CellProgress) => void;
  readonly #started = performance.now();
  readonly #series = new CheckpointSeries();
  #facts: SoakFileFacts | null = null;
  #watch: HeapWatch | null = null;
  #cycles = 0;
  /** Why it ended before its time; '' when it did not. */
  #stopped = '';
  #first: SoakFileReading | null = null;
  #last: SoakFileReading | null = null;

  constructor(
    worker: SoakWorker,
    spec: SoakFileSpec,
    limits: CellLimits,
    snapshots: string,
    onProgress: (progress: CellProgress) => void,
  ) {
    this.#worker = worker;
    this.#spec = spec;
    this.#limits = limits;
    this.#snapshots = snapshots;
    this.#onProgress = onProgress;
  }

  end(): void {
    this.#watch?.end();
  }

  async run(): Promise<SoakCell> {
    try {
      const prepared = await this.#worker.ask('filePrepare', { spec: this.#spec }, PREPARE_MS_MAX);
      if (prepared.kind === 'refused') throw new CouldNotRun(`${this.#spec.file}: ${prepared.reason}`);
      if (prepared.kind === 'absent') return this.#finish('not-available', prepared.reason);
      this.#facts = prepared.facts;
      if (prepared.kind === 'failed') return this.#failed(prepared.failure);
      return await this.#soak(prepared.facts);
    } catch (error) {
      if (error instanceof CouldNotRun) throw error;
      if (!(error instanceof WorkerGone)) {
        // With what the checkpoints so far say.
        const findings = this.#judge(null, null);
        const verdict = verdictOf(findings);
        return this.#finish(verdict === 'none' ? 'inconclusive' : verdict, messageOf(error), findings);
      }
      const when = this.#facts === null ? 'while it was loaded or set up' : `after cycle ${this.#cycles}`;
      return this.#faulted({ oracle: 'crash', message: `${messageOf(error)} ${when}` });
    }
  }

  async #soak(facts: SoakFileFacts): Promise<SoakCell> {
    const { budget } = facts;
    const { cycles: most, deadline } = this.#bounds(facts);
    // The file's own minutes are a time box as well.
    this.#worker.limits ??= { deadline, signal: this.#limits.signal };
    const warmMost = budget.warmCycles ?? WARM_CYCLES;
    const warm = await this.#cyclesFor(0, warmMost, deadline, true);
    if (warm.failure !== null) return this.#failed(warm.failure);
    this.#watch = new HeapWatch({
      take: (file) => this.#worker.ask('handlesSnapshot', { file }, READ_MS_MAX),
      folder: this.#snapshots,
      name: `${this.#worker.target.id}-${facts.name}${this.#spec.plant === null ? '' : `-${this.#spec.plant.kind}`}`,
      classes: facts.classes,
      onTrouble: (note) => this.#onProgress({ cycles: this.#cycles, checkpoint: null, note }),
    });
    const watch = this.#watch;
    this.#first = await this.#worker.ask('fileRead', {}, this.#patience());
    await watch.begin();
    await this.#note(this.#first, await watch.look());

    const distance =
      budget.checkpointCycles ?? checkpointDistance(warm.cycles, warm.elapsedMs, most, deadline);
    let reading: HeapReading | null = null;
    let failure: SoakFileFailure | null = null;
    while (!this.#ended(most, deadline) && failure === null) {
      const wanted = Math.min(distance, (most ?? Number.MAX_SAFE_INTEGER) - this.#cycles);
      const ran = await this.#cyclesFor(this.#cycles, wanted, deadline, false);
      this.#cycles += ran.cycles;
      failure = ran.failure;
      // A checkpoint that lies nearer than the others would bend the slope.
      if (ran.cycles < wanted && this.#series.all.length > 1) break;
      const memory = await this.#worker.ask('fileRead', {}, this.#patience());
      reading = await watch.look();
      await this.#note(memory, reading);
      if (memory.heapUsedBytes > HEAP_SHARE_MAX * memory.heapLimitBytes) {
        this.#stopped = "V8's heap was nearly full";
        break;
      }
    }
    if (failure !== null) return this.#failed(failure, this.#judge(reading, null));
    const ended = await this.#worker.ask('fileEnd', {}, this.#patience());
    if (ended !== null) return this.#failed(ended, this.#judge(reading, null));
    return this.#conclude(reading, await this.#afterTeardown(reading), most);
  }

  async #conclude(
    reading: HeapReading | null,
    after: ReadonlyMap<string, number> | null,
    most: number | null,
  ): Promise<SoakCell> {
    const findings = this.#judge(reading, after);
    const trouble = this.#watch?.trouble ?? '';
    if (findings.length > 0) return this.#finish(verdictOf(findings), findings[0]?.message ?? '', findings);
    const { signal } = this.#limits;
    const complete = most === null ? this.#cycles > 0 : this.#cycles >= most;
    if (signal.aborted) return this.#finish('inconclusive', 'interrupted');
    if (this.#stopped !== '') return this.#finish('inconclusive', this.#stopped);
    if (!complete) return this.#finish('inconclusive', 'the time ended before the cycles');
    const blind = (this.#facts?.classes ?? []).some(
      (name) => this.#series.all.at(-1)?.objects?.[name] === undefined,
    );
    return this.#finish(blind ? 'inconclusive' : 'none', trouble);
  }

  #judge(reading: HeapReading | null, after: ReadonlyMap<string, number> | null): readonly Finding[] {
    const classes = (this.#facts?.classes ?? []).map((name) => ({
      name,
      retainers: reading?.retainersOf(name) ?? [],
      afterTeardown: after?.get(name) ?? null,
    }));
    const { all } = this.#series;
    const bytesPerCycle = this.#facts?.budget.bytesPerCycle ?? BYTES_PER_CYCLE;
    const grown = reading?.grownClasses(GROWN_CLASSES) ?? [];
    const objects = objectFindings(all, classes);
    const kept = reading !== null && objects.length > 0 ? this.#watch?.keep() : undefined;
    return [
      ...objects.map((finding) => ({
        ...finding,
        message:
          kept === undefined
            ? finding.message
            : `${finding.message} (snapshot ${kept}, written by ${this.#watch?.writer})`,
      })),
      ...allocationFindings(all, this.#first?.lines ?? [], this.#last?.lines ?? []),
      ...fileSlopeFindings(all, bytesPerCycle, grown),
    ];
  }

  /** What of the classes is alive when `teardown` has run; only asked where something grew. */
  async #afterTeardown(reading: HeapReading | null): Promise<ReadonlyMap<string, number> | null> {
    if (reading === null || !reading.classes.some(({ live, before }) => live > before)) return null;
    await this.#worker.ask('fileRead', {}, this.#patience());
    const counts = await this.#watch?.countOnce();
    return counts ?? null;
  }

  /** Runs cycles in slices, so that the time and Ctrl-C are looked at in between. */
  async #cyclesFor(first: number, most: number, deadline: number | null, warming: boolean) {
    const started = performance.now();
    let cycles = 0;
    let failure: SoakFileFailure | null = null;
    while (cycles < most && failure === null && !this.#limits.signal.aborted) {
      const left = deadline === null ? SLICE_MS : deadline - performance.now();
      if (left <= 0 && (warming || this.#cycles + cycles > 0)) break;
      const ran = await this.#worker.ask(
        'fileCycles',
        {
          first: first + cycles,
          most: most - cycles,
          milliseconds: Math.min(SLICE_MS, Math.max(left, 1)),
          warming,
        },
        this.#patience(),
      );
      cycles += ran.cycles;
      failure = ran.failure;
      this.#onProgress({ cycles: first + cycles, checkpoint: null });
    }
    return { cycles, failure, elapsedMs: performance.now() - started };
  }

  #bounds({ budget }: SoakFileFacts): { readonly cycles: number | null; readonly deadline: number | null } {
    const { cycles, deadline } = this.#limits;
    if (cycles !== null || deadline !== null) return { cycles, deadline };
    const minutes = budget.minutes ?? (budget.cycles === undefined ? DEFAULT_MINUTES : null);
    return {
      cycles: budget.cycles ?? null,
      deadline: minutes === null ? null : this.#started + minutes * 60_000,
    };
  }

  #ended(most: number | null, deadline: number | null): boolean {
    return (
      this.#limits.signal.aborted ||
      (most !== null && this.#cycles >= most) ||
      (deadline !== null && this.#cycles > 0 && performance.now() >= deadline)
    );
  }

  /** What an answer may take: code that waits says itself when it does not come back; code that spins cannot. */
  #patience(): number {
    const { callSeconds = CALL_SECONDS, settleMs = 0 } = this.#facts?.budget ?? {};
    return callSeconds * 1000 + settleMs + 10_000;
  }

  async #note(memory: SoakFileReading, reading: HeapReading | null): Promise<void> {
    this.#last = memory;
    const objects =
      reading === null
        ? await this.#worker.ask('fileCount', {}, this.#patience())
        : Object.fromEntries(reading.classes.map(({ name, live }) => [name, live]));
    const checkpoint: Checkpoint = {
      cycles: this.#cycles,
      seconds: this.#seconds(),
      handles: 0,
      allocations: memory.allocations,
      heapGrowthBytes: memory.allocatorBytes - (this.#first?.allocatorBytes ?? memory.allocatorBytes),
      allocatorBytes: memory.allocatorBytes,
      rssBytes: memory.rssBytes,
      heapUsedBytes: memory.heapUsedBytes,
      objects: objects === null ? null : { ...objects },
    };
    this.#series.add(checkpoint);
    this.#onProgress({ cycles: this.#cycles, checkpoint });
  }

  /** What the file's own code did wrong, before anything that grew. */
  #failed({ message, site, cycle }: SoakFileFailure, others: readonly Finding[] = []): SoakCell {
    // As reviewers' tools want it: from the folder that the command runs in, where the file lies below it.
    const near = site === null ? '' : relative(process.cwd(), site.file);
    const file = site === null || near.startsWith('..') ? (site?.file ?? '') : near;
    const where = site === null ? '' : ` (${file}:${site.line})`;
    const sites = site === null ? [] : [{ ...site, file, count: 0 }];
    return this.#faulted({ oracle: 'failure', message: `${message}${where}`, sites, cycle }, others);
  }

  #faulted(
    finding: Pick<Finding, 'oracle' | 'message'> & Partial<Finding>,
    others: readonly Finding[] = [],
  ): SoakCell {
    const blank = { weight: 'decides', sites: [], allocations: [], retainers: [], cycle: null } as const;
    return this.#finish('fault', finding.message, [{ ...blank, ...finding }, ...others]);
  }

  #finish(verdict: Verdict, reason: string, findings: readonly Finding[] = []): SoakCell {
    const scenario = this.#facts?.name ?? this.#spec.file;
    const { plant, seed } = this.#spec;
    return {
      target: this.#worker.target.id,
      scenario,
      settings: [],
      plant,
      seed,
      verdict,
      reason,
      cycles: this.#cycles,
      seconds: this.#seconds(),
      handlesCreated: 0,
      handleBytes: 0,
      checkpoints: this.#series.all,
      findings,
      replay: verdict === 'leak' || verdict === 'fault' ? this.#replay(scenario, findings) : null,
    };
  }

  /** From the first cycle on: what a cycle does depends on all before. */
  #replay(scenario: string, findings: readonly Finding[]): Replay {
    const { file, seed, plant } = this.#spec;
    const spec = { scenario, settings: [], seed, plant, threads: 1 };
    const failed = findings.find(({ cycle }) => cycle !== null)?.cycle ?? null;
    const cycles = failed === null ? Math.max(this.#cycles, 1) : failed + 1;
    return { ...replayOf(this.#worker.target.id, spec, 0, cycles), file };
  }

  #seconds(): number {
    return Math.round(performance.now() - this.#started) / 1000;
  }
}

/** Cycles between checkpoints, from what those that warmed up took. */
function checkpointDistance(
  warmCycles: number,
  warmMs: number,
  most: number | null,
  deadline: number | null,
): number {
  const left = deadline === null ? Number.POSITIVE_INFINITY : deadline - performance.now();
  const milliseconds = Math.min(CHECKPOINT_MS, left / CHECKPOINTS);
  const fitting = warmCycles === 0 ? 1 : (milliseconds * warmCycles) / Math.max(warmMs, 0.1);
  const share = most === null ? Number.POSITIVE_INFINITY : most / CHECKPOINTS;
  return Math.max(1, Math.floor(Math.min(fitting, share)));
}
