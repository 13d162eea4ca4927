/** A history as trends: one series, scenario and figure each, ready to be drawn. */
import type { HistoryChange, HistoryStep, StepCell } from '../core/history.js';
import type { HistoryDocument } from './history-schema.js';

export const TREND_FIGURES = ['time', 'allocations', 'requestedBytes', 'retainedBytes'] as const;
export type TrendFigure = (typeof TREND_FIGURES)[number];

/** One release in a trend. */
export interface HistoryPoint {
  readonly target: string;
  readonly openssl: string;
  /** Of time the ratio to the reference; else the exact figure. Null where it is not available. */
  readonly value: number | null;
  /** Of an interval of at least 95 % confidence; null where there is none, as for exact figures. */
  readonly low: number | null;
  readonly high: number | null;
  /** Nanoseconds per iteration; only of time. */
  readonly medianNs: number | null;
  /** Why it is not available. */
  readonly reason: string | null;
}

export interface HistoryTrend {
  readonly series: string;
  readonly scenario: string;
  readonly figure: TrendFigure;
  /** Oldest OpenSSL first. */
  readonly points: readonly HistoryPoint[];
  /** Those that concern this figure; `after` names the point at which each begins. */
  readonly changes: readonly HistoryChange[];
}

/** All trends that have a value, in the order of series, scenarios and figures. */
export function historyTrends({ steps, plan, changes }: HistoryDocument): readonly HistoryTrend[] {
  const series = [...new Set(steps.map((step) => step.series))];
  return series.flatMap((name) =>
    plan.scenarios.flatMap((scenario) =>
      TREND_FIGURES.flatMap((figure) => {
        const points = steps
          .filter((step) => step.series === name)
          .map((step) => pointOf(step, scenario, figure));
        if (points.every(({ value }) => value === null)) return [];
        const own = changes.filter(
          (one) => one.series === name && one.scenario === scenario && concerns(one, figure),
        );
        return { series: name, scenario, figure, points, changes: own };
      }),
    ),
  );
}

/** Whether a change is one of this figure. */
export function concerns(change: HistoryChange, figure: TrendFigure): boolean {
  if (change.kind === 'time') return figure === 'time';
  if (figure === 'time') return false;
  const [before, after] = change[figure];
  return before !== after;
}

function pointOf(
  { target, openssl, cells }: HistoryStep,
  scenario: string,
  figure: TrendFigure,
): HistoryPoint {
  const cell = cells.find((one) => one.scenario === scenario);
  const nothing = { target, openssl, value: null, low: null, high: null, medianNs: null };
  const figures = cell === undefined ? null : figuresOf(cell, figure);
  return { ...nothing, ...figures, reason: figures === null ? (cell?.reason ?? 'not measured') : null };
}

function figuresOf({ time, memory }: StepCell, figure: TrendFigure) {
  if (figure !== 'time') return memory && { value: memory[figure] };
  return time && { value: time.ratio, low: time.low, high: time.high, medianNs: time.medianNs };
}
