/** Counts of values in bins of equal width: bin i holds `edges[i] ≤ value < edges[i + 1]`, the last bin its upper edge too. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/**
 * Histogram of values in rising order, in at most `maxBins` bins whose width is 2·IQR / ∛n (D. Freedman and P. Diaconis, 1981),
 * which follows the bulk of the values and not its outliers. Empty of no values; one bin when all are equal.
 */
export function histogram(sorted: ArrayLike<number>, maxBins = 60): Histogram {
  const count = sorted.length;
  const low = sorted[0];
  const high = sorted[count - 1];
  if (low === undefined || high === undefined) return { edges: [], counts: [] };
  if (low === high) return { edges: [low, high], counts: [count] };
  const spread = (sorted[Math.floor(count * 0.75)] ?? high) - (sorted[Math.floor(count * 0.25)] ?? low);
  const width = (2 * spread) / Math.cbrt(count);
  const wanted = width > 0 ? Math.ceil((high - low) / width) : maxBins;
  const bins = Math.max(1, Math.min(maxBins, wanted));
  const edges = Array.from({ length: bins + 1 }, (_, edge) => low + ((high - low) * edge) / bins);
  const counts = new Array<number>(bins).fill(0);
  let bin = 0;
  for (let index = 0; index < count; index++) {
    const value = sorted[index] ?? high;
    while (bin < bins - 1 && value >= (edges[bin + 1] ?? high)) bin++;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges, counts };
}
