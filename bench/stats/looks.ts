/**
 * When a run that adds blocks while something is undecided may look at what it has, and at which level it then tests.
 *
 * Looking again and again and stopping when something shows would raise false alarms far above the level. Here each
 * look has a level of its own, fixed beforehand, and the levels add up to the whole: whatever decides which look is the
 * last, some test errs with at most the sum of all (Bonferroni). No assumption about how the looks depend on each
 * other is needed, so that the rule holds together with any test and any budget. docs/decisions/stopping.md.
 */

/** The level of all looks and cells together: how often a run without any difference may flag something. */
export const LEVEL = 0.05;

export interface Look {
  /** Blocks after which it takes place. */
  readonly blocks: number;
  /** What is spent at it. */
  readonly level: number;
}

/** The one look of a run whose number of blocks is fixed. */
export function singleLook(blocks: number): readonly Look[] {
  return [{ blocks, level: LEVEL }];
}

/**
 * Looks after `first` blocks, twice as many, and so on, up to `most`. Half of what is left is spent at each, all
 * of it at the last: early looks are the ones that most cells need.
 */
export function doublingLooks(first: number, most: number): readonly Look[] {
  if (!(first >= 1 && most >= first)) throw new RangeError(`doublingLooks: ${first} to ${most}`);
  const looks: Look[] = [];
  let left = LEVEL;
  for (let blocks = first; ; blocks = Math.min(2 * blocks, most)) {
    const last = blocks === most;
    const level = last ? left : left / 2;
    looks.push({ blocks, level });
    if (last) return looks;
    left -= level;
  }
}

/**
 * The level at which a cell with so many blocks is tested: that of the look they suffice for or were on the way to. (A
 * budget that ends between two looks depends on the clock, not on what was measured, so that using the
 * blocks of half a step at the next look's level is fair.)
 */
export function levelAt(looks: readonly Look[], blocks: number): number {
  const look = looks.find((one) => one.blocks >= blocks) ?? looks.at(-1);
  if (look === undefined) throw new RangeError('no looks');
  return look.level;
}
