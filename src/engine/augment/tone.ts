import type { Picture } from '../preprocess/picture.ts';
import { type Implementations, toByte, withPixels } from './operator.ts';

/** What becomes of each of the 256 values. */
export type Table = Uint8Array;

/** Operators that give every value another one, by tables. */
export const tone: Implementations<
  | 'brightness'
  | 'gamma'
  | 'posterize'
  | 'solarize'
  | 'invert'
  | 'autocontrast'
  | 'equalize'
  | 'white_balance'
  | 'temperature'
> = {
  brightness: (picture, { factor }) =>
    mapped(picture, [table((byte) => Math.trunc(Math.min(255, Math.fround(Math.fround(factor) * byte))))]),

  gamma: (picture, { power }) => mapped(picture, [table((byte) => toByte(255 * (byte / 255) ** power))]),

  posterize: (picture, { bits }) => mapped(picture, [table((byte) => byte & (0xff << (8 - bits)))]),

  solarize: (picture, { threshold }) => mapped(picture, [table((byte) => (byte < threshold ? byte : 255 - byte))]),

  invert: (picture) => mapped(picture, [table((byte) => 255 - byte)]),

  autocontrast: (picture) => mapped(picture, histograms(picture).map(stretching)),

  equalize: (picture) => mapped(picture, histograms(picture).map(equalizing)),

  white_balance: (picture, { red, green, blue }) => {
    if (picture.channels === 1) return picture;
    return mapped(
      picture,
      [red, green, blue].map((factor) => table((byte) => toByte(byte * factor))),
    );
  },

  temperature: (picture, { kelvin }) => {
    if (picture.channels === 1) return picture;
    return mapped(
      picture,
      gainsOf(kelvin).map((gain) => table((byte) => toByte(255 * encoded(linear(byte / 255) * gain)))),
    );
  },
};

export function table(becomes: (byte: number) => number): Table {
  return Uint8Array.from({ length: 256 }, (_, byte) => becomes(byte));
}

/** Each channel by its table; one table is for all. */
export function mapped(picture: Picture, tables: readonly Table[]): Picture {
  const { pixels, channels } = picture;
  const result = new Uint8Array(pixels.length);
  for (let channel = 0; channel < channels; channel++) {
    const values = tables[tables.length === 1 ? 0 : channel] as Table;
    for (let place = channel; place < pixels.length; place += channels) {
      result[place] = values[pixels[place] as number] as number;
    }
  }
  return withPixels(picture, result);
}

/** How often each value is there, channel by channel. */
function histograms({ pixels, channels }: Picture): Uint32Array[] {
  return Array.from({ length: channels }, (_, channel) => {
    const counts = new Uint32Array(256);
    for (let place = channel; place < pixels.length; place += channels) {
      const byte = pixels[place] as number;
      counts[byte] = (counts[byte] as number) + 1;
    }
    return counts;
  });
}

/** The lowest value that is there becomes 0 and the highest 255, as Pillow's `autocontrast` does; one value alone stays. */
function stretching(counts: Uint32Array): Table {
  const low = counts.findIndex((count) => count > 0);
  const high = counts.findLastIndex((count) => count > 0);
  if (high <= low) return table((byte) => byte);
  const scale = 255 / (high - low);
  return table((byte) => Math.max(0, Math.min(255, Math.trunc(byte * scale - low * scale))));
}

/**
 * Pillow's `equalize`: a value becomes the number of pixels that are darker, plus half a step, over the step, which is a 255th of all
 * pixels but those of the brightest value.
 */
function equalizing(counts: Uint32Array): Table {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const brightest = counts[counts.findLastIndex((count) => count > 0)] ?? 0;
  const step = Math.floor((total - brightest) / 255);
  if (step === 0) return table((byte) => byte);
  let darker = Math.floor(step / 2);
  return table((byte) => {
    const value = Math.min(255, Math.floor(darker / step));
    darker += counts[byte] as number;
    return value;
  });
}

/** Factors of red, green and blue, in linear light, that turn light of 6500 K into light of `kelvin`; green stays. */
function gainsOf(kelvin: number): number[] {
  const [white, light] = [blackBody(6500), blackBody(kelvin)];
  const gains = light.map((value, channel) => Math.max(0, value) / (white[channel] ?? 1));
  return gains.map((gain) => gain / (gains[1] ?? 1));
}

/**
 * Linear sRGB of a black body at a luminance of 1. Chromaticity by the cubic splines of Kang and others, "Design of advanced color
 * temperature control system for HDTV applications" (2002), from 1667 K to 25000 K; matrix of IEC 61966-2-1.
 */
function blackBody(kelvin: number): [number, number, number] {
  const t = 1e3 / kelvin;
  const x =
    kelvin <= 4000
      ? -0.2661239 * t ** 3 - 0.2343589 * t ** 2 + 0.8776956 * t + 0.17991
      : -3.0258469 * t ** 3 + 2.1070379 * t ** 2 + 0.2226347 * t + 0.24039;
  const y =
    kelvin <= 2222
      ? -1.1063814 * x ** 3 - 1.3481102 * x ** 2 + 2.18555832 * x - 0.20219683
      : kelvin <= 4000
        ? -0.9549476 * x ** 3 - 1.37418593 * x ** 2 + 2.09137015 * x - 0.16748867
        : 3.081758 * x ** 3 - 5.8733867 * x ** 2 + 3.75112997 * x - 0.37001483;
  const [X, Z] = [x / y, (1 - x - y) / y];
  return [3.2406 * X - 1.5372 - 0.4986 * Z, -0.9689 * X + 1.8758 + 0.0415 * Z, 0.0557 * X - 0.204 + 1.057 * Z];
}

/** From a value of sRGB to linear light, both 0 to 1, and back (IEC 61966-2-1). */
function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function encoded(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}
