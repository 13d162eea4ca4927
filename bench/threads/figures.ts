/** What the raw values of threads side by side say. Pure functions. */
import type { Batch } from '../core/sample.js';
import type { TeamBatch, ThreadsDocument } from '../document/threads-schema.js';
import { blockRatio } from '../stats/comparison.js';
import { summarise } from '../stats/summary.js';

/** One scenario with one way of sharing, on one target, with one number of threads. */
export interface TeamFigures {
  readonly threads: number;
  /** An operation as one thread sees it: median over blocks of medians over rounds of the average over threads. */
  readonly latencyNs: number;
  /** Processor time of it: below the latency by what the thread had to wait. */
  readonly cpuNs: number;
  /** Operations of all threads together. */
  readonly perSecond: number;
  /** Throughput by (threads × throughput of one thread): 1 is perfect. Null for one thread, or without one. */
  readonly contention: Contention | null;
  /** More threads than CPUs: they took turns, and cannot reach 1. */
  readonly oversubscribed: boolean;
}

export interface Contention {
  readonly ratio: number;
  /** Null with too few blocks. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Which batches belong together; allocator batches have an allocator as well. */
export type SeriesKey = Pick<TeamBatch, 'target' | 'scenario' | 'sharing' | 'packed'> & {
  readonly allocator?: string;
};

/** The figures of a series, a number of threads after the other. */
export function teamFigures<B extends TeamBatch & { readonly allocator?: string }>(
  { plan }: Pick<ThreadsDocument, 'plan'>,
  batches: readonly B[],
  key: SeriesKey,
): readonly TeamFigures[] {
  const own = batches.filter(
    (one) =>
      one.target === key.target &&
      one.scenario === key.scenario &&
      one.sharing === key.sharing &&
      one.packed === key.packed &&
      one.allocator === key.allocator,
  );
  const of = (threads: number, field: 'latencyNs' | 'cpuNs' | 'intervalNs') =>
    own.filter((one) => one.threads === threads).map((one) => asBatch(one, one[field]));
  return plan.threads.flatMap((threads) => {
    const [latency, cpu, interval] = (['latencyNs', 'cpuNs', 'intervalNs'] as const).map((field) =>
      summarise(of(threads, field)),
    );
    if (!latency || !cpu || !interval) return [];
    return {
      threads,
      latencyNs: latency.medianNs,
      cpuNs: cpu.medianNs,
      perSecond: 1e9 / interval.medianNs,
      contention: threads === 1 ? null : contention(threads, of(1, 'intervalNs'), of(threads, 'intervalNs')),
      oversubscribed: threads > plan.cpusUsable,
    };
  });
}

/** Of one process, block by block: what the machine does to a process from one to the next cancels. */
function contention(threads: number, alone: readonly Batch[], together: readonly Batch[]): Contention | null {
  const compared = blockRatio(alone, together);
  if (compared === null) return null;
  const of = (ratio: number) => 1 / (threads * ratio);
  return {
    ratio: of(compared.ratio),
    low: compared.interval && of(compared.interval.high),
    high: compared.interval && of(compared.interval.low),
  };
}

function asBatch({ block, target, scenario, iterations }: TeamBatch, roundNs: readonly number[]): Batch {
  return { block, target, scenario, iterations, roundNs, state: { kind: 'complete' } };
}

/**
 * What OpenSSL's sslnew prints for the same: its whole time by the calls of one thread on average, in microseconds. The
 * same as the latency as long as each thread has a CPU.
 */
export function sslnewMicroseconds({ threads, perSecond }: TeamFigures): number {
  return (1e6 * threads) / perSecond;
}
