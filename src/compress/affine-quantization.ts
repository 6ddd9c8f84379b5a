/** Affine quantisation: real value = scale · (stored number − zero point). All of it is plain arithmetic on arrays. */

/** The values that a tensor takes, as far as they were seen. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** How an activation is stored in 8 bits without sign: one scale for the whole tensor, exact in 32 bits. */
export interface ActivationParameters {
  readonly scale: number;
  /** The stored number that stands for 0, from 0 to 255. */
  readonly zeroPoint: number;
}

/** Weights in 8 bits with sign around 0, with a scale for each output channel. */
export interface QuantizedWeight {
  readonly data: Int8Array;
  readonly scales: Float32Array;
}

/** The lay of a weight in memory: the channel of element i is `floor(i / inner) % channels`. */
export interface ChannelLayout {
  readonly channels: number;
  /** Elements from one channel to the next. */
  readonly inner: number;
}

/** Scales below these would make the product of two of them vanish in 32-bit floats. Values that small are noise beside any other. */
const smallestActivationScale = 1e-12;
const smallestWeightScale = 1e-20;

/** The largest magnitude of a stored weight: of 8 bits 127 (−128 has no positive partner), of 7 bits 64. */
const largestWeights = { 8: 127, 7: 64 } as const;

/**
 * `7`: where the processor adds products of 8-bit numbers pairwise in 16 bits (x64 without VNNI: VPMADDUBSW), 255 · 127 · 2 does not fit
 * and saturates, 255 · 64 · 2 does.
 */
export type WeightBits = 7 | 8;

/**
 * Scale and zero point for a range, which is widened to hold 0, so that 0 (padding, what a ReLU cuts off) is stored without an error:
 * `scale = (high − low) / 255`, `zero point = round(−low / scale)`. A range of nothing but 0 gets the scale of [0, 1].
 * @throws RangeError for a range that is not finite or upside down.
 */
export function activationParameters({ low, high }: Range): ActivationParameters {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high)) {
    throw new RangeError(`Expected a finite range, got ${low} to ${high}.`);
  }
  const [bottom, top] = [Math.min(0, low), Math.max(0, high)];
  // Halves first: the width of a range of large floats may be too large for one.
  const width = top / 255 - bottom / 255;
  const scale = Math.fround(width === 0 ? 1 / 255 : Math.max(width, smallestActivationScale));
  return { scale, zeroPoint: Math.min(255, Math.max(0, roundHalfToEven(-bottom / scale))) };
}

/** The smallest and the largest value that can be stored. */
export function representable({ scale, zeroPoint }: ActivationParameters): Range {
  return { low: -zeroPoint * scale, high: (255 - zeroPoint) * scale };
}

/**
 * The scale of each channel: its largest magnitude over that of the stored numbers.
 * @param atLeast A scale for each channel that it must not fall below (`smallestScalesForBias`), null: none.
 */
export function quantizeWeight(
  values: Float32Array,
  layout: ChannelLayout,
  bits: WeightBits,
  atLeast: Float32Array | null = null,
): QuantizedWeight {
  const { channels, inner } = layout;
  const largest = largestWeights[bits];
  const scales = new Float32Array(channels);
  // By nested loops, for models have a hundred million weights: a division for each would take longer than all the rest.
  for (let index = 0; index < values.length; ) {
    for (let channel = 0; channel < channels; channel++) {
      let magnitude = scales[channel] ?? 0;
      for (const end = index + inner; index < end; index++)
        magnitude = Math.max(magnitude, Math.abs(values[index] ?? 0));
      scales[channel] = magnitude;
    }
  }
  for (const [channel, magnitude] of scales.entries()) {
    scales[channel] = Math.max(magnitude / largest, smallestWeightScale, atLeast?.[channel] ?? 0);
  }
  const data = new Int8Array(values.length);
  for (let index = 0; index < values.length; ) {
    for (let channel = 0; channel < channels; channel++) {
      const scale = scales[channel] ?? 1;
      for (const end = index + inner; index < end; index++) {
        const rounded = roundHalfToEven((values[index] ?? 0) / scale);
        data[index] = Math.min(largest, Math.max(-largest, rounded));
      }
    }
  }
  return { data, scales };
}

/**
 * The scales that a weight needs so that its bias fits: a bias is stored in 32 bits at input scale · weight scale, where the sum of the
 * products is added to it. A channel with tiny weights and a large bias would overflow; its weights then get a larger scale, which
 * costs nothing that counts beside such a bias.
 * @param products How many products are added up for one output.
 */
export function smallestScalesForBias(bias: Float32Array, inputScale: number, products: number): Float32Array {
  // At least a quarter of the range is left to the bias, however many products: sums that long never are all at their limit.
  const room = Math.max(2 ** 29, 2 ** 31 - 1 - 255 * 127 * products);
  return bias.map((value) => (Math.abs(value) / (inputScale * room)) * (1 + 2 ** -20));
}

/** A bias in 32 bits at scale input scale · weight scale of its channel, zero point 0. */
export function quantizeBias(bias: Float32Array, inputScale: number, weightScales: Float32Array): Int32Array {
  const scales = biasScales(inputScale, weightScales);
  return Int32Array.from(bias, (value, channel) => roundHalfToEven(value / (scales[channel] ?? 1)));
}

/** Input scale · weight scale, rounded to 32-bit floats as the file holds them. */
export function biasScales(inputScale: number, weightScales: Float32Array): Float32Array {
  return weightScales.map((scale) => scale * inputScale);
}

/** To the nearest whole number, halves to the even one, as QuantizeLinear of ONNX rounds. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
