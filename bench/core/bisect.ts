/** Cuts what fails down to the least that still does. Pure but for the question asked. */

/**
 * The least n in 1…`most` for which `fails(n)`, where more never heals what fewer had. `most` is known to fail.
 * Asks about log2(most) times, of ever smaller sizes for a failure near the start.
 */
export async function leastFailing(most: number, fails: (n: number) => Promise<boolean>): Promise<number> {
  let passing = 0;
  let failing = most;
  while (failing - passing > 1) {
    const middle = passing + Math.floor((failing - passing) / 2);
    if (await fails(middle)) failing = middle;
    else passing = middle;
  }
  return failing;
}

/**
 * Delta debugging (Zeller and Hildebrandt's ddmin): a part of `items`, in their order, that fails and of which no
 * single item can be left out. Stops early, with the best so far, after `questionsMax` questions.
 */
export async function leastPart<T>(
  items: readonly T[],
  fails: (part: readonly T[]) => Promise<boolean>,
  questionsMax = 2000,
): Promise<readonly T[]> {
  let part = items;
  let pieces = 2;
  let questions = 0;
  while (part.length >= 2) {
    const size = Math.ceil(part.length / pieces);
    let reduced = false;
    for (let start = 0; start < part.length; start += size) {
      if (questions++ >= questionsMax) return part;
      const rest = [...part.slice(0, start), ...part.slice(start + size)];
      if (!(await fails(rest))) continue;
      part = rest;
      pieces = Math.max(pieces - 1, 2);
      reduced = true;
      break;
    }
    if (reduced) continue;
    if (pieces >= part.length) break;
    pieces = Math.min(pieces * 2, part.length);
  }
  return part;
}
