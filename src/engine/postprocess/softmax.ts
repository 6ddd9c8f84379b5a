/** Numbers that scores can come in. */
export type Scores = Float32Array | Float64Array;

/**
 * Softmax of `count` scores from `offset` on, written into `target` from 0 on: `exp(x − max) / Σ exp(x − max)`, in 64-bit
 * floats. Taking the largest score off first leaves the quotient as it is and keeps `exp` from overflowing.
 */
export function softmax(scores: Scores, offset: number, count: number, target: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = offset; index < offset + count; index++) {
    const score = scores[index] as number;
    if (score > largest) largest = score;
  }
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const weight = Math.exp((scores[offset + index] as number) - largest);
    target[index] = weight;
    sum += weight;
  }
  for (let index = 0; index < count; index++) target[index] = (target[index] as number) / sum;
}
