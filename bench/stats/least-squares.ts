/**
 * Least squares over columns that are added one at a time. Pure.
 *
 * Modified Gram-Schmidt with one re-orthogonalisation (Björck, "Numerical Methods for Least Squares Problems", 1996,
 * section 2.4): columns are 0 and small whole numbers, a few hundred at most, where that is as exact as Householder's
 * reflections and makes it cheap to ask what one more column would explain.
 */

/** A column that adds less than this share of its own length to the others is a combination of them. */
const DEPENDENT = 1e-9;

/** A growing least-squares fit of one vector of values. */
export class LeastSquares {
  readonly #values: Float64Array;
  readonly #residual: Float64Array;
  /** Orthonormal columns, and how each added column is made of them; null where it was a combination of others. */
  readonly #basis: Float64Array[] = [];
  readonly #parts: ({ readonly at: number; readonly factors: readonly number[] } | null)[] = [];

  /** Throws RangeError for a value that is not finite. */
  constructor(values: readonly number[]) {
    if (!values.every(Number.isFinite)) throw new RangeError('a value is not a finite number');
    this.#values = Float64Array.from(values);
    this.#residual = Float64Array.from(values);
  }

  /** Values less what the columns so far explain. */
  get residual(): readonly number[] {
    return [...this.#residual];
  }

  /** Sum of squared residuals. */
  get residualSquares(): number {
    return dot(this.#residual, this.#residual);
  }

  /** How many columns count: those that are no combination of earlier ones. */
  get rank(): number {
    return this.#basis.length;
  }

  /**
   * By how much the sum of squared residuals would fall with this column at the least: exact when it is independent
   * of all columns so far, else less than what `gain` says. Cheap, for choosing what to ask `gain` about.
   */
  leastGain(column: Float64Array): number {
    const square = dot(column, column);
    return square === 0 ? 0 : dot(column, this.#residual) ** 2 / square;
  }

  /** By how much the sum of squared residuals would fall with this column. */
  gain(column: Float64Array): number {
    const { rest, square } = this.#orthogonalised(column);
    return square === 0 ? 0 : dot(rest, this.#residual) ** 2 / square;
  }

  /** Adds a column; false when it is a combination of earlier ones and has no coefficient of its own. */
  add(column: Float64Array): boolean {
    const { rest, square, factors } = this.#orthogonalised(column);
    if (square === 0) {
      this.#parts.push(null);
      return false;
    }
    const length = Math.sqrt(square);
    for (let i = 0; i < rest.length; i++) rest[i] = (rest[i] ?? 0) / length;
    this.#parts.push({ at: this.#basis.length, factors: [...factors, length] });
    this.#basis.push(rest);
    subtract(this.#residual, rest, dot(this.#residual, rest));
    return true;
  }

  /** The coefficient of each column in the order of adding; null where it has none of its own. */
  coefficients(): readonly (number | null)[] {
    const projections = this.#basis.map((column) => dot(column, this.#values));
    const solved = new Array<number>(this.#basis.length).fill(0);
    const independent = this.#parts.filter((part) => part !== null);
    for (let k = independent.length - 1; k >= 0; k--) {
      let value = projections[k] ?? 0;
      for (let j = k + 1; j < independent.length; j++) {
        value -= (independent[j]?.factors[k] ?? 0) * (solved[j] ?? 0);
      }
      solved[k] = value / (independent[k]?.factors[k] ?? 1);
    }
    return this.#parts.map((part) => (part === null ? null : (solved[part.at] ?? 0)));
  }

  #orthogonalised(column: Float64Array): {
    readonly rest: Float64Array;
    readonly square: number;
    readonly factors: readonly number[];
  } {
    const rest = Float64Array.from(column);
    const factors = new Array<number>(this.#basis.length).fill(0);
    for (let pass = 0; pass < 2; pass++) {
      this.#basis.forEach((one, i) => {
        const factor = dot(one, rest);
        factors[i] = (factors[i] ?? 0) + factor;
        subtract(rest, one, factor);
      });
    }
    const square = dot(rest, rest);
    const dependent = square <= DEPENDENT ** 2 * dot(column, column);
    return { rest, square: dependent ? 0 : square, factors };
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function subtract(from: Float64Array, column: Float64Array, factor: number): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] ?? 0) - factor * (column[i] ?? 0);
}
