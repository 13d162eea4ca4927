/** Readers of flag values that several commands share. Each throws one clear line that names the flag. */
import { badValue, CouldNotRun } from '../bench/core/errors.js';
import { SEED_MAX } from '../bench/core/order.js';
import { parseScenario, type Scenario } from '../bench/core/scenario.js';
import { parseTargetId, type Target, type TargetRequest } from '../bench/core/target.js';
import { defaultRequests, resolveTargets } from '../bench/targets/index.js';

/** A whole number between two bounds. */
export function wholeNumber(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw badValue(flag, text, `a whole number from ${least} to ${most}`);
    return value;
  };
}

/** A duration such as `90`, `90s`, `5m` or `1h`, in milliseconds. */
export function duration(flag: string): (text: string) => number {
  return (text) => {
    const match = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text);
    const unit = { s: 1000, m: 60_000, h: 3_600_000 }[match?.[2] ?? 's'];
    const milliseconds = Number(match?.[1]) * (unit ?? Number.NaN);
    if (!(milliseconds > 0)) throw badValue(flag, text, 'a duration (such as 90, 90s, 5m or 1h)');
    return milliseconds;
  };
}

export const seed = wholeNumber('--seed', 0, SEED_MAX);

/** The parts of a comma-separated list, each read by `read`. */
export function commaList<T>(flag: string, read: (part: string) => T): (text: string) => readonly T[] {
  return (text) => {
    const parts = text.split(',').map((part) => part.trim());
    if (parts.some((part) => part === '')) throw badValue(flag, text, 'a comma-separated list');
    return parts.map(read);
  };
}

/**
 * Resolves what `--targets` asked for, or the defaults. What was named must be had; of the defaults, what there is
 * will do, with one line on `say` for each that is missing.
 */
export async function findTargets(
  asked: readonly TargetRequest[] | undefined,
  options: { readonly offline: boolean; readonly say: (line: string) => void },
): Promise<readonly Target[]> {
  const { targets, missing } = await resolveTargets(asked ?? defaultRequests(), {
    offline: options.offline,
    onProgress: options.say,
  });
  if (asked !== undefined && missing.length > 0) {
    throw new CouldNotRun(
      missing
        .map(({ id, reason }) => `--targets: ${reason.startsWith(id) ? reason : `${id}: ${reason}`}`)
        .join('; '),
    );
  }
  for (const { id, reason } of missing)
    options.say(`left out: ${reason.startsWith(id) ? reason : `${id}: ${reason}`}`);
  if (targets.length === 0) throw new CouldNotRun('no target can be had');
  return targets;
}

export function targetList(flag: string): (text: string) => readonly TargetRequest[] {
  return commaList(flag, (part) => parseTargetId(part, flag));
}

/** Reads one of several names of scenarios that a flag takes. */
export function readScenarios(text: string, before: readonly Scenario[] = []): readonly Scenario[] {
  return [...before, parseScenario(text)];
}

/** A percentage above 0, as a share. */
export function readPercent(flag: string): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
    if (!(value > 0 && value <= 100)) throw badValue(flag, text, 'a percentage above 0 (as 0.5)');
    return value / 100;
  };
}

const PLANT_RATE_MAX = 1e15;

/** A deliberate fault and how often: `lost-free:1000000`. */
export function readPlant(text: string): { readonly kind: string; readonly rate: number } {
  const match = /^([a-z0-9-]+):(\d+(?:e\d+)?)$/.exec(text);
  const rate = Number(match?.[2]);
  if (match?.[1] === undefined || !(rate >= 1 && rate <= PLANT_RATE_MAX)) {
    throw badValue('--plant', text, 'KIND:RATE, as in lost-free:1000000');
  }
  return { kind: match[1], rate };
}
