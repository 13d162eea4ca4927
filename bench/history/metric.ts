/** What a bisection follows: one figure of one scenario, as in `new.bytes` or `dup[certificate].time`. */
import { badValue } from '../core/errors.js';
import type { StepMemory } from '../core/history.js';
import { parseScenario, type Scenario, scenarioName } from '../core/scenario.js';

/** Names of figures, as they are typed, and what each is. */
export const BISECT_FIGURES = {
  bytes: 'bytes that one operation asks for',
  'retained-bytes': 'bytes that stay while the handle lives',
  allocations: 'allocations that one operation makes',
  time: 'time of one operation, against that of the first release',
} as const;
export type BisectFigure = keyof typeof BISECT_FIGURES;

export interface Metric {
  readonly scenario: Scenario;
  readonly figure: BisectFigure;
}

/** Reads `SCENARIO.FIGURE`. Throws CouldNotRun naming `--metric`. */
export function parseMetric(text: string): Metric {
  const at = text.lastIndexOf('.');
  const name = text.slice(at + 1);
  const figure = (Object.keys(BISECT_FIGURES) as BisectFigure[]).find((one) => one === name);
  if (at < 1 || figure === undefined) {
    throw badValue(
      '--metric',
      text,
      `SCENARIO.FIGURE, as new.bytes (figures: ${Object.keys(BISECT_FIGURES).join(', ')})`,
    );
  }
  return { scenario: parseScenario(text.slice(0, at), '--metric'), figure };
}

export function metricName({ scenario, figure }: Metric): string {
  return `${scenarioName(scenario)}.${figure}`;
}

/** An exact figure. */
export function exactFigure(memory: StepMemory, figure: Exclude<BisectFigure, 'time'>): number {
  switch (figure) {
    case 'bytes':
      return memory.requestedBytes;
    case 'retained-bytes':
      return memory.retainedBytes;
    case 'allocations':
      return memory.allocations;
  }
}
