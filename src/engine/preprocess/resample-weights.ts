import type { PreprocessSettings } from '../settings.ts';

export type Kernel = PreprocessSettings['resize']['kernel'];

/** Which values of a line make one value of the scaled line: those from `start` on, each times its weight. The weights add up to 1. */
export interface Taps {
  readonly start: number;
  readonly weights: readonly number[];
}

/** What 1 is in whole weights: wasm/resample.ts has 14 fractional bits. */
const unit = 16_384;

/**
 * The taps of a line of `from` values that is scaled to `to`, as Pillow has them: pixels are areas, the kernel is centred on the
 * pixel of the target, widened by the factor when it shrinks (antialiasing), cut off at the edges and normalised.
 * `nearest` takes the pixel in which the centre lies.
 * @see https://github.com/python-pillow/Pillow/blob/11.0.0/src/libImaging/Resample.c (`precompute_coeffs`)
 */
export function resampleTaps(from: number, to: number, kernel: Kernel): readonly Taps[] {
  const scale = from / to;
  if (kernel === 'nearest' || from === to) {
    return Array.from({ length: to }, (_, index) => {
      return { start: Math.min(from - 1, Math.floor((index + 0.5) * scale)), weights: [1] };
    });
  }
  const { support, weight } = kernels[kernel];
  const widened = Math.max(1, scale);
  return Array.from({ length: to }, (_, index) => {
    const center = (index + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support * widened + 0.5));
    const end = Math.min(from, Math.trunc(center + support * widened + 0.5));
    const weights = Array.from({ length: end - start }, (_, tap) => weight((start + tap + 0.5 - center) / widened));
    const sum = weights.reduce((total, value) => total + value, 0);
    return { start, weights: weights.map((value) => value / sum) };
  });
}

/**
 * The taps on a line of half as many samples, which libjpeg would first double ("fancy upsampling": three quarters of the nearer
 * sample and one of the further, the ends repeated). Doubling and scaling are linear, so one step does both, and the doubled
 * line is never made.
 * @param samples Length of the short line.
 */
export function tapsOfDoubled(taps: readonly Taps[], samples: number): readonly Taps[] {
  const clamped = (sample: number) => Math.min(samples - 1, Math.max(0, sample));
  return taps.map(({ start, weights }) => {
    const first = clamped((start >> 1) - 1);
    const last = clamped(((start + weights.length - 1) >> 1) + 1);
    const short = new Array<number>(last - first + 1).fill(0);
    const add = (sample: number, weight: number) => {
      const place = clamped(sample) - first;
      short[place] = (short[place] ?? 0) + weight;
    };
    weights.forEach((weight, tap) => {
      const pixel = start + tap;
      const near = pixel >> 1;
      add(near, 0.75 * weight);
      add(pixel % 2 === 0 ? near - 1 : near + 1, 0.25 * weight);
    });
    return { start: first, weights: short };
  });
}

/**
 * Weights as whole numbers of 1/16384, which add up to 1. Their running sum is rounded, not each by itself: of thousands of small weights,
 * all might be rounded down, and what is lost would have to be given to one.
 */
export function wholeWeights(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  let before = 0;
  return weights.map((weight) => {
    sum += weight;
    const upTo = Math.round((sum / total) * unit);
    const whole = upTo - before;
    before = upTo;
    return whole;
  });
}

/** Half of its width and its value at a distance from the centre, for each kernel. */
const kernels: Record<
  Exclude<Kernel, 'nearest'>,
  { readonly support: number; readonly weight: (distance: number) => number }
> = {
  linear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { support: 2, weight: bicubic(0, 0.5) }, // Catmull-Rom
  mitchell: { support: 2, weight: bicubic(1 / 3, 1 / 3) },
  lanczos2: { support: 2, weight: lanczos(2) },
  lanczos3: { support: 3, weight: lanczos(3) },
};

/** Mitchell and Netravali's family, "Reconstruction Filters in Computer Graphics", SIGGRAPH 1988, equation 8. */
function bicubic(b: number, c: number): (distance: number) => number {
  return (distance) => {
    const x = Math.abs(distance);
    if (x < 1) return ((12 - 9 * b - 6 * c) * x ** 3 + (-18 + 12 * b + 6 * c) * x ** 2 + (6 - 2 * b)) / 6;
    if (x < 2)
      return ((-b - 6 * c) * x ** 3 + (6 * b + 30 * c) * x ** 2 + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6;
    return 0;
  };
}

function lanczos(lobes: number): (distance: number) => number {
  const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  return (x) => (Math.abs(x) < lobes ? sinc(x) * sinc(x / lobes) : 0);
}
