/** What a profile is made of: instructions by call tree. (Bytes by source line are a MemoryReading: sample.ts.) */

/** A Frame is a function in the context of its callers, with what it took itself, per iteration. */
export interface Frame {
  readonly name: string;
  /** Library without its version, as `libssl`, so that two OpenSSL versions can be compared. */
  readonly library: string;
  /** Instructions per iteration, without those of its children. */
  readonly self: number;
  readonly children: readonly Frame[];
}

/** What one function took in all its contexts together. */
export interface FunctionTotal {
  readonly name: string;
  readonly library: string;
  readonly self: number;
  /** With all that it called. */
  readonly inclusive: number;
}

/** A call tree of one iteration by callgrind, or why there is none. */
export type InstructionProfile =
  | {
      readonly kind: 'exact';
      readonly perIteration: number;
      /** Iterations of the shorter of the two counts that were subtracted. */
      readonly iterations: number;
      /** Its root is the scenario. */
      readonly tree: Frame;
      /** Instructions of functions that have no name here, per iteration. */
      readonly unnamed: number;
    }
  | { readonly kind: 'not-available'; readonly reason: string };

/** Instructions of a frame with all below it. */
export function inclusiveOf(frame: Frame): number {
  return frame.self + frame.children.reduce((sum, child) => sum + inclusiveOf(child), 0);
}

/** All functions of a tree, the most of its own first. A function that calls itself is counted once. */
export function functionTotals(tree: Frame): readonly FunctionTotal[] {
  const totals = new Map<string, { name: string; library: string; self: number; inclusive: number }>();
  const above = new Set<string>();
  const visit = (frame: Frame): void => {
    const key = `${frame.library}\n${frame.name}`;
    const total = totals.get(key) ?? { name: frame.name, library: frame.library, self: 0, inclusive: 0 };
    totals.set(key, total);
    total.self += frame.self;
    const outermost = !above.has(key);
    if (outermost) total.inclusive += inclusiveOf(frame);
    above.add(key);
    for (const child of frame.children) visit(child);
    if (outermost) above.delete(key);
  };
  for (const child of tree.children) visit(child);
  return [...totals.values()].sort((a, b) => b.self - a.self || (a.name < b.name ? -1 : 1));
}

/** One function on both sides; a side where it does not run has 0. */
export interface FunctionDifference {
  readonly name: string;
  readonly library: string;
  readonly self: { readonly before: number; readonly after: number };
  readonly inclusive: { readonly before: number; readonly after: number };
}

/** All functions that took more or less on the other side, the largest change of their own first. */
export function compareFunctions(before: Frame, after: Frame): readonly FunctionDifference[] {
  const key = ({ library, name }: FunctionTotal) => `${library}\n${name}`;
  const left = new Map(functionTotals(before).map((one) => [key(one), one]));
  const right = new Map(functionTotals(after).map((one) => [key(one), one]));
  const differences = [...new Map([...left, ...right]).entries()].map(([id, { name, library }]) => {
    const [a, b] = [left.get(id), right.get(id)];
    return {
      name,
      library,
      self: { before: a?.self ?? 0, after: b?.self ?? 0 },
      inclusive: { before: a?.inclusive ?? 0, after: b?.inclusive ?? 0 },
    };
  });
  const size = ({ self }: FunctionDifference) => Math.abs(self.after - self.before);
  return differences
    .filter(({ self, inclusive }) => self.before !== self.after || inclusive.before !== inclusive.after)
    .sort((a, b) => size(b) - size(a) || (a.name < b.name ? -1 : 1));
}
