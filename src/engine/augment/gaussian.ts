/** Weights of a normal distribution at whole distances up to three deviations, the sum 1. A deviation of 0 leaves everything as it is. */
export function gaussianKernel(deviation: number): Float64Array {
  const radius = Math.ceil(3 * deviation);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, index) =>
    radius === 0 ? 1 : Math.exp(-((index - radius) ** 2) / (2 * deviation * deviation)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * Each row of `values` (`rowLength` × `rows`) convolved with a symmetric kernel of odd length; beyond its ends, the outermost value
 * of a row is repeated.
 */
export function convolveRows(
  values: Float32Array,
  rowLength: number,
  rows: number,
  kernel: Float64Array,
  stride = 1,
): Float32Array {
  const radius = (kernel.length - 1) / 2;
  const result = new Float32Array(values.length);
  // A row with its ends repeated, so that the inner loop has no case.
  const line = new Float64Array(rowLength + 2 * radius);
  for (let row = 0; row < rows; row++) {
    for (let lane = 0; lane < stride; lane++) {
      const start = row * rowLength * stride + lane;
      for (let index = 0; index < line.length; index++) {
        const place = Math.min(Math.max(index - radius, 0), rowLength - 1);
        line[index] = values[start + place * stride] as number;
      }
      for (let index = 0; index < rowLength; index++) {
        let sum = (kernel[radius] as number) * (line[index + radius] as number);
        for (let distance = 1; distance <= radius; distance++) {
          const pair = (line[index + radius - distance] as number) + (line[index + radius + distance] as number);
          sum += (kernel[radius + distance] as number) * pair;
        }
        result[start + index * stride] = sum;
      }
    }
  }
  return result;
}

/** Columns as rows; `stride` values stay together. */
export function transposed(values: Float32Array, rowLength: number, rows: number, stride = 1): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < rowLength; column++) {
      const from = (row * rowLength + column) * stride;
      const to = (column * rows + row) * stride;
      for (let lane = 0; lane < stride; lane++) result[to + lane] = values[from + lane] as number;
    }
  }
  return result;
}
