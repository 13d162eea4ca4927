/** Scales and ticks of the charts. */

export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
}

/** A linear scale from 0 or `low` to at least `high`, with about `count` round ticks. */
export function linear(low: number, high: number, from: number, to: number, count = 4): Scale {
  const step = roundStep((high - low || high || 1) / count);
  const start = Math.floor(low / step + 1e-9) * step;
  const end = Math.max(start + step, Math.ceil(high / step - 1e-9) * step);
  const ticks: number[] = [];
  for (let i = 0; start + i * step <= end + step / 2; i++)
    ticks.push(Number((start + i * step).toPrecision(12)));
  return Object.assign((value: number) => from + ((value - start) / (end - start)) * (to - from), { ticks });
}

/** 1, 2 or 5 times a power of ten, at least `step`. */
export function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const times = [1, 2, 5, 10].find((one) => one * power >= step * (1 - 1e-9)) ?? 10;
  return times * power;
}
