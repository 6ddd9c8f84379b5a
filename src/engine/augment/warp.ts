import type { Picture } from '../preprocess/picture.ts';
import { blank } from './operator.ts';

/** How places between and outside of the pixels are read. */
export interface Sampling {
  readonly border: 'constant' | 'edge' | 'reflect';
  readonly fill: number;
  readonly interpolation: 'linear' | 'nearest';
}

/** Writes into `at` where the pixel (x, y) of the result is read: `[x, y]` of the source. The middles of pixels are whole numbers. */
export type SourceOf = (x: number, y: number, at: Float64Array) => void;

/**
 * A picture of `width` × `height` whose every pixel is read from the place of `picture` that `sourceOf` names.
 *
 * A place is outside when no pixel's square holds it (x below −½ or from width − ½ on), as Pillow has it: between the middle of the
 * outermost pixel and its edge, that pixel is read. `reflect` mirrors at the middle of the outermost pixel, which is not repeated:
 * there, what lies beyond that middle is outside.
 */
export function warp(picture: Picture, width: number, height: number, sourceOf: SourceOf, sampling: Sampling): Picture {
  const { border, fill, interpolation } = sampling;
  const result = blank(picture, width, height);
  const read = interpolation === 'linear' ? readLinear : readNearest;
  const at = new Float64Array(2);
  const lastX = picture.width - 1;
  const lastY = picture.height - 1;
  let target = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++, target += picture.channels) {
      sourceOf(x, y, at);
      let sourceX = at[0] as number;
      let sourceY = at[1] as number;
      if (border === 'reflect') {
        sourceX = reflected(sourceX, lastX);
        sourceY = reflected(sourceY, lastY);
      } else if (border === 'constant') {
        // Written so that a place that is not a number is outside, too.
        const inside = sourceX >= -0.5 && sourceX < lastX + 0.5 && sourceY >= -0.5 && sourceY < lastY + 0.5;
        if (!inside) {
          for (let channel = 0; channel < picture.channels; channel++) result.pixels[target + channel] = fill;
          continue;
        }
      }
      read(picture, clamped(sourceX, lastX), clamped(sourceY, lastY), result.pixels, target);
    }
  }
  return result;
}

/** A matrix `[a, b, c, d, e, f]`: x' = a x + b y + c, y' = d x + e y + f. */
export type Affine = readonly [number, number, number, number, number, number];

/** `warp` by a matrix that leads from the result to the source. */
export function warpAffine(
  picture: Picture,
  [a, b, c, d, e, f]: Affine,
  sampling: Sampling,
  width = picture.width,
  height = picture.height,
): Picture {
  const sourceOf: SourceOf = (x, y, at) => {
    at[0] = a * x + b * y + c;
    at[1] = d * x + e * y + f;
  };
  return warp(picture, width, height, sourceOf, sampling);
}

/** The part of a picture from `left`, `top` on (not whole, perhaps), `width` × `height` large, scaled linearly to another size. */
export function resample(
  picture: Picture,
  part: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  width: number,
  height: number,
): Picture {
  const stepX = part.width / width;
  const stepY = part.height / height;
  // The middle of the first pixel of the result lies half a step from the edge of the part.
  const matrix: Affine = [stepX, 0, part.left + stepX / 2 - 0.5, 0, stepY, part.top + stepY / 2 - 0.5];
  return warpAffine(picture, matrix, { border: 'edge', fill: 0, interpolation: 'linear' }, width, height);
}

type Read = (picture: Picture, x: number, y: number, pixels: Uint8Array, target: number) => void;

/** Mean of the four pixels around a place, weighted by nearness, rounded to the nearest. */
const readLinear: Read = ({ pixels: source, width, height, channels }, x, y, pixels, target) => {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const shareX = x - left;
  const shareY = y - top;
  const from = (top * width + left) * channels;
  const right = left + 1 < width ? channels : 0;
  const below = top + 1 < height ? width * channels : 0;
  for (let channel = 0; channel < channels; channel++) {
    const place = from + channel;
    const a = source[place] as number;
    const b = source[place + right] as number;
    const c = source[place + below] as number;
    const d = source[place + below + right] as number;
    const upper = a + (b - a) * shareX;
    const lower = c + (d - c) * shareX;
    pixels[target + channel] = upper + (lower - upper) * shareY + 0.5;
  }
};

const readNearest: Read = ({ pixels: source, width, channels }, x, y, pixels, target) => {
  const from = (Math.floor(y + 0.5) * width + Math.floor(x + 0.5)) * channels;
  for (let channel = 0; channel < channels; channel++) pixels[target + channel] = source[from + channel] as number;
};

function clamped(value: number, last: number): number {
  return value > 0 ? Math.min(value, last) : 0;
}

/** The place between 0 and `last` that a place outside is the mirror image of. */
export function reflected(value: number, last: number): number {
  if (last === 0) return 0;
  const period = 2 * last;
  const within = ((value % period) + period) % period;
  return within <= last ? within : period - within;
}
