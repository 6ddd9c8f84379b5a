// The inverse discrete cosine transform of 8 × 8 coefficients: Loeffler, Ligtenberg and Moschytz, with 13-bit constants, the very
// integers of libjpeg's "slow but accurate" one (jidctint.c), so that the samples are the same bit by bit. Rows of the block are
// vectors of eight 16-bit values; a product of pairs with its sum is one instruction (i32x4.dot_i16x8_s).

const constantBits = 13;
const passBits = 2; // more precision between the passes

/**
 * Transforms the dequantised coefficients at `block` (64 × i16 in natural order) and writes 8 × 8 samples at `target`, rows
 * `stride` bytes apart.
 */
export function inverseDct(block: usize, target: usize, stride: usize): void {
  let r0 = v128.load(block, 0);
  let r1 = v128.load(block, 16);
  let r2 = v128.load(block, 32);
  let r3 = v128.load(block, 48);
  let r4 = v128.load(block, 64);
  let r5 = v128.load(block, 80);
  let r6 = v128.load(block, 96);
  let r7 = v128.load(block, 112);

  // First columns, then, transposed, rows: the same arithmetic with another shift.
  for (let pass: i32 = 0; pass < 2; pass++) {
    const shift: i32 = pass === 0 ? constantBits - passBits : constantBits + passBits + 3;
    const half = i32x4.splat(1 << (shift - 1));

    // Even part: 4433 = 0.541196100 × 8192, 10703 = (0.541196100 + 0.765366865) × 8192, −10704 = (0.541196100 − 1.847759065) × 8192.
    const even3 = i32x4(0x115129cf, 0x115129cf, 0x115129cf, 0x115129cf); // r2 · 10703 + r6 · 4433
    const even2 = i32x4(0xd6301151, 0xd6301151, 0xd6301151, 0xd6301151); // r2 · 4433 − r6 · 10704
    const low26 = v128.shuffle<i16>(r2, r6, 0, 8, 1, 9, 2, 10, 3, 11);
    const high26 = v128.shuffle<i16>(r2, r6, 4, 12, 5, 13, 6, 14, 7, 15);
    const low04 = i16x8.add(r0, r4);
    const low40 = i16x8.sub(r0, r4);
    const e0l = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(low04), constantBits), half);
    const e0h = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(low04), constantBits), half);
    const e1l = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(low40), constantBits), half);
    const e1h = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(low40), constantBits), half);
    const e3l = i32x4.dot_i16x8_s(low26, even3);
    const e3h = i32x4.dot_i16x8_s(high26, even3);
    const e2l = i32x4.dot_i16x8_s(low26, even2);
    const e2h = i32x4.dot_i16x8_s(high26, even2);
    const t10l = i32x4.add(e0l, e3l);
    const t10h = i32x4.add(e0h, e3h);
    const t13l = i32x4.sub(e0l, e3l);
    const t13h = i32x4.sub(e0h, e3h);
    const t11l = i32x4.add(e1l, e2l);
    const t11h = i32x4.add(e1h, e2h);
    const t12l = i32x4.sub(e1l, e2l);
    const t12h = i32x4.sub(e1h, e2h);

    // Odd part: z3 = r7 + r3 and z4 = r5 + r1, then four sums of products of pairs.
    const z3 = i16x8.add(r7, r3);
    const z4 = i16x8.add(r5, r1);
    const low34 = v128.shuffle<i16>(z3, z4, 0, 8, 1, 9, 2, 10, 3, 11);
    const high34 = v128.shuffle<i16>(z3, z4, 4, 12, 5, 13, 6, 14, 7, 15);
    const forZ3 = i32x4(0x25a1e6dc, 0x25a1e6dc, 0x25a1e6dc, 0x25a1e6dc); // z3 · −6436 + z4 · 9633
    const forZ4 = i32x4(0x192525a1, 0x192525a1, 0x192525a1, 0x192525a1); // z3 · 9633 + z4 · 6437
    const z3l = i32x4.dot_i16x8_s(low34, forZ3);
    const z3h = i32x4.dot_i16x8_s(high34, forZ3);
    const z4l = i32x4.dot_i16x8_s(low34, forZ4);
    const z4h = i32x4.dot_i16x8_s(high34, forZ4);
    const low71 = v128.shuffle<i16>(r7, r1, 0, 8, 1, 9, 2, 10, 3, 11);
    const high71 = v128.shuffle<i16>(r7, r1, 4, 12, 5, 13, 6, 14, 7, 15);
    const low53 = v128.shuffle<i16>(r5, r3, 0, 8, 1, 9, 2, 10, 3, 11);
    const high53 = v128.shuffle<i16>(r5, r3, 4, 12, 5, 13, 6, 14, 7, 15);
    const for0 = i32x4(0xe333ecc1, 0xe333ecc1, 0xe333ecc1, 0xe333ecc1); // r7 · −4927 − r1 · 7373
    const for3 = i32x4(0x133ee333, 0x133ee333, 0x133ee333, 0x133ee333); // r7 · −7373 + r1 · 4926
    const for1 = i32x4(0xadfdefb0, 0xadfdefb0, 0xadfdefb0, 0xadfdefb0); // r5 · −4176 − r3 · 20995
    const for2 = i32x4(0x1051adfd, 0x1051adfd, 0x1051adfd, 0x1051adfd); // r5 · −20995 + r3 · 4177
    const o0l = i32x4.add(i32x4.dot_i16x8_s(low71, for0), z3l);
    const o0h = i32x4.add(i32x4.dot_i16x8_s(high71, for0), z3h);
    const o3l = i32x4.add(i32x4.dot_i16x8_s(low71, for3), z4l);
    const o3h = i32x4.add(i32x4.dot_i16x8_s(high71, for3), z4h);
    const o1l = i32x4.add(i32x4.dot_i16x8_s(low53, for1), z4l);
    const o1h = i32x4.add(i32x4.dot_i16x8_s(high53, for1), z4h);
    const o2l = i32x4.add(i32x4.dot_i16x8_s(low53, for2), z3l);
    const o2h = i32x4.add(i32x4.dot_i16x8_s(high53, for2), z3h);

    const a0 = descale(i32x4.add(t10l, o3l), i32x4.add(t10h, o3h), shift);
    const a7 = descale(i32x4.sub(t10l, o3l), i32x4.sub(t10h, o3h), shift);
    const a1 = descale(i32x4.add(t11l, o2l), i32x4.add(t11h, o2h), shift);
    const a6 = descale(i32x4.sub(t11l, o2l), i32x4.sub(t11h, o2h), shift);
    const a2 = descale(i32x4.add(t12l, o1l), i32x4.add(t12h, o1h), shift);
    const a5 = descale(i32x4.sub(t12l, o1l), i32x4.sub(t12h, o1h), shift);
    const a3 = descale(i32x4.add(t13l, o0l), i32x4.add(t13h, o0h), shift);
    const a4 = descale(i32x4.sub(t13l, o0l), i32x4.sub(t13h, o0h), shift);

    // Transpose 8 × 8.
    const b0 = v128.shuffle<i16>(a0, a1, 0, 8, 1, 9, 2, 10, 3, 11);
    const b1 = v128.shuffle<i16>(a0, a1, 4, 12, 5, 13, 6, 14, 7, 15);
    const b2 = v128.shuffle<i16>(a2, a3, 0, 8, 1, 9, 2, 10, 3, 11);
    const b3 = v128.shuffle<i16>(a2, a3, 4, 12, 5, 13, 6, 14, 7, 15);
    const b4 = v128.shuffle<i16>(a4, a5, 0, 8, 1, 9, 2, 10, 3, 11);
    const b5 = v128.shuffle<i16>(a4, a5, 4, 12, 5, 13, 6, 14, 7, 15);
    const b6 = v128.shuffle<i16>(a6, a7, 0, 8, 1, 9, 2, 10, 3, 11);
    const b7 = v128.shuffle<i16>(a6, a7, 4, 12, 5, 13, 6, 14, 7, 15);
    const c0 = v128.shuffle<i32>(b0, b2, 0, 4, 1, 5);
    const c1 = v128.shuffle<i32>(b0, b2, 2, 6, 3, 7);
    const c2 = v128.shuffle<i32>(b1, b3, 0, 4, 1, 5);
    const c3 = v128.shuffle<i32>(b1, b3, 2, 6, 3, 7);
    const c4 = v128.shuffle<i32>(b4, b6, 0, 4, 1, 5);
    const c5 = v128.shuffle<i32>(b4, b6, 2, 6, 3, 7);
    const c6 = v128.shuffle<i32>(b5, b7, 0, 4, 1, 5);
    const c7 = v128.shuffle<i32>(b5, b7, 2, 6, 3, 7);
    r0 = v128.shuffle<i64>(c0, c4, 0, 2);
    r1 = v128.shuffle<i64>(c0, c4, 1, 3);
    r2 = v128.shuffle<i64>(c1, c5, 0, 2);
    r3 = v128.shuffle<i64>(c1, c5, 1, 3);
    r4 = v128.shuffle<i64>(c2, c6, 0, 2);
    r5 = v128.shuffle<i64>(c2, c6, 1, 3);
    r6 = v128.shuffle<i64>(c3, c7, 0, 2);
    r7 = v128.shuffle<i64>(c3, c7, 1, 3);
  }

  storeTwoRows(r0, r1, target, stride);
  storeTwoRows(r2, r3, target + 2 * stride, stride);
  storeTwoRows(r4, r5, target + 4 * stride, stride);
  storeTwoRows(r6, r7, target + 6 * stride, stride);
}

/** All samples of a block whose only coefficient is the first: `(dc + 4) >> 3`, moved to 0…255. */
export function fillBlock(dc: i32, target: usize, stride: usize): void {
  const sample = min(255, max(0, ((dc + 4) >> 3) + 128));
  const eight = i64x2.extract_lane(i8x16.splat(<i8>sample), 0);
  for (let row: usize = 0; row < 8; row++) store<i64>(target + row * stride, eight);
}

function descale(low: v128, high: v128, shift: i32): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(low, shift), i32x4.shr_s(high, shift));
}

function storeTwoRows(first: v128, second: v128, target: usize, stride: usize): void {
  const middle = i16x8.splat(128);
  const both = i8x16.narrow_i16x8_u(i16x8.add_sat_s(first, middle), i16x8.add_sat_s(second, middle));
  store<i64>(target, i64x2.extract_lane(both, 0));
  store<i64>(target + stride, i64x2.extract_lane(both, 1));
}
