import type { Picture } from '../preprocess/picture.ts';
import { luma } from './colour.ts';
import { sidesOf } from './crop.ts';
import { blank, type Implementations, withPixels } from './operator.ts';
import { resample } from './warp.ts';

/** Operators that take other pictures, which are first scaled to the size and brought to the channels of the first. */
export const mix: Implementations<'mixup' | 'cutmix' | 'mosaic'> = {
  mixup: (picture, { share }, _random, others) => {
    const other = fitted(picture, others[0], picture.width, picture.height).pixels;
    const result = new Uint8Array(other.length);
    for (let place = 0; place < result.length; place++) {
      const own = picture.pixels[place] as number;
      result[place] = own + share * ((other[place] as number) - own) + 0.5;
    }
    return withPixels(picture, result);
  },

  cutmix: (picture, { area, ratio, x, y }, _random, others) => {
    const other = fitted(picture, others[0], picture.width, picture.height);
    const sides = sidesOf(area, ratio);
    const width = Math.round(sides.width * picture.width);
    const height = Math.round(sides.height * picture.height);
    const left = Math.round((picture.width - width) * x);
    const top = Math.round((picture.height - height) * y);
    const result = withPixels(picture, Uint8Array.from(picture.pixels));
    for (let row = top; row < top + height; row++) {
      const from = (row * picture.width + left) * picture.channels;
      result.pixels.set(other.pixels.subarray(from, from + width * picture.channels), from);
    }
    return result;
  },

  mosaic: (picture, { x, y }, _random, others) => {
    const result = blank(picture, picture.width, picture.height);
    const middleX = Math.round(x * picture.width);
    const middleY = Math.round(y * picture.height);
    const [rightWidth, lowerHeight] = [picture.width - middleX, picture.height - middleY];
    paste(result, picture, 0, 0, middleX, middleY);
    paste(result, others[0], middleX, 0, rightWidth, middleY);
    paste(result, others[1], 0, middleY, middleX, lowerHeight);
    paste(result, others[2], middleX, middleY, rightWidth, lowerHeight);
    return result;
  },
};

function paste(into: Picture, other: Picture | undefined, left: number, top: number, width: number, height: number) {
  if (width === 0 || height === 0) return;
  const { pixels } = fitted(into, other, width, height);
  const rowBytes = width * into.channels;
  for (let row = 0; row < height; row++) {
    const to = ((top + row) * into.width + left) * into.channels;
    into.pixels.set(pixels.subarray(row * rowBytes, (row + 1) * rowBytes), to);
  }
}

function fitted({ channels }: Picture, other: Picture | undefined, width: number, height: number): Picture {
  if (other === undefined) throw new RangeError('Expected another picture to mix in, got none.');
  const whole = { left: 0, top: 0, width: other.width, height: other.height };
  const scaled = other.width === width && other.height === height ? other : resample(other, whole, width, height);
  if (scaled.channels === channels) return scaled;
  const gray = luma(scaled);
  if (channels === 1) return { pixels: gray, width, height, channels };
  const pixels = new Uint8Array(gray.length * channels);
  for (let place = 0; place < pixels.length; place++) pixels[place] = gray[Math.floor(place / channels)] as number;
  return { pixels, width, height, channels };
}
