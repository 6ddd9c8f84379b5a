import type { Picture } from '../preprocess/picture.ts';
import { convolveRows, gaussianKernel, transposed } from './gaussian.ts';
import { median } from './median.ts';
import { type Implementations, toByte, withPixels } from './operator.ts';

/** Operators that mix neighbours. Beyond the edge, the nearest pixel is repeated. */
export const blur: Implementations<'box_blur' | 'gaussian_blur' | 'motion_blur' | 'median_blur' | 'defocus'> = {
  box_blur: (picture, { radius }) =>
    meanOfSpans(
      picture,
      Array.from({ length: 2 * radius + 1 }, () => radius),
    ),

  gaussian_blur: (picture, { deviation }) => {
    const { pixels, width, height, channels } = picture;
    const kernel = gaussianKernel(deviation);
    const across = convolveRows(Float32Array.from(pixels), width, height, kernel, channels);
    const down = convolveRows(transposed(across, width, height, channels), height, width, kernel, channels);
    return withPixels(picture, Uint8Array.from(transposed(down, height, width, channels), toByte));
  },

  motion_blur: (picture, { length, degrees }) => weighted(picture, lineTaps(length, degrees)),

  median_blur: (picture, { radius }) => median(picture, radius),

  // The pixels whose middles are within the radius.
  defocus: (picture, { radius }) =>
    meanOfSpans(
      picture,
      Array.from({ length: 2 * radius + 1 }, (_, row) => Math.floor(Math.sqrt(radius ** 2 - (row - radius) ** 2))),
    ),
};

/** One neighbour and its weight. */
export interface Tap {
  readonly x: number;
  readonly y: number;
  readonly weight: number;
}

/** As many points as the line is long, one pixel apart, each shared by the four pixels around it according to nearness. */
export function lineTaps(length: number, degrees: number): Tap[] {
  const points = Math.max(1, Math.round(length));
  const direction = (degrees * Math.PI) / 180;
  const taps = new Map<string, Tap>();
  const add = (x: number, y: number, weight: number): void => {
    if (weight < 1e-9) return;
    const key = `${x} ${y}`;
    taps.set(key, { x, y, weight: weight / points + (taps.get(key)?.weight ?? 0) });
  };
  for (let point = 0; point < points; point++) {
    const distance = point - (points - 1) / 2;
    const [x, y] = [distance * Math.cos(direction), -distance * Math.sin(direction)];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [shareX, shareY] = [x - left, y - top];
    add(left, top, (1 - shareX) * (1 - shareY));
    add(left + 1, top, shareX * (1 - shareY));
    add(left, top + 1, (1 - shareX) * shareY);
    add(left + 1, top + 1, shareX * shareY);
  }
  return [...taps.values()];
}

function weighted(picture: Picture, taps: readonly Tap[]): Picture {
  const { width, height, channels } = picture;
  const radius = Math.max(...taps.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]));
  const padded = withEdges(picture, radius);
  const result = new Uint8Array(width * height * channels);
  const line = new Float64Array(width * channels);
  for (let y = 0; y < height; y++) {
    line.fill(0.5); // rounds
    for (const tap of taps) {
      const from = ((y + radius + tap.y) * padded.width + radius + tap.x) * channels;
      const { weight } = tap;
      for (let index = 0; index < line.length; index++) {
        line[index] = (line[index] as number) + weight * (padded.pixels[from + index] as number);
      }
    }
    for (let index = 0; index < line.length; index++)
      result[y * line.length + index] = Math.floor(line[index] as number);
  }
  return withPixels(picture, result);
}

/** The mean of the pixels around each one: in the row `index − radius` below it, as far as `spans[index]` to the left and right. */
function meanOfSpans(picture: Picture, spans: readonly number[]): Picture {
  const { width, height, channels } = picture;
  const radius = (spans.length - 1) / 2;
  const padded = withEdges(picture, radius);
  const sums = rowSums(padded);
  const rowLength = (padded.width + 1) * channels;
  const count = spans.reduce((total, span) => total + 2 * span + 1, 0);
  const result = new Uint8Array(width * height * channels);
  const line = new Float64Array(width * channels);
  for (let y = 0; y < height; y++) {
    line.fill(0);
    for (const [row, span] of spans.entries()) {
      const from = (y + row) * rowLength + (radius - span) * channels;
      const to = from + (2 * span + 1) * channels;
      for (let index = 0; index < line.length; index++) {
        line[index] = (line[index] as number) + (sums[to + index] as number) - (sums[from + index] as number);
      }
    }
    for (let index = 0; index < line.length; index++) {
      result[y * line.length + index] = Math.floor((line[index] as number) / count + 0.5);
    }
  }
  return withPixels(picture, result);
}

/** For each row the sums of its first 0, 1, 2 … pixels, channel by channel. */
function rowSums({ pixels, width, height, channels }: Picture): Float64Array {
  const sums = new Float64Array(height * (width + 1) * channels);
  let [from, to] = [0, 0];
  for (let y = 0; y < height; y++) {
    to += channels;
    for (let index = 0; index < width * channels; index++, from++, to++) {
      sums[to] = (sums[to - channels] as number) + (pixels[from] as number);
    }
  }
  return sums;
}

/** The picture with its outermost pixels repeated on all sides. */
function withEdges({ pixels, width, height, channels }: Picture, radius: number): Picture {
  const [outerWidth, outerHeight] = [width + 2 * radius, height + 2 * radius];
  const result = new Uint8Array(outerWidth * outerHeight * channels);
  let target = 0;
  for (let y = -radius; y < height + radius; y++) {
    const row = Math.min(Math.max(y, 0), height - 1) * width;
    for (let x = -radius; x < width + radius; x++) {
      const from = (row + Math.min(Math.max(x, 0), width - 1)) * channels;
      for (let channel = 0; channel < channels; channel++) result[target++] = pixels[from + channel] as number;
    }
  }
  return { pixels: result, width: outerWidth, height: outerHeight, channels };
}
