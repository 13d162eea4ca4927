/** The gate: limits such as `time>3%` that a comparison must keep, and the cells that do not. Pure. */
import { badValue } from '../core/errors.js';
import type { Compared, ComparedCell, Quantity } from './compared.js';

export const METRICS = ['time', 'instructions', 'allocations', 'bytes'] as const;
export type Metric = (typeof METRICS)[number];

/** A Limit is how much more of something is too much. */
export interface Limit {
  readonly text: string;
  readonly metric: Metric;
  /** Relative to the base (0.03 is 3 %), or in units: instructions, allocations, bytes. */
  readonly kind: 'share' | 'units';
  readonly more: number;
}

/** Reads `time>3%`, `instructions>0.5%`, `bytes>0`. Throws CouldNotRun. */
export function parseLimit(text: string, flag = '--fail-on'): Limit {
  const match = /^(time|instructions|allocations|bytes)\s*>\s*(\d+(?:\.\d+)?)\s*(%)?$/.exec(text.trim());
  const metric = METRICS.find((one) => one === match?.[1]);
  if (match === null || metric === undefined) {
    throw badValue(flag, text, `a limit (as time>3%, instructions>0.5%, allocations>0 or bytes>0)`);
  }
  const share = match[3] === '%';
  if (metric === 'time' && !share) throw badValue(flag, text, 'a limit of time in percent (as time>3%)');
  const value = Number(match[2]);
  return { text: text.trim(), metric, kind: share ? 'share' : 'units', more: share ? value / 100 : value };
}

/** One cell beyond a limit. */
export interface Offence {
  readonly limit: string;
  readonly scenario: string;
  readonly target: string | null;
  /** What was seen, in words. */
  readonly seen: string;
}

export interface GateResult {
  readonly offences: readonly Offence[];
  /** Limits that nothing could be held against, each with the reason: such a gate is not open, it is not there. */
  readonly unanswered: readonly { readonly limit: string; readonly reason: string }[];
  /** Cells that a limit could not be applied to, where it could to others. */
  readonly skipped: readonly { readonly limit: string; readonly cells: number; readonly reason: string }[];
}

export function applyGate({ cells, timeRefused }: Compared, limits: readonly Limit[]): GateResult {
  const offences: Offence[] = [];
  const unanswered: { limit: string; reason: string }[] = [];
  const skipped: { limit: string; cells: number; reason: string }[] = [];
  for (const limit of limits) {
    const reasons: string[] = [];
    for (const cell of cells) {
      const answer = limit.metric === 'time' ? timeAnswer(cell, limit) : exactAnswer(cell, limit);
      if (answer.kind === 'not-available') reasons.push(answer.reason);
      if (answer.kind === 'beyond') {
        offences.push({
          limit: limit.text,
          scenario: cell.scenario,
          target: cell.target,
          seen: answer.seen,
        });
      }
    }
    const reason = (limit.metric === 'time' && timeRefused[0]) || reasons[0] || 'nothing was compared';
    if (reasons.length === cells.length) unanswered.push({ limit: limit.text, reason });
    else if (reasons.length > 0) skipped.push({ limit: limit.text, cells: reasons.length, reason });
  }
  return { offences, unanswered, skipped };
}

type Answer =
  | { readonly kind: 'within' }
  | { readonly kind: 'beyond'; readonly seen: string }
  | { readonly kind: 'not-available'; readonly reason: string };

/** Only what is distinguished, all cells of the comparison taken together, can offend: noise never does. */
function timeAnswer({ time }: ComparedCell, { more }: Limit): Answer {
  if (time.kind !== 'compared') return time;
  const { ratio, verdict, interval } = time.comparison;
  if (verdict === 'undecided') return { kind: 'not-available', reason: 'too few blocks to tell' };
  if (verdict !== 'slower' || ratio - 1 <= more) return { kind: 'within' };
  const range = interval === null ? '' : ` [${signed(interval.low - 1)} to ${signed(interval.high - 1)}]`;
  return { kind: 'beyond', seen: `time ${signed(ratio - 1)}${range}` };
}

function exactAnswer(cell: ComparedCell, limit: Limit): Answer {
  const quantities: readonly (readonly [string, Quantity])[] =
    limit.metric === 'bytes'
      ? [
          ['bytes requested', cell.requestedBytes],
          ['bytes retained', cell.retainedBytes],
        ]
      : limit.metric === 'allocations'
        ? [['allocations', cell.allocations]]
        : [['instructions', cell.instructions]];
  for (const [name, quantity] of quantities) {
    if (quantity.kind !== 'exact') return quantity;
    const { before, after } = quantity;
    const more = after - before;
    // From nothing to something is more than any share.
    if (limit.kind === 'share' ? more > limit.more * before : more > limit.more) {
      return { kind: 'beyond', seen: `${name} ${before} → ${after}` };
    }
  }
  return { kind: 'within' };
}

function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(2)} %`;
}
