import { type Generator, generator, uniform } from '../../stats/random.ts';
import type { TensorData, Tensors } from '../backends/backend.ts';

/** Inputs of one query that can be changed a little, in place, so that no two runs need be of the same input. */
export interface VariedInputs {
  /** Takes the last change back and makes another: one element of each input that varies. */
  vary(): void;
  /** Takes the last change back. */
  restore(): void;
}

/**
 * Changes within the range that each input has, so that token ids and pixels stay such: one element, drawn at random, becomes a number drawn
 * between the least and the greatest of its tensor; half-precision floats, which are stored as bits, and tensors that reach to infinity, such
 * as a mask that is added, take that of another element. An input all of whose elements are equal, such as a mask of ones, is left alone. null: all are.
 */
export function variedInputs(feeds: Tensors, seed: number): VariedInputs | null {
  const random = generator(seed);
  const inputs = Object.values(feeds).flatMap(({ type, data }) => oneInput(type, data, random) ?? []);
  if (inputs.length === 0) return null;
  return {
    vary() {
      for (const { restore, vary } of inputs) {
        restore();
        vary();
      }
    },
    restore() {
      for (const { restore } of inputs) restore();
    },
  };
}

function oneInput(type: string, data: TensorData, random: Generator): VariedInputs | null {
  return data instanceof BigInt64Array || data instanceof BigUint64Array
    ? changes(data, drawWhole(data, random), random)
    : changes(data, drawNumber(type, data, random), random);
}

/** A way to draw a value for a tensor; null where all its elements are equal. */
type Draw<Value> = (() => Value) | null;

function changes<Value>(
  data: { readonly length: number; [index: number]: Value },
  draw: Draw<Value>,
  random: Generator,
): VariedInputs | null {
  if (draw === null) return null;
  let changed: { readonly index: number; readonly was: Value } | null = null;
  return {
    vary() {
      const index = Math.floor(uniform(random) * data.length);
      const was = data[index];
      if (was === undefined) return;
      changed = { index, was };
      data[index] = draw();
    },
    restore() {
      if (changed !== null) data[changed.index] = changed.was;
      changed = null;
    },
  };
}

function drawNumber(
  type: string,
  data: Exclude<TensorData, BigInt64Array | BigUint64Array>,
  random: Generator,
): Draw<number> {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (!(greatest > least)) return null;
  const span = greatest - least;
  if (type === 'float16' || !Number.isFinite(span)) {
    return () => data[Math.floor(uniform(random) * data.length)] ?? 0;
  }
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  return isFloat ? () => least + uniform(random) * span : () => least + Math.floor(uniform(random) * (span + 1));
}

function drawWhole(data: BigInt64Array | BigUint64Array, random: Generator): Draw<bigint> {
  let [least, greatest] = [data[0], data[0]];
  for (const value of data) {
    if (least === undefined || value < least) least = value;
    if (greatest === undefined || value > greatest) greatest = value;
  }
  if (least === undefined || greatest === undefined || greatest === least) return null;
  const [from, count] = [least, Number(greatest - least) + 1];
  return () => from + BigInt(Math.floor(uniform(random) * count));
}
