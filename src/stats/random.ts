/** A source of pseudo-random numbers that a seed determines on every machine. Not for secrets. */
export interface Generator {
  /** The next 32 bits, 0 ≤ integer < 2³². */
  next32(): number;
}

/**
 * The generator xoshiro128** of Blackman and Vigna ("Scrambled linear pseudorandom number generators", 2021; prng.di.unimi.it), its
 * state of 128 bits filled from the seed by SplitMix32, so that seeds 0, 1, 2 … give unrelated sequences. The seed is taken modulo 2³².
 */
export function generator(seed: number): Generator {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`Expected a whole number as the seed, got ${seed}.`);
  let filling = seed >>> 0;
  const fill = () => {
    filling = (filling + 0x9e3779b9) >>> 0;
    let mixed = filling;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  return xoshiro128(fill(), fill(), fill(), fill());
}

/** xoshiro128** from a given state, which must not be all zero. */
export function xoshiro128(a: number, b: number, c: number, d: number): Generator {
  let s0 = a >>> 0;
  let s1 = b >>> 0;
  let s2 = c >>> 0;
  let s3 = d >>> 0;
  return {
    next32() {
      const answer = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
      const shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = rotate(s3, 11);
      return answer;
    },
  };
}

/** A double, 0 ≤ value < 1, with 53 random bits. */
export function uniform(source: Generator): number {
  const high = source.next32() >>> 5;
  const low = source.next32() >>> 6;
  return (high * 2 ** 26 + low) / 2 ** 53;
}

/** A whole number, 0 ≤ value < bound ≤ 2³², each equally likely: draws from the incomplete last stretch are thrown away. */
export function integer(source: Generator, bound: number): number {
  if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
    throw new RangeError(`Expected a whole bound between 1 and 2^32, got ${bound}.`);
  }
  const limit = 2 ** 32 - (2 ** 32 % bound);
  let drawn = source.next32();
  while (drawn >= limit) drawn = source.next32();
  return drawn % bound;
}

/** A draw from the normal distribution with mean 0 and deviation 1, by the polar method of Marsaglia (1964). */
export function normal(source: Generator): number {
  for (;;) {
    const x = 2 * uniform(source) - 1;
    const y = 2 * uniform(source) - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

/** A copy of `values` in random order, all orders equally likely (Fisher and Yates, as Durstenfeld does it). */
export function shuffle<T>(values: readonly T[], source: Generator): T[] {
  const shuffled = [...values];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = integer(source, last + 1);
    const kept = shuffled[last] as T;
    shuffled[last] = shuffled[other] as T;
    shuffled[other] = kept;
  }
  return shuffled;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
