import { expect, test } from 'vitest';
import { Cholesky } from '../../src/stats/cholesky.ts';

// L = [[2], [6, 1], [-8, 5, 3]], and so A = L·Lᵀ; det A = (2·1·3)² = 36.
const matrix = [
  [4, 12, -16],
  [12, 37, -43],
  [-16, -43, 98],
];

test('equations are solved', () => {
  // x = (1, 2, 3): A·x = (4 + 24 - 48, 12 + 74 - 129, -16 - 86 + 294).
  expect([...new Cholesky(matrix).solve([-20, -43, 192])]).toEqual([1, 2, 3].map((x) => expect.closeTo(x, 9)));
});

test('half of the way solves with L', () => {
  // L·(1, 1, 1) = (2, 7, 0).
  expect([...new Cholesky(matrix).halfSolve([2, 7, 0])]).toEqual([1, 1, 1].map((x) => expect.closeTo(x, 12)));
});

test('a matrix times its inverse is the identity', () => {
  const inverse = new Cholesky(matrix).inverse();
  for (const [i, row] of matrix.entries()) {
    for (let j = 0; j < 3; j++) {
      const product = row.reduce((sum, value, k) => sum + value * (inverse[k]?.[j] ?? Number.NaN), 0);
      expect(product).toBeCloseTo(i === j ? 1 : 0, 9);
    }
  }
});

test('the determinant is the square of the product of the diagonal', () => {
  expect(new Cholesky(matrix).logDeterminant()).toBeCloseTo(Math.log(36), 12);
});

test('a matrix that is not positive definite is refused, and so is a vector of another length', () => {
  expect(
    () =>
      new Cholesky([
        [1, 2],
        [2, 1],
      ]),
  ).toThrow(/positive definite matrix, got -3 left on the diagonal of row 1/);
  expect(() => new Cholesky(matrix).solve([1, 2])).toThrow(/Expected 3 values, got 2/);
});
