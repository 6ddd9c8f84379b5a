// Resampling in two passes with weights of 14 fractional bits. Between the passes a value has 6 fractional bits: rounding costs
// 1/128 of a level, not half of one as with bytes. Rows are read in vectors, up to 15 values past their end: what is there has
// weight 0, but has to be memory.

const weightBits = 14;
export const fractionBits = 6;

/**
 * One row of values with 6 fractional bits out of `taps` rows of bytes.
 * @param weights `taps` × i16, an even number of them.
 */
export function mixRows(source: usize, stride: usize, width: i32, weights: usize, taps: i32, target: usize): void {
  const shift = weightBits - fractionBits;
  const half = i32x4.splat(1 << (shift - 1));
  for (let x: i32 = 0; x < width; x += 16) {
    let sum0 = half;
    let sum1 = half;
    let sum2 = half;
    let sum3 = half;
    let row = source + x;
    for (let tap: i32 = 0; tap < taps; tap += 2) {
      const pair = v128.load32_splat(weights + ((<usize>tap) << 1));
      const first = v128.load(row);
      const second = v128.load(row + stride);
      const low = v128.shuffle<i8>(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = v128.shuffle<i8>(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(low), pair));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(low), pair));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(high), pair));
      sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(high), pair));
      row += 2 * stride;
    }
    const place = target + ((<usize>x) << 1);
    v128.store(place, i16x8.narrow_i32x4_s(i32x4.shr_s(sum0, shift), i32x4.shr_s(sum1, shift)));
    v128.store(place, i16x8.narrow_i32x4_s(i32x4.shr_s(sum2, shift), i32x4.shr_s(sum3, shift)), 16);
  }
}

/**
 * Scales a row of values with 6 fractional bits to `width` of them.
 * @param starts `width` × i32, a multiple of 4: where the taps of each value begin, in bytes.
 * @param weights For each value `blocks` × 8 × i16.
 */
export function scaleRow(source: usize, starts: usize, weights: usize, blocks: i32, width: i32, target: usize): void {
  const half = i32x4.splat(1 << (weightBits - 1));
  const step = (<usize>blocks) << 4;
  for (let x: i32 = 0; x < width; x += 4) {
    const place = starts + ((<usize>x) << 2);
    const w = weights + <usize>x * step;
    const from0 = source + <usize>load<u32>(place);
    const from1 = source + <usize>load<u32>(place, 4);
    const from2 = source + <usize>load<u32>(place, 8);
    const from3 = source + <usize>load<u32>(place, 12);
    let sum0 = i32x4.dot_i16x8_s(v128.load(from0), v128.load(w));
    let sum1 = i32x4.dot_i16x8_s(v128.load(from1), v128.load(w + step));
    let sum2 = i32x4.dot_i16x8_s(v128.load(from2), v128.load(w + 2 * step));
    let sum3 = i32x4.dot_i16x8_s(v128.load(from3), v128.load(w + 3 * step));
    for (let block: usize = 16; block < step; block += 16) {
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(v128.load(from0 + block), v128.load(w + block)));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(v128.load(from1 + block), v128.load(w + step + block)));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(v128.load(from2 + block), v128.load(w + 2 * step + block)));
      sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(v128.load(from3 + block), v128.load(w + 3 * step + block)));
    }
    const pair0 = i32x4.add(v128.shuffle<i32>(sum0, sum1, 0, 4, 1, 5), v128.shuffle<i32>(sum0, sum1, 2, 6, 3, 7));
    const pair1 = i32x4.add(v128.shuffle<i32>(sum2, sum3, 0, 4, 1, 5), v128.shuffle<i32>(sum2, sum3, 2, 6, 3, 7));
    const sums = i32x4.add(v128.shuffle<i64>(pair0, pair1, 0, 2), v128.shuffle<i64>(pair0, pair1, 1, 3));
    const scaled = i32x4.shr_s(i32x4.add(sums, half), weightBits);
    store<i64>(target + ((<usize>x) << 1), i64x2.extract_lane(i16x8.narrow_i32x4_s(scaled, scaled), 0));
  }
}
