import type { Picture } from '../preprocess/picture.ts';
import { blank, type Implementations } from './operator.ts';
import { reflected, resample } from './warp.ts';

/** Operators that take a part, or add a border. */
export const crop: Implementations<'crop' | 'random_resized_crop' | 'pad'> = {
  crop: (picture, { width: shareOfWidth, height: shareOfHeight, x, y }) => {
    const width = Math.max(1, Math.round(picture.width * shareOfWidth));
    const height = Math.max(1, Math.round(picture.height * shareOfHeight));
    const left = Math.round((picture.width - width) * x);
    const top = Math.round((picture.height - height) * y);
    return part(picture, left, top, width, height);
  },

  random_resized_crop: (picture, { area, ratio, x, y }) => {
    const { width, height } = sidesOf(area, ratio);
    const box = { width: width * picture.width, height: height * picture.height };
    const left = (picture.width - box.width) * x;
    const top = (picture.height - box.height) * y;
    return resample(picture, { left, top, ...box }, picture.width, picture.height);
  },

  pad: (picture, { left, top, right, bottom, border, fill }) => {
    const { pixels, width, height, channels } = picture;
    const result = blank(picture, width + left + right, height + top + bottom);
    if (border === 'constant') {
      result.pixels.fill(fill);
      const rowBytes = width * channels;
      for (let y = 0; y < height; y++) {
        const row = pixels.subarray(y * rowBytes, (y + 1) * rowBytes);
        result.pixels.set(row, ((y + top) * result.width + left) * channels);
      }
      return result;
    }
    const place = border === 'reflect' ? reflected : clamped;
    let target = 0;
    for (let y = 0; y < result.height; y++) {
      const row = place(y - top, height - 1) * width;
      for (let x = 0; x < result.width; x++) {
        const from = (row + place(x - left, width - 1)) * channels;
        for (let channel = 0; channel < channels; channel++) result.pixels[target++] = pixels[from + channel] as number;
      }
    }
    return result;
  },
};

/**
 * Sides, as shares of those of the picture, of a part with that share of its area and that width over height relative to it. One
 * that does not fit is as wide or as high as the picture, and keeps its area as far as it can.
 */
export function sidesOf(area: number, ratio: number): { readonly width: number; readonly height: number } {
  const width = Math.sqrt(area * ratio);
  const height = Math.sqrt(area / ratio);
  if (width > 1) return { width: 1, height: Math.min(1, area) };
  if (height > 1) return { width: Math.min(1, area), height: 1 };
  return { width, height };
}

function part(picture: Picture, left: number, top: number, width: number, height: number): Picture {
  const { channels } = picture;
  const result = blank(picture, width, height);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * channels;
    result.pixels.set(picture.pixels.subarray(from, from + width * channels), y * width * channels);
  }
  return result;
}

function clamped(value: number, last: number): number {
  return Math.min(Math.max(value, 0), last);
}
