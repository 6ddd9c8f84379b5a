import { decodeFloats, encodeFloats } from '../graph/small-floats.ts';

/** Beyond this a value is said to leave the range: the largest number of float16 is 65,504, and samples do not show the extremes. */
const rangeOfValues = 60_000;

export const largestFloat16 = 65_504;
/** The smallest one above 0. */
export const smallestFloat16 = 2 ** -24;

/** How well numbers fit into 16-bit floats. Infinities do, and NaN does; they are not looked at. */
export class Float16Fit {
  #largest = 0;
  #signal = 0;
  #noise = 0;
  #isInteger = true;

  add(values: Float32Array): void {
    const rounded = decodeFloats('float16', encodeFloats('float16', values));
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? 0;
      if (!Number.isFinite(value)) continue;
      const magnitude = Math.abs(value);
      if (magnitude > this.#largest) this.#largest = magnitude;
      if (this.#isInteger && !Number.isInteger(value)) this.#isInteger = false;
      // What leaves the range is another question than how well the rest is kept.
      if (magnitude > largestFloat16) continue;
      this.#signal += value * value;
      this.#noise += (value - (rounded[index] ?? 0)) ** 2;
    }
  }

  get isInRange(): boolean {
    return this.#largest <= rangeOfValues;
  }

  /** Whether all are integers of which some are changed by rounding, as from 2,049 on: places and counts, which are right or wrong. */
  get hasInexactIntegers(): boolean {
    return this.#isInteger && this.#noise > 0;
  }

  /** 10 log10(Σ v² / Σ (v − rounded)²), over what is in the range; infinite where nothing is rounded. About 74 for numbers above 2⁻¹⁴. */
  get decibels(): number {
    return this.#noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(this.#signal / this.#noise);
  }
}

/** 16-bit floats, and how many numbers were not only rounded. */
export interface ClampedFloats {
  readonly bits: Uint16Array;
  /** Numbers beyond ±65,504, which became that and not infinite. */
  readonly tooLarge: number;
  /** Numbers nearer to 0 than 2⁻²⁴, which became that and not 0: what is divided by, such as an epsilon, must not vanish. */
  readonly tooSmall: number;
}

/** Constants as 16-bit floats: rounded to nearest, and kept finite and apart from 0. Infinities, NaN and 0 stay what they are. */
export function clampedFloat16(values: Float32Array): ClampedFloats {
  const kept = Float32Array.from(values);
  let [tooLarge, tooSmall] = [0, 0];
  for (const [index, value] of values.entries()) {
    const magnitude = Math.abs(value);
    if (magnitude > largestFloat16 && magnitude < Number.POSITIVE_INFINITY) {
      kept[index] = Math.sign(value) * largestFloat16;
      tooLarge++;
    } else if (magnitude > 0 && magnitude < smallestFloat16) {
      kept[index] = Math.sign(value) * smallestFloat16;
      tooSmall++;
    }
  }
  return { bits: encodeFloats('float16', kept), tooLarge, tooSmall };
}
