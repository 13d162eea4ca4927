/**
 * The JavaScript side of a soak: wrappers that are closed, disposed of, dropped for the collector, and shared with a
 * thread. Every place that takes or gives back a reference says which line it is. Node 20 and later.
 */
import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import { liveCount, pump } from './collector.cjs';
import type { HandlesResult, SoakPrepared, SoakSpec } from './soak-messages.js' with {
  'resolution-mode': 'import',
};

interface Wrapper {
  close(site: number): void;
  share(site: number): Token;
  upRefOnly(site: number): void;
  readonly closed: boolean;
}

interface Token {
  readonly address: bigint;
  readonly site: number;
}

export interface HandlesAddon {
  SslContext: new () => { close(): void };
  SslHandle: {
    new (from: unknown, how: 'new' | 'up-ref' | 'dup' | 'adopt', site: number): Wrapper;
    readonly prototype: object;
  };
  handleSite(label: string, file: string, line: number): number;
  handlePlant(finalizerRate: number, bytesRate: number): void;
  handleCounts(): Omit<HandlesResult, 'cycles' | 'elapsedNs' | 'objects'>;
}

/** Wrappers alive between two collections: few enough that the tool itself stays small. */
const CYCLES_PER_PUMP = 500;
const WARM_CYCLES = 2000;
const PUMPS_MAX = 20;

export class Handles {
  private readonly addon: HandlesAddon;
  private readonly addonFile: string;
  private readonly sites = new Map<string, number>();
  private spec: SoakSpec | null = null;
  private context: { close(): void } | null = null;
  private thread: Worker | null = null;
  private base = {
    handles: 0,
    objects: {} as ObjectCounts,
    toldBytes: 0,
    wrappers: 0,
    lost: new Map<string, number>(),
  };

  // What plants keep: as a program's own long-lived structures would.
  private readonly keptInMap = new Map<number, Wrapper>();
  private readonly keptInCache: Wrapper[] = [];
  private readonly callbacks: (() => boolean)[] = [];
  private readonly emitter = new EventEmitter();
  private readonly settlers: (() => void)[] = [];
  private readonly errors: Error[] = [];
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(addon: HandlesAddon, addonFile: string) {
    this.addon = addon;
    this.addonFile = addonFile;
    this.emitter.setMaxListeners(0);
    // TypeScript's own name for it on versions that lack the symbol.
    const dispose = (Symbol as { dispose?: symbol }).dispose ?? Symbol.for('nodejs.dispose');
    const site = () => this.at('SslHandle[Symbol.dispose]');
    Object.defineProperty(addon.SslHandle.prototype, dispose, {
      configurable: true,
      value(this: Wrapper) {
        if (!this.closed) this.close(site());
      },
    });
  }

  async prepare(spec: SoakSpec): Promise<SoakPrepared> {
    await this.end();
    this.spec = { ...spec, plant: null };
    this.addon.handlePlant(0, 0);
    this.addon.handleCounts(); // installs the callbacks before the first handle is made
    this.context = new this.addon.SslContext();
    if (spec.scenario === 'handles-shared') await this.startThread();
    await this.cycles(0, WARM_CYCLES);
    await this.settle(0);
    const counts = this.addon.handleCounts();
    this.base = {
      handles: counts.handles,
      objects: this.countObjects() ?? {},
      toldBytes: counts.toldBytes,
      wrappers: counts.wrappers,
      lost: new Map(counts.lost.map(({ site, count }) => [site.label, count])),
    };
    this.spec = spec;
    const { kind, rate } = spec.plant ?? { kind: '', rate: 0 };
    this.addon.handlePlant(kind === 'js-finalizer' ? rate : 0, kind === 'js-external' ? rate : 0);
    return { kind: 'available', reason: '', handleBytes: 0 };
  }

  async segment(first: number, count: number): Promise<HandlesResult> {
    const started = process.hrtime.bigint();
    await this.cycles(first, count);
    const elapsedNs = Number(process.hrtime.bigint() - started);
    await this.settle(this.base.handles);
    const counts = this.addon.handleCounts();
    const objects = this.countObjects();
    return {
      ...counts,
      cycles: count,
      elapsedNs,
      handles: counts.handles - this.base.handles,
      wrappers: counts.wrappers - this.base.wrappers,
      toldBytes: counts.toldBytes - this.base.toldBytes,
      objects:
        objects === null
          ? null
          : Object.fromEntries(
              Object.entries(objects).map(([name, count]) => [
                name,
                Math.max(0, count - (this.base.objects[name] ?? 0)),
              ]),
            ),
      // What an earlier scenario of this process lost is not this one's.
      lost: counts.lost
        .map(({ site, count }) => ({ site, count: count - (this.base.lost.get(site.label) ?? 0) }))
        .filter(({ count }) => count !== 0),
    };
  }

  private async end(): Promise<void> {
    await this.thread?.terminate();
    this.thread = null;
    this.context?.close();
    this.context = null;
    this.keptInMap.clear();
    for (const list of [this.keptInCache, this.callbacks, this.settlers, this.errors]) list.length = 0;
    this.emitter.removeAllListeners();
    for (const timer of this.timers) clearInterval(timer);
    this.timers.length = 0;
  }

  private async cycles(first: number, count: number): Promise<void> {
    if (this.spec === null) throw new Error('no soak scenario is prepared');
    const { scenario, plant: planted } = this.spec;
    const due = (cycle: number) =>
      planted !== null && cycle % planted.rate === planted.offset ? planted.kind : '';
    const tokens: { token: Token; keep: boolean }[] = [];
    for (let i = 0; i < count; i++) {
      const kind = due(first + i);
      if (scenario === 'handles-close') this.close(kind);
      else if (scenario === 'handles-dispose') this.dispose(kind, i);
      else if (scenario === 'handles-dropped') this.drop(kind, first + i);
      else tokens.push(...this.share(kind));
      if ((i + 1) % CYCLES_PER_PUMP !== 0 && i + 1 !== count) continue;
      if (tokens.length > 0) await this.send(tokens.splice(0));
      await pump();
    }
  }

  private close(kind: string): void {
    const { SslHandle } = this.addon;
    const handle = new SslHandle(this.context, 'new', this.at('new SslHandle to close'));
    const second = new SslHandle(handle, 'up-ref', this.at('SslHandle up-ref'));
    const third = new SslHandle(handle, 'dup', this.at('SslHandle dup'));
    third.close(this.at('close of a duplicate'));
    second.close(this.at('close of a second reference'));
    if (kind === 'js-up-ref-only') handle.upRefOnly(this.at('planted upRefOnly'));
    handle.close(this.at('close of a handle'));
    if (kind === 'js-double-close') handle.close(this.at('planted second close'));
    if (kind !== 'js-use-after-close') return;
    try {
      new SslHandle(handle, 'up-ref', this.at('planted use after close'));
    } catch {
      // as it must: the handle is closed
    }
  }

  private dispose(kind: string, turn: number): void {
    const dispose = (Symbol as { dispose?: symbol }).dispose ?? Symbol.for('nodejs.dispose');
    const handle = new this.addon.SslHandle(this.context, 'new', this.at('new SslHandle to dispose of'));
    try {
      if (turn % 2 === 0 || kind === 'js-error') throw new Error('work that fails');
    } catch (error) {
      if (kind === 'js-error') this.errors.push(Object.assign(error as Error, { handle }));
    } finally {
      (handle as unknown as Record<symbol, () => void>)[dispose]?.();
    }
  }

  private drop(kind: string, cycle: number): void {
    const { SslHandle } = this.addon;
    const handle = new SslHandle(this.context, 'new', this.at('new SslHandle to drop'));
    new SslHandle(handle, 'up-ref', this.at('SslHandle up-ref to drop'));
    if (kind === 'js-map') this.keptInMap.set(cycle, handle);
    if (kind === 'js-cache') this.keptInCache.push(handle);
    if (kind === 'js-closure') {
      this.callbacks.push(function heldByClosure() {
        return handle.closed;
      });
    }
    if (kind === 'js-listener') this.emitter.on('event', () => handle.closed);
    if (kind === 'js-timer') this.timers.push(setInterval(() => handle.closed, 0x7fff_ffff).unref());
    if (kind === 'js-promise') {
      new Promise<void>((resolve) => this.settlers.push(resolve)).then(() => handle.closed);
    }
  }

  private share(kind: string): { token: Token; keep: boolean }[] {
    const handle = new this.addon.SslHandle(this.context, 'new', this.at('new SslHandle to share'));
    const token = handle.share(this.at('SslHandle.share'));
    if (kind === 'js-lost-token') handle.share(this.at('planted share'));
    handle.close(this.at('close after sharing'));
    return [{ token, keep: kind === 'js-thread-keeps' }];
  }

  private async startThread(): Promise<void> {
    const site = this.at('close in the other thread');
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      const { SslHandle } = require(workerData.addonFile);
      const kept = [];
      parentPort.on('message', (tokens) => {
        for (const { token, keep } of tokens) {
          const handle = new SslHandle(token, 'adopt');
          if (keep) kept.push(handle);
          else handle.close(workerData.site);
        }
        parentPort.postMessage('done');
      });`;
    this.thread = new Worker(code, { eval: true, workerData: { addonFile: this.addonFile, site } });
    this.thread.unref();
  }

  private send(tokens: { token: Token; keep: boolean }[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const { thread } = this;
      if (thread === null) throw new Error('the other thread has ended');
      thread.once('error', reject);
      thread.once('message', () => {
        thread.removeListener('error', reject);
        resolve();
      });
      thread.postMessage(tokens);
    });
  }

  /** Until no more than `handles` are left, or until nothing changes any more. */
  private async settle(handles: number): Promise<void> {
    let before = Number.POSITIVE_INFINITY;
    for (let i = 0; i < PUMPS_MAX; i++) {
      await pump();
      const now = this.addon.handleCounts;
      const live = peek(now);
      if (live.handles <= handles && live.wrappers <= this.base.wrappers) return;
      if (live.wrappers === before && i >= 3) return;
      before = live.wrappers;
    }
  }

  private countObjects(): ObjectCounts | null {
    const { SslHandle, SslContext } = this.addon;
    const handles = liveCount(SslHandle);
    const contexts = liveCount(SslContext);
    return handles === null || contexts === null ? null : { SslHandle: handles, SslContext: contexts };
  }

  /** The site of the line that calls, found out once for each label. */
  private at(label: string): number {
    const known = this.sites.get(label);
    if (known !== undefined) return known;
    const caller = new Error(label).stack?.split('\n')[2] ?? '';
    const match = /\(?([^()\s]+):(\d+):\d+\)?$/.exec(caller);
    const file = (match?.[1] ?? '').replace(/^.*\/(?=dist\/)/, '');
    const id = this.addon.handleSite(label, file, Number(match?.[2] ?? 0));
    this.sites.set(label, id);
    return id;
  }
}

type ObjectCounts = Readonly<Record<string, number>>;

/** A look that does not take the note of an excess free away: the segment's own reading gives it. */
function peek(counts: HandlesAddon['handleCounts']): { handles: number; wrappers: number } {
  return (counts as (peek: boolean) => { handles: number; wrappers: number })(true);
}
