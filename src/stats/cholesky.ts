/**
 * The lower triangle L of a symmetric, positive definite matrix A = L·Lᵀ (Golub and Van Loan, *Matrix Computations*, algorithm 4.2.1):
 * with it equations are solved, A is inverted, and its determinant is known.
 */
export class Cholesky {
  readonly size: number;
  /** Row i holds L's first i + 1 values. */
  readonly #rows: readonly Float64Array[];

  /**
   * `matrix` is square and symmetric; only what lies on and below the diagonal is read. Throws a `RangeError` when it is not positive
   * definite, as far as doubles can tell.
   */
  constructor(matrix: readonly ArrayLike<number>[]) {
    this.size = matrix.length;
    const rows: Float64Array[] = [];
    for (const [i, given] of matrix.entries()) {
      const row = new Float64Array(i + 1);
      for (let j = 0; j <= i; j++) {
        const other = j === i ? row : (rows[j] ?? row);
        let rest = given[j] ?? Number.NaN;
        for (let k = 0; k < j; k++) rest -= (row[k] ?? 0) * (other[k] ?? 0);
        if (j < i) row[j] = rest / (other[j] ?? Number.NaN);
        else if (rest > 0) row[j] = Math.sqrt(rest);
        else throw new RangeError(`Expected a positive definite matrix, got ${rest} left on the diagonal of row ${i}.`);
      }
      rows.push(row);
    }
    this.#rows = rows;
  }

  /** The x with L·x = `b`: half of the way to a solution, and a quadratic form bᵀA⁻¹b is the sum of its squares. */
  halfSolve(b: ArrayLike<number>): Float64Array {
    if (b.length !== this.size) throw new RangeError(`Expected ${this.size} values, got ${b.length}.`);
    const x = new Float64Array(this.size);
    for (const [i, row] of this.#rows.entries()) {
      let rest = b[i] ?? Number.NaN;
      for (let k = 0; k < i; k++) rest -= (row[k] ?? 0) * (x[k] ?? 0);
      x[i] = rest / (row[i] ?? Number.NaN);
    }
    return x;
  }

  /** The x with A·x = `b`. */
  solve(b: ArrayLike<number>): Float64Array {
    const x = this.halfSolve(b);
    for (let i = this.size - 1; i >= 0; i--) {
      const row = this.#rows[i] ?? new Float64Array(0);
      const value = (x[i] ?? 0) / (row[i] ?? Number.NaN);
      x[i] = value;
      for (let k = 0; k < i; k++) x[k] = (x[k] ?? 0) - (row[k] ?? 0) * value;
    }
    return x;
  }

  /** A⁻¹ = L⁻ᵀ·L⁻¹, row by row. */
  inverse(): Float64Array[] {
    const ofTriangle = this.#inverseTriangle();
    const inverse = this.#rows.map(() => new Float64Array(this.size));
    for (const row of ofTriangle) {
      for (let i = 0; i < row.length; i++) {
        const target = inverse[i] ?? row;
        const factor = row[i] ?? Number.NaN;
        for (let j = 0; j <= i; j++) target[j] = (target[j] ?? 0) + factor * (row[j] ?? 0);
      }
    }
    inverse.forEach((row, i) => {
      for (let j = 0; j < i; j++) (inverse[j] ?? row)[i] = row[j] ?? Number.NaN;
    });
    return inverse;
  }

  /** L⁻¹, a lower triangle as L is. */
  #inverseTriangle(): Float64Array[] {
    const inverse: Float64Array[] = [];
    for (const [i, row] of this.#rows.entries()) {
      const own = new Float64Array(i + 1);
      for (const [k, known] of inverse.entries()) {
        const factor = row[k] ?? Number.NaN;
        for (let j = 0; j <= k; j++) own[j] = (own[j] ?? 0) - factor * (known[j] ?? 0);
      }
      own[i] = 1;
      const pivot = row[i] ?? Number.NaN;
      inverse.push(own.map((value) => value / pivot));
    }
    return inverse;
  }

  /** ln det A. */
  logDeterminant(): number {
    return 2 * this.#rows.reduce((sum, row, i) => sum + Math.log(row[i] ?? Number.NaN), 0);
  }
}
