/** What one look of a bisection does: bring a release here, count or time it, and say on which side it is. */
import { CouldNotRun } from '../core/errors.js';
import type { StepMemory } from '../core/history.js';
import { scenarioName } from '../core/scenario.js';
import type { CLibrary, Target } from '../core/target.js';
import { run } from '../run/run.js';
import type { Comparison } from '../stats/comparison.js';
import { singleLook } from '../stats/looks.js';
import { type Answer, sideOf } from './bisect.js';
import { countTarget } from './measure.js';
import { exactFigure, type Metric } from './metric.js';

/** A Candidate is a release of a bisection; it is brought here when it is looked at. */
export interface Candidate {
  readonly id: string;
  /** Null until it is here. */
  readonly openssl: string | null;
  readonly bring: () => Promise<Target>;
}

export interface ExamineOptions {
  readonly metric: Metric;
  readonly chooseCLibrary: (targets: readonly Target[]) => Promise<CLibrary>;
  /** Of the whole change, as a share: less is no change. Only of time. */
  readonly threshold: number;
  readonly blocks: number;
  readonly rounds: number;
  readonly seed: number;
  readonly pin: boolean;
  readonly results: string;
  readonly command: readonly string[];
  readonly dupmark: { readonly version: string; readonly commit: string | null };
  readonly signal: AbortSignal;
}

/** A look that does not tell the sides apart is taken again, so many times as long. */
const SECOND_LOOK = 4;

export class Examiner {
  /** Of the releases that were counted, by id. */
  readonly memory = new Map<string, StepMemory>();
  readonly #options: ExamineOptions;
  readonly #targets = new Map<string, Target>();
  #first: { readonly target: Target; readonly value: number } | null = null;
  /** The last release's time to the first's. */
  #end: number | null = null;

  constructor(options: ExamineOptions) {
    this.#options = options;
  }

  /** Looks at one release; the first that is asked for is what the others are held against. */
  async look(candidate: Candidate): Promise<Answer> {
    const target = this.#targets.get(candidate.id) ?? (await candidate.bring());
    this.#targets.set(candidate.id, target);
    if (this.#options.signal.aborted) throw new CouldNotRun('stopped before the release was found');
    const { figure } = this.#options.metric;
    return figure === 'time' ? this.#time(target) : this.#count(target, figure);
  }

  async #count(target: Target, figure: Parameters<typeof exactFigure>[1]): Promise<Answer> {
    const { metric, chooseCLibrary, signal } = this.#options;
    const name = scenarioName(metric.scenario);
    const counted = await countTarget(target, await chooseCLibrary([target]), [metric.scenario], signal);
    if ('reason' in counted) throw new CouldNotRun(`${target.id} is refused: ${counted.reason}`);
    const cell = counted.cells.find(({ scenario }) => scenario === name);
    if (cell?.memory == null)
      return { kind: 'undecided', why: `${target.id}: ${cell?.reason ?? 'not counted'}` };
    this.memory.set(target.id, cell.memory);
    const value = exactFigure(cell.memory, figure);
    this.#first ??= { target, value };
    return { kind: 'seen', value, changed: value !== this.#first.value };
  }

  async #time(target: Target): Promise<Answer> {
    if (this.#first === null) {
      this.#first = { target, value: 1 };
      return { kind: 'seen', value: 1, changed: false };
    }
    const { blocks, threshold } = this.#options;
    for (const effort of [blocks, SECOND_LOOK * blocks]) {
      const comparison = await this.#compare(this.#first.target, target, effort);
      const { ratio, interval, verdict } = comparison;
      if (this.#end === null) {
        const told = verdict === 'slower' || verdict === 'faster';
        if (!told && effort === blocks) continue;
        if (!told || Math.abs(Math.log(ratio)) < Math.log(1 + threshold)) {
          return { kind: 'seen', value: ratio, changed: false };
        }
        this.#end = ratio;
        return { kind: 'seen', value: ratio, changed: true };
      }
      const side = interval === null ? null : sideOf(interval, this.#end);
      if (side !== null) return { kind: 'seen', value: ratio, changed: side === 'changed' };
    }
    return {
      kind: 'undecided',
      why: `${target.id} lies too close to the middle of both ends for ${SECOND_LOOK * blocks} blocks`,
    };
  }

  async #compare(first: Target, target: Target, blocks: number): Promise<Comparison> {
    const { metric, chooseCLibrary, signal } = this.#options;
    const { document, end } = await run({
      ...this.#options,
      targets: [first, target],
      cLibrary: await chooseCLibrary([first, target]),
      chooseScenarios: () => [metric.scenario],
      baseline: first.id,
      looks: singleLook(blocks),
      precision: 0,
      twin: true,
      roundNs: 200_000,
      countInstructions: false,
      budgetMs: Number.POSITIVE_INFINITY,
      onProgress: (step) => {
        if (step.kind === 'refused') throw new CouldNotRun(`${step.target} is refused: ${step.reason}`);
      },
    });
    if (end === 'interrupted' || signal.aborted)
      throw new CouldNotRun('stopped before the release was found');
    const cell = document.cells.find((one) => one.target === target.id);
    if (cell?.ratioToBaseline == null) {
      const { availability } = document.availability.find((one) => one.target === target.id) ?? {};
      const why =
        availability === undefined || availability.kind === 'available' ? 'no time' : availability.reason;
      throw new CouldNotRun(`${target.id}: ${why}`);
    }
    return cell.ratioToBaseline;
  }
}
