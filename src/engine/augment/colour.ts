import type { Picture } from '../preprocess/picture.ts';
import { type Implementations, toByte, withPixels } from './operator.ts';
import { mapped, table, tone } from './tone.ts';

/** Operators for which a value depends on the others of its pixel, on its neighbours, or on the mean of the picture. */
export const colour: Implementations<
  'contrast' | 'saturation' | 'hue' | 'color_jitter' | 'grayscale' | 'channel_shuffle' | 'sharpness'
> = {
  contrast: (picture, { factor }) => contrast(picture, factor),
  saturation: (picture, { factor }) => saturation(picture, factor),
  hue: (picture, { degrees }) => hue(picture, degrees),

  color_jitter: (picture, { brightness, contrast: byContrast, saturation: bySaturation, hue: degrees }, random) => {
    const brighter = tone.brightness(picture, { factor: brightness }, random, []);
    return hue(saturation(contrast(brighter, byContrast), bySaturation), degrees);
  },

  grayscale: (picture) => saturation(picture, 0),

  channel_shuffle: (picture, { order }) => {
    const { pixels, channels } = picture;
    if (channels === 1) return picture;
    const sources = Array.from(order, (letter) => 'rgb'.indexOf(letter));
    const result = new Uint8Array(pixels.length);
    for (const [channel, source] of sources.entries()) {
      for (let pixel = 0; pixel < pixels.length; pixel += 3) result[pixel + channel] = pixels[pixel + source] as number;
    }
    return withPixels(picture, result);
  },

  sharpness: (picture, { factor }) => {
    const smooth = smoothed(picture);
    const result = new Uint8Array(smooth.length);
    for (let place = 0; place < result.length; place++) {
      result[place] = blended(smooth[place] as number, picture.pixels[place] as number, factor);
    }
    return withPixels(picture, result);
  },
};

/**
 * From `a` (factor 0) through `b` (1) and beyond, clamped and cut to a byte: Pillow's `Image.blend`, which its enhancers of
 * brightness, contrast, colour and sharpness are made of.
 */
function blended(a: number, b: number, factor: number): number {
  // Rounded to 32 bits after each step, as there: where it falls on a whole number, the cut would differ by one.
  const value = Math.fround(a + Math.fround(Math.fround(factor) * (b - a)));
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
}

function contrast(picture: Picture, factor: number): Picture {
  const grays = luma(picture);
  let sum = 0;
  for (const gray of grays) sum += gray;
  const mean = Math.floor(sum / grays.length + 0.5);
  return mapped(picture, [table((byte) => blended(mean, byte, factor))]);
}

function saturation(picture: Picture, factor: number): Picture {
  const { pixels, channels } = picture;
  if (channels === 1) return picture;
  const grays = luma(picture);
  const result = new Uint8Array(pixels.length);
  for (let place = 0, pixel = 0; place < pixels.length; place += 3, pixel++) {
    const gray = grays[pixel] as number;
    result[place] = blended(gray, pixels[place] as number, factor);
    result[place + 1] = blended(gray, pixels[place + 1] as number, factor);
    result[place + 2] = blended(gray, pixels[place + 2] as number, factor);
  }
  return withPixels(picture, result);
}

/** Grey of each pixel, ITU-R BT.601 in whole numbers as Pillow has it. */
export function luma({ pixels, channels }: Picture): Uint8Array {
  if (channels === 1) return pixels;
  const result = new Uint8Array(pixels.length / 3);
  for (let place = 0, pixel = 0; place < pixels.length; place += 3, pixel++) {
    const [red, green, blue] = [pixels[place] as number, pixels[place + 1] as number, pixels[place + 2] as number];
    result[pixel] = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
  }
  return result;
}

/** Turns the hue of HSV (Smith, "Color gamut transform pairs", 1978) and leaves saturation and value. */
function hue(picture: Picture, degrees: number): Picture {
  const { pixels, channels } = picture;
  if (channels === 1) return picture;
  const turn = degrees / 60;
  const result = new Uint8Array(pixels.length);
  for (let place = 0; place < pixels.length; place += 3) {
    const [red, green, blue] = [pixels[place] as number, pixels[place + 1] as number, pixels[place + 2] as number];
    const high = Math.max(red, green, blue);
    const chroma = high - Math.min(red, green, blue);
    if (chroma === 0) {
      result.fill(high, place, place + 3);
      continue;
    }
    // In sixths of the circle: red at 0, green at 2, blue at 4.
    const sixth =
      high === red ? (green - blue) / chroma : high === green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma;
    result[place] = channelAt(sixth + turn, 5, high, chroma);
    result[place + 1] = channelAt(sixth + turn, 3, high, chroma);
    result[place + 2] = channelAt(sixth + turn, 1, high, chroma);
  }
  return withPixels(picture, result);
}

/** One channel of a hue: `start` is 5 for red, 3 for green, 1 for blue. */
function channelAt(sixth: number, start: number, high: number, chroma: number): number {
  const k = (((start + sixth) % 6) + 6) % 6;
  return toByte(high - chroma * Math.max(0, Math.min(k, 4 - k, 1)));
}

/** Pillow's filter `SMOOTH`: the pixel five times and its eight neighbours once, over 13; pixels at the edge stay. */
function smoothed({ pixels, width, height, channels }: Picture): Uint8Array {
  const result = Uint8Array.from(pixels);
  const row = width * channels;
  for (let y = 1; y < height - 1; y++) {
    for (let place = y * row + channels; place < (y + 1) * row - channels; place++) {
      let sum = 4 * (pixels[place] as number);
      for (let line = place - row; line <= place + row; line += row) {
        sum += (pixels[line - channels] as number) + (pixels[line] as number) + (pixels[line + channels] as number);
      }
      result[place] = Math.floor(sum / 13 + 0.5);
    }
  }
  return result;
}
