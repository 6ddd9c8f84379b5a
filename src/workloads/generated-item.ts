import type { TensorData, Tensors } from '../engine/backends/backend.ts';
import { elementArray, elementCount } from '../engine/element-array.ts';
import { sha256 } from '../kernel/content-hash.ts';
import { DynoError, InputError } from '../kernel/errors.ts';
import { generator, integer, uniform } from '../stats/random.ts';
import type { GeneratedRange, PreparedInput } from './prepared-workload.ts';

/**
 * Item number `index` of data that are drawn from a seed: a tensor for each input. The same seed, name and number always give the
 * same values; different ones give unrelated values.
 */
export function generatedItem(
  inputs: readonly PreparedInput[],
  ranges: Readonly<Record<string, GeneratedRange>>,
  seed: number,
  index: number,
): Tensors {
  return Object.fromEntries(
    inputs.map(({ name, type, itemShape }) => {
      const range = ranges[name];
      if (range === undefined)
        throw new DynoError('DATA_INCOMPLETE', `Expected a range for each input, but there is none for "${name}".`);
      const data = elementArray(type, elementCount(itemShape));
      fill(data, type, range, Number.parseInt(sha256(`${seed}/${name}/${index}`).slice(0, 8), 16));
      return [name, { type, dims: itemShape, data }];
    }),
  );
}

function fill(data: TensorData, type: string, range: GeneratedRange, seed: number): void {
  const draw = drawFrom(range, seed);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let place = 0; place < data.length; place++) data[place] = BigInt(Math.floor(draw()));
  } else if (type === 'float16') {
    for (let place = 0; place < data.length; place++) data[place] = float16Bits(draw());
  } else {
    for (let place = 0; place < data.length; place++) data[place] = draw();
  }
}

/** `uniform`: low ≤ value < high. `integers`: whole numbers from low to high, both included. */
function drawFrom(range: GeneratedRange, seed: number): () => number {
  if (range.kind === 'constant') return () => range.value;
  const source = generator(seed);
  const { low, high } = range;
  if (range.kind === 'uniform') return () => low + (high - low) * uniform(source);
  if (!Number.isInteger(low) || !Number.isInteger(high) || high < low) {
    throw new InputError(
      'RANGE_INVALID',
      `Expected whole numbers low ≤ high for a range of integers, got ${low} and ${high}.`,
    );
  }
  return () => low + integer(source, high - low + 1);
}

const asFloat32 = new Float32Array(1);
const asBits = new Uint32Array(asFloat32.buffer);

/** The bits of the IEEE 754 half-precision number nearest to `value`, ties to even; too large ones become infinite. */
export function float16Bits(value: number): number {
  asFloat32[0] = value;
  const bits = asBits[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.abs(asFloat32[0] as number);
  if (Number.isNaN(magnitude)) return sign | 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00; // halfway between the largest half, 65504, and what would follow it
  // Halves lie 2^(exponent − 10) apart, below 2^−14 a constant 2^−24: count these steps and round.
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude));
  const steps = roundHalfToEven(magnitude / 2 ** (exponent - 10));
  // 1024 steps are the implicit leading one; a carry moves on to the next exponent by itself.
  return sign | (magnitude < 2 ** -14 ? steps : ((exponent + 14) << 10) + steps);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
