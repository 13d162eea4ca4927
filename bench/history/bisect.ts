/**
 * Finds the release at which a figure changed, by halving: the first of an ordered list is good, the last is changed, and each look at one
 * in the middle leaves half of the rest. However the figure moves in between, what is found differs from the release just before it.
 */
import { leastFailing } from '../core/bisect.js';

/** What one look at a release showed. */
export interface Look<T> {
  readonly step: T;
  readonly index: number;
  readonly value: number;
  /** Whether it is as the last release is, rather than as the first. */
  readonly changed: boolean;
}

export type BisectOutcome<T> =
  | {
      readonly kind: 'found';
      readonly before: Look<T>;
      readonly after: Look<T>;
      readonly looks: readonly Look<T>[];
    }
  | { readonly kind: 'no-change'; readonly looks: readonly Look<T>[] }
  /** A release could not be told apart from either end; the change lies in what is left. */
  | {
      readonly kind: 'undecided';
      readonly why: string;
      readonly lastUnchanged: T;
      readonly firstChanged: T;
      readonly looks: readonly Look<T>[];
    };

/** What a look answers: the figure, and on which side it is; or why it is not known. */
export type Answer =
  | { readonly kind: 'seen'; readonly value: number; readonly changed: boolean }
  | { readonly kind: 'undecided'; readonly why: string };

class Undecided extends Error {}

/**
 * `ask` looks at the step of an index; of the first it must say that it is not changed. Every step is asked at most once.
 */
export async function bisect<T>(
  steps: readonly T[],
  ask: (step: T, index: number) => Promise<Answer>,
  onLook: (look: Look<T>, left: number) => void,
): Promise<BisectOutcome<T>> {
  const looks: Look<T>[] = [];
  let [passing, failing] = [0, steps.length - 1];
  let why = '';
  const look = async (index: number): Promise<Look<T>> => {
    const step = steps[index];
    if (step === undefined) throw new RangeError(`no step ${index}`);
    const answer = await ask(step, index);
    if (answer.kind === 'undecided') {
      why = answer.why;
      throw new Undecided(answer.why);
    }
    const seen = { step, index, value: answer.value, changed: answer.changed };
    looks.push(seen);
    if (seen.changed) failing = Math.min(failing, index);
    else passing = Math.max(passing, index);
    onLook(seen, failing - passing - 1);
    return seen;
  };
  try {
    await look(0);
    if (!(await look(steps.length - 1)).changed) return { kind: 'no-change', looks };
    const found = await leastFailing(steps.length - 1, async (index) => (await look(index)).changed);
    const at = (index: number) => looks.find((one) => one.index === index);
    const [before, after] = [at(found - 1), at(found)];
    if (before === undefined || after === undefined) throw new RangeError('a step was not looked at');
    return { kind: 'found', before, after, looks };
  } catch (thrown) {
    if (!(thrown instanceof Undecided)) throw thrown;
    const [lastUnchanged, firstChanged] = [steps[passing], steps[failing]];
    if (lastUnchanged === undefined || firstChanged === undefined) throw thrown;
    return { kind: 'undecided', why, lastUnchanged, firstChanged, looks };
  }
}

/**
 * On which side of the middle (by logarithms) of the two ends a ratio lies; null while its interval reaches over it. `end` is the ratio of
 * the last release to the first.
 */
export function sideOf(
  interval: { readonly low: number; readonly high: number },
  end: number,
): 'unchanged' | 'changed' | null {
  const middle = Math.sqrt(end);
  const [below, above] = [interval.high < middle, interval.low > middle];
  if (!below && !above) return null;
  return below === end > 1 ? 'unchanged' : 'changed';
}
