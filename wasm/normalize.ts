// Bytes of a picture → floats of a tensor: (value + offset) · scale, a pair for each channel. In vectors, and the rest one by one.
// Up to 4 bytes past the last pixel are read.

/** Interleaved red, green, blue → three planes. Scales and offsets: three floats each at `affine`, then three more. */
export function normalizeToPlanes(
  source: usize,
  pixels: i32,
  affine: usize,
  red: usize,
  green: usize,
  blue: usize,
): void {
  const scale0 = v128.load32_splat(affine);
  const scale1 = v128.load32_splat(affine, 4);
  const scale2 = v128.load32_splat(affine, 8);
  const offset0 = v128.load32_splat(affine, 12);
  const offset1 = v128.load32_splat(affine, 16);
  const offset2 = v128.load32_splat(affine, 20);
  // One byte of every third, as 32-bit integers: index 128 gives 0. The masks stay in registers, which those of a shuffle do not.
  const pick0 = i32x4(0x80808000, 0x80808003, 0x80808006, 0x80808009);
  const pick1 = i32x4(0x80808001, 0x80808004, 0x80808007, 0x8080800a);
  const pick2 = i32x4(0x80808002, 0x80808005, 0x80808008, 0x8080800b);
  const whole = pixels & ~15;
  for (let i: i32 = 0; i < whole; i += 16) {
    const a = v128.load(source);
    const b = v128.load(source, 12);
    const c = v128.load(source, 24);
    const d = v128.load(source, 36);
    source += 48;
    const at = (<usize>i) << 2;
    // A whole line of the cache for one plane, then for the next.
    storePicked(a, b, c, d, pick0, scale0, offset0, red + at);
    storePicked(a, b, c, d, pick1, scale1, offset1, green + at);
    storePicked(a, b, c, d, pick2, scale2, offset2, blue + at);
  }
  for (let i: i32 = whole; i < pixels; i++) {
    const at = (<usize>i) << 2;
    store<f32>(red + at, (<f32>load<u8>(source) + load<f32>(affine, 12)) * load<f32>(affine));
    store<f32>(green + at, (<f32>load<u8>(source, 1) + load<f32>(affine, 16)) * load<f32>(affine, 4));
    store<f32>(blue + at, (<f32>load<u8>(source, 2) + load<f32>(affine, 20)) * load<f32>(affine, 8));
    source += 3;
  }
}

/** Bytes → as many floats in the same order, of which every third has the same scale and offset (one channel: three times its own). */
export function normalizeInOrder(source: usize, values: i32, affine: usize, target: usize): void {
  const scales = v128.load(affine); // 0 1 2 and an offset
  const offsets = v128.load(affine, 8); // a scale and 0 1 2
  const scale0 = v128.shuffle<i32>(scales, scales, 0, 1, 2, 0);
  const scale1 = v128.shuffle<i32>(scales, scales, 1, 2, 0, 1);
  const scale2 = v128.shuffle<i32>(scales, scales, 2, 0, 1, 2);
  const offset0 = v128.shuffle<i32>(offsets, offsets, 1, 2, 3, 1);
  const offset1 = v128.shuffle<i32>(offsets, offsets, 2, 3, 1, 2);
  const offset2 = v128.shuffle<i32>(offsets, offsets, 3, 1, 2, 3);
  const whole = values - (values % 48);
  for (let i: i32 = 0; i < whole; i += 48) {
    const from = source + i;
    const to = target + ((<usize>i) << 2);
    storeMixed(v128.load(from), scale0, scale1, scale2, offset0, offset1, offset2, to);
    storeMixed(v128.load(from, 16), scale1, scale2, scale0, offset1, offset2, offset0, to + 64);
    storeMixed(v128.load(from, 32), scale2, scale0, scale1, offset2, offset0, offset1, to + 128);
  }
  for (let i: i32 = whole; i < values; i++) {
    const pair = affine + ((<usize>(i % 3)) << 2);
    store<f32>(target + ((<usize>i) << 2), (<f32>load<u8>(source + i) + load<f32>(pair, 12)) * load<f32>(pair));
  }
}

/** Red and blue of interleaved pixels change places; up to 15 pixels behind the last one, too. */
export function swapRedBlue(source: usize, pixels: i32): void {
  const order = i32x4(0x05000102, 0x07080304, 0x090a0b06, 0x0f0e0d0c);
  for (let i: i32 = 0; i < pixels; i += 16) {
    // All loads before the stores, and none of a byte that was just stored: the processor would wait for it.
    const a = i8x16.swizzle(v128.load(source), order);
    const b = i8x16.swizzle(v128.load(source, 12), order);
    const c = i8x16.swizzle(v128.load(source, 24), order);
    const d = i8x16.swizzle(v128.load(source, 36), order);
    v128.store(source, a);
    v128.store(source, b, 12);
    v128.store(source, c, 24);
    v128.store64_lane(source, d, 0, 36);
    v128.store32_lane(source, d, 2, 44);
    source += 48;
  }
}

function storePicked(a: v128, b: v128, c: v128, d: v128, pick: v128, scale: v128, offset: v128, target: usize): void {
  v128.store(target, f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i8x16.swizzle(a, pick)), offset), scale));
  v128.store(target, f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i8x16.swizzle(b, pick)), offset), scale), 16);
  v128.store(target, f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i8x16.swizzle(c, pick)), offset), scale), 32);
  v128.store(target, f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i8x16.swizzle(d, pick)), offset), scale), 48);
}

function storeMixed(
  bytes: v128,
  scaleA: v128,
  scaleB: v128,
  scaleC: v128,
  offsetA: v128,
  offsetB: v128,
  offsetC: v128,
  target: usize,
): void {
  const low = i16x8.extend_low_i8x16_u(bytes);
  const high = i16x8.extend_high_i8x16_u(bytes);
  v128.store(target, f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)), offsetA), scaleA));
  v128.store(target, f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)), offsetB), scaleB), 16);
  v128.store(target, f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)), offsetC), scaleC), 32);
  v128.store(target, f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)), offsetA), scaleA), 48);
}
