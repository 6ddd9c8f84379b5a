// Bytes of a picture → floats of a tensor: value · scale + bias, a pair for each channel. In vectors, and the rest one by one.
// Up to 4 bytes past the last pixel are read.

/** Interleaved red, green, blue → three planes. Scales and biases: three floats each at `affine`, then three more. */
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
  const bias0 = v128.load32_splat(affine, 12);
  const bias1 = v128.load32_splat(affine, 16);
  const bias2 = v128.load32_splat(affine, 20);
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
    storePicked(a, b, c, d, pick0, scale0, bias0, red + at);
    storePicked(a, b, c, d, pick1, scale1, bias1, green + at);
    storePicked(a, b, c, d, pick2, scale2, bias2, blue + at);
  }
  for (let i: i32 = whole; i < pixels; i++) {
    const at = (<usize>i) << 2;
    store<f32>(red + at, <f32>load<u8>(source) * load<f32>(affine) + load<f32>(affine, 12));
    store<f32>(green + at, <f32>load<u8>(source, 1) * load<f32>(affine, 4) + load<f32>(affine, 16));
    store<f32>(blue + at, <f32>load<u8>(source, 2) * load<f32>(affine, 8) + load<f32>(affine, 20));
    source += 3;
  }
}

/** Bytes → as many floats in the same order, of which every third has the same scale and bias (one channel: three times its own). */
export function normalizeInOrder(source: usize, values: i32, affine: usize, target: usize): void {
  const scales = v128.load(affine); // 0 1 2 and a bias
  const biases = v128.load(affine, 8); // a scale and 0 1 2
  const scale0 = v128.shuffle<i32>(scales, scales, 0, 1, 2, 0);
  const scale1 = v128.shuffle<i32>(scales, scales, 1, 2, 0, 1);
  const scale2 = v128.shuffle<i32>(scales, scales, 2, 0, 1, 2);
  const bias0 = v128.shuffle<i32>(biases, biases, 1, 2, 3, 1);
  const bias1 = v128.shuffle<i32>(biases, biases, 2, 3, 1, 2);
  const bias2 = v128.shuffle<i32>(biases, biases, 3, 1, 2, 3);
  const whole = values - (values % 48);
  for (let i: i32 = 0; i < whole; i += 48) {
    const from = source + i;
    const to = target + ((<usize>i) << 2);
    storeMixed(v128.load(from), scale0, scale1, scale2, bias0, bias1, bias2, to);
    storeMixed(v128.load(from, 16), scale1, scale2, scale0, bias1, bias2, bias0, to + 64);
    storeMixed(v128.load(from, 32), scale2, scale0, scale1, bias2, bias0, bias1, to + 128);
  }
  for (let i: i32 = whole; i < values; i++) {
    const pair = affine + ((<usize>(i % 3)) << 2);
    store<f32>(target + ((<usize>i) << 2), <f32>load<u8>(source + i) * load<f32>(pair) + load<f32>(pair, 12));
  }
}

function storePicked(a: v128, b: v128, c: v128, d: v128, pick: v128, scale: v128, bias: v128, target: usize): void {
  v128.store(target, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i8x16.swizzle(a, pick)), scale), bias));
  v128.store(target, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i8x16.swizzle(b, pick)), scale), bias), 16);
  v128.store(target, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i8x16.swizzle(c, pick)), scale), bias), 32);
  v128.store(target, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i8x16.swizzle(d, pick)), scale), bias), 48);
}

function storeMixed(
  bytes: v128,
  scaleA: v128,
  scaleB: v128,
  scaleC: v128,
  biasA: v128,
  biasB: v128,
  biasC: v128,
  target: usize,
): void {
  const low = i16x8.extend_low_i8x16_u(bytes);
  const high = i16x8.extend_high_i8x16_u(bytes);
  v128.store(target, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(low)), scaleA), biasA));
  v128.store(target, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(low)), scaleB), biasB), 16);
  v128.store(target, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(high)), scaleC), biasC), 32);
  v128.store(target, f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(high)), scaleA), biasA), 48);
}
