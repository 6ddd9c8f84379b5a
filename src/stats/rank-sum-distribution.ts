/** Up to so many pairs of values the distribution is counted out. */
export const mostPairsCounted = 2_500;

/**
 * Chance of each value of U, 0 … m·n, when all orders of m + n values are equally likely: in how many of the m·n pairs the value of the second
 * set is the larger one (Mann and Whitney, Annals of Mathematical Statistics 18, 1947). The largest value of all is of the first set with
 * chance m / (m + n) and then adds nothing, else of the second and adds m.
 */
export function rankSumDistribution(m: number, n: number): Float64Array {
  // rows[i]: the distribution for i values of the first set and as many of the second as turns have passed.
  const rows = Array.from({ length: m + 1 }, () => new Float64Array(m * n + 1));
  for (const row of rows) row[0] = 1;
  for (let second = 1; second <= n; second++) {
    for (let first = 1; first <= m; first++) {
      const row = rows[first] ?? new Float64Array(0);
      const fewer = rows[first - 1] ?? new Float64Array(0);
      const share = first / (first + second);
      // Downwards: row still holds the distribution for one value of the second set fewer.
      for (let value = first * second; value >= 0; value--) {
        const shifted = value >= first ? (row[value - first] ?? 0) : 0;
        row[value] = share * (fewer[value] ?? 0) + (1 - share) * shifted;
      }
    }
  }
  return rows[m] ?? new Float64Array(0);
}
