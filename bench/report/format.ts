/**
 * Numbers as text. Values come in base units (nanoseconds, bytes, fractions); scaling happens here and nowhere
 * else.
 */

/** Nanoseconds with three significant digits: `4.57 ns`, `912 ns`, `1.23 µs`, `12.4 ms`, `1.50 s`. */
export function formatNs(ns: number): string {
  const units = ['ns', 'µs', 'ms', 's'];
  let value = ns;
  let unit = 0;
  // Compare what would be printed, so that 999.7 ns becomes 1.00 µs and not 1000 ns.
  while (unit < units.length - 1 && Number(value.toPrecision(3)) >= 1000) {
    value /= 1000;
    unit++;
  }
  return `${significant(value, 3)} ${units[unit]}`;
}

/** A ratio: three decimals below 10, else four significant digits. */
export function formatRatio(ratio: number): string {
  return ratio < 9.9995 ? `${ratio.toFixed(3)}×` : `${significant(ratio, 4)}×`;
}

/**
 * How far an interval reaches from its estimate, as `±0.4%` of the estimate. Intervals of order statistics are
 * lopsided: the farther end counts, and it is rounded up, so that the text never promises more than the interval.
 */
export function formatReach(estimate: number, low: number, high: number): string {
  const reach = (100 * Math.max(high - estimate, estimate - low)) / estimate;
  if (!Number.isFinite(reach)) return '±?';
  // Rounding errors of exact arithmetic must not push 0.1 to 0.2.
  const tenths = Math.ceil(reach * 10 - 1e-6);
  return tenths < 100 ? `±${(tenths / 10).toFixed(1)}%` : `±${Math.ceil(reach - 1e-6)}%`;
}

/** A whole number with commas between thousands. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Operations per second: `684 k/s`, `1.46 M/s`. */
export function formatRate(perSecond: number): string {
  const units = ['', 'k', 'M', 'G'];
  let value = perSecond;
  let unit = 0;
  while (unit < units.length - 1 && Number(value.toPrecision(3)) >= 1000) {
    value /= 1000;
    unit++;
  }
  return `${significant(value, 3)}${unit === 0 ? '' : ` ${units[unit]}`}/s`;
}

/** A share as a percentage with at most two significant digits below 10 %: `0.04 %`, `3.1 %`, `12 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent === 0 ? '0' : percent < 9.95 ? Number(percent.toPrecision(2)) : Math.round(percent)} %`;
}

/** Bytes of memory in the binary unit that gives one to three digits: `7.69 GiB`. */
export function formatMemory(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (unit < units.length - 1 && value >= 1023.5) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : significant(value, 3)} ${units[unit]}`;
}

/** What a figure of handles and connections counts; `memory` is that of many, in the unit that fits. */
export type HeldUnit = 'bytes' | 'memory' | 'ns';

/** Bytes of one handle as a whole number, memory and times in the unit that fits. */
export function formatHeld(unit: HeldUnit, value: number): string {
  if (unit === 'ns') return formatNs(value);
  return unit === 'memory' ? formatMemory(value) : formatCount(Math.round(value));
}

/** A span of time between two ISO times: `84.5 s`, `12 min 5 s`. */
export function formatSpan(from: string, to: string): string {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return seconds < 120
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Milliseconds, roughly: `41 s`, `12 min`, `3.4 h`, `51 h`. */
export function formatDuration(ms: number): string {
  if (ms < 120_000) return `${Math.ceil(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${significant(ms / 3_600_000, 2)} h`;
}

/** `2026-08-01 12:00 UTC` of an ISO time in UTC. */
export function formatTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** A number with that many significant digits and never an exponent. */
function significant(value: number, digits: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const whole = Math.floor(Math.log10(Math.abs(rounded))) + 1;
  return rounded.toFixed(Math.min(100, Math.max(0, digits - whole)));
}
