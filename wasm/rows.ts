// Rows of values with 6 fractional bits → rows of bytes, and interleaved channels apart. Sixteen values at a time: the rows are
// read and written up to 15 values past their end.
import { fractionBits } from './resample'; // 6: a level is 64

/** A row of one channel. */
export function storeGrayRow(source: usize, width: i32, target: usize): void {
  for (let x: i32 = 0; x < width; x += 16) {
    const from = source + ((<usize>x) << 1);
    v128.store(target + x, toBytes(v128.load(from), v128.load(from, 16)));
  }
}

/** A row of red, green and blue, each in a row of its own, interleaved. */
export function storeColorRow(red: usize, green: usize, blue: usize, width: i32, target: usize): void {
  for (let x: i32 = 0; x < width; x += 16) {
    const at = (<usize>x) << 1;
    interleave(
      toBytes(v128.load(red + at), v128.load(red + at, 16)),
      toBytes(v128.load(green + at), v128.load(green + at, 16)),
      toBytes(v128.load(blue + at), v128.load(blue + at, 16)),
      target + 3 * <usize>x,
    );
  }
}

/**
 * A row of luma and two of chroma as red, green and blue, interleaved. JFIF (ITU-T T.871): R = Y + 1.402 Cr,
 * G = Y − 0.344136 Cb − 0.714136 Cr, B = Y + 1.772 Cb, where Cb and Cr are counted from 128.
 */
export function storeLumaChromaRow(luma: usize, cb: usize, cr: usize, width: i32, target: usize): void {
  for (let x: i32 = 0; x < width; x += 16) {
    const at = (<usize>x) << 1;
    const y0 = v128.load(luma + at);
    const y1 = v128.load(luma + at, 16);
    const middle = i16x8.splat(8192); // 128 levels
    const b0 = i16x8.sub_sat_s(v128.load(cb + at), middle);
    const b1 = i16x8.sub_sat_s(v128.load(cb + at, 16), middle);
    const r0 = i16x8.sub_sat_s(v128.load(cr + at), middle);
    const r1 = i16x8.sub_sat_s(v128.load(cr + at, 16), middle);
    interleave(
      toBytes(addTwice(y0, r0, 22970), addTwice(y1, r1, 22970)), // 1.402 / 2 × 32768
      toBytes(greenOf(y0, b0, r0), greenOf(y1, b1, r1)),
      toBytes(addTwice(y0, b0, 29032), addTwice(y1, b1, 29032)), // 1.772 / 2 × 32768
      target + 3 * <usize>x,
    );
  }
}

function addTwice(y: v128, chroma: v128, halfFactor: i16): v128 {
  const half = i16x8.q15mulr_sat_s(chroma, i16x8.splat(halfFactor));
  return i16x8.add_sat_s(i16x8.add_sat_s(y, half), half);
}

function greenOf(y: v128, cb: v128, cr: v128): v128 {
  const fromBlue = i16x8.q15mulr_sat_s(cb, i16x8.splat(11277)); // 0.344136 × 32768
  const fromRed = i16x8.q15mulr_sat_s(cr, i16x8.splat(23401)); // 0.714136 × 32768
  return i16x8.sub_sat_s(i16x8.sub_sat_s(y, fromBlue), fromRed);
}

function toBytes(first: v128, second: v128): v128 {
  const half = i16x8.splat(32); // half of a level
  return i8x16.narrow_i16x8_u(
    i16x8.shr_s(i16x8.add_sat_s(first, half), fractionBits),
    i16x8.shr_s(i16x8.add_sat_s(second, half), fractionBits),
  );
}

function interleave(r: v128, g: v128, b: v128, target: usize): void {
  const rg0 = v128.shuffle<i8>(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
  const rg1 = v128.shuffle<i8>(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
  const rg2 = v128.shuffle<i8>(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
  v128.store(target, v128.shuffle<i8>(rg0, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
  v128.store(target, v128.shuffle<i8>(rg1, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15), 16);
  v128.store(target, v128.shuffle<i8>(rg2, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31), 32);
}

/** Takes a row of interleaved 16-bit values apart into three rows. */
export function splitRow(source: usize, width: i32, first: usize, second: usize, third: usize): void {
  for (let x: i32 = 0; x < width; x += 8) {
    const from = source + 6 * <usize>x;
    const a = v128.load(from); // 0 1 2 0 1 2 0 1
    const b = v128.load(from, 16); // 2 0 1 2 0 1 2 0
    const c = v128.load(from, 32); // 1 2 0 1 2 0 1 2
    const at = (<usize>x) << 1;
    const ab0 = v128.shuffle<i16>(a, b, 0, 3, 6, 9, 12, 15, 0, 0);
    const ab1 = v128.shuffle<i16>(a, b, 1, 4, 7, 10, 13, 0, 0, 0);
    const ab2 = v128.shuffle<i16>(a, b, 2, 5, 8, 11, 14, 0, 0, 0);
    v128.store(first + at, v128.shuffle<i16>(ab0, c, 0, 1, 2, 3, 4, 5, 10, 13));
    v128.store(second + at, v128.shuffle<i16>(ab1, c, 0, 1, 2, 3, 4, 8, 11, 14));
    v128.store(third + at, v128.shuffle<i16>(ab2, c, 0, 1, 2, 3, 4, 9, 12, 15));
  }
}
