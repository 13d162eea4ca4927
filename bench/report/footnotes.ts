/** Footnotes carry the reasons that have no room in a table: the same reason gets the same number. */

export interface Footnotes {
  /** The mark to print, as `[2]`. */
  readonly mark: (reason: string) => string;
  /** All reasons so far, the first being number 1. */
  readonly reasons: () => readonly string[];
}

export function footnotes(): Footnotes {
  const numbers = new Map<string, number>();
  return {
    mark(reason) {
      const number = numbers.get(reason) ?? numbers.size + 1;
      numbers.set(reason, number);
      return `[${number}]`;
    },
    reasons: () => [...numbers.keys()],
  };
}
