/**
 * The value that would stand at `rank`, counted from 0, were `values` in rising order; `values` are left in another order, with none above
 * it before that place and none below it after. Takes time in proportion to their number on average: where a median is wanted often,
 * sorting for each is most of the work (Hoare's FIND, Communications of the ACM 4, 1961). NaN is not allowed.
 */
export function selectInPlace(values: Float64Array, rank: number): number {
  if (!(Number.isInteger(rank) && rank >= 0 && rank < values.length)) {
    throw new RangeError(`Expected a rank below ${values.length}, got ${rank}.`);
  }
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1] as number;
    let up = left;
    let down = right;
    while (up <= down) {
      while ((values[up] as number) < pivot) up++;
      while ((values[down] as number) > pivot) down--;
      if (up > down) break;
      const kept = values[up] as number;
      values[up++] = values[down] as number;
      values[down--] = kept;
    }
    // Now none of left … down is above the pivot, none of up … right below it, and what lies between is equal to it.
    if (rank <= down) right = down;
    else if (rank >= up) left = up;
    else break;
  }
  return values[rank] as number;
}
