import type { Generator } from '../../stats/random.ts';

const size = 624;
const middle = 397;

/**
 * The Mersenne Twister MT19937 of Matsumoto and Nishimura (ACM TOMACS 8(1), 1998), seeded as their `init_genrand` of 2002 and `std::mt19937`
 * of C++ do it: LoadGen draws its schedules from it, and ours are to be the same. The seed is taken modulo 2³².
 */
export function mersenneTwister(seed: number): Generator {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`Expected a whole number as the seed, got ${seed}.`);
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let index = 1; index < size; index++) {
    const before = state[index - 1] ?? 0;
    state[index] = Math.imul(before ^ (before >>> 30), 1_812_433_253) + index;
  }
  let position = size;
  return {
    next32() {
      if (position === size) {
        renew(state);
        position = 0;
      }
      let drawn = state[position++] ?? 0;
      drawn ^= drawn >>> 11;
      drawn ^= (drawn << 7) & 0x9d2c5680;
      drawn ^= (drawn << 15) & 0xefc60000;
      return (drawn ^ (drawn >>> 18)) >>> 0;
    },
  };
}

function renew(state: Uint32Array): void {
  for (let index = 0; index < size; index++) {
    const joined = ((state[index] ?? 0) & 0x80000000) | ((state[(index + 1) % size] ?? 0) & 0x7fffffff);
    const twist = (joined & 1) === 1 ? 0x9908b0df : 0;
    state[index] = (state[(index + middle) % size] ?? 0) ^ (joined >>> 1) ^ twist;
  }
}
