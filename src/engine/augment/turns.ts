import type { Picture } from '../preprocess/picture.ts';
import { blank, type Implementations } from './operator.ts';

/** Operators that put every pixel elsewhere, unchanged. */
export const turns: Implementations<'horizontal_flip' | 'vertical_flip' | 'rotate90' | 'transpose'> = {
  horizontal_flip: (picture) => {
    const last = picture.width - 1;
    return rearranged(picture, picture.width, picture.height, (x, y) => y * picture.width + last - x);
  },

  vertical_flip: (picture) => {
    const rowBytes = picture.width * picture.channels;
    const result = blank(picture, picture.width, picture.height);
    for (let y = 0; y < picture.height; y++) {
      const from = (picture.height - 1 - y) * rowBytes;
      result.pixels.set(picture.pixels.subarray(from, from + rowBytes), y * rowBytes);
    }
    return result;
  },

  rotate90: (picture, { turns: quarters }) => {
    const { width, height } = picture;
    switch (quarters % 4) {
      case 1:
        return rearranged(picture, height, width, (x, y) => x * width + width - 1 - y);
      case 2:
        return rearranged(picture, width, height, (x, y) => (height - 1 - y) * width + width - 1 - x);
      case 3:
        return rearranged(picture, height, width, (x, y) => (height - 1 - x) * width + y);
      default:
        return picture;
    }
  },

  transpose: (picture) => rearranged(picture, picture.height, picture.width, (x, y) => x * picture.width + y),
};

/** A picture whose pixel (x, y) is the one at the position `from(x, y)` of `picture`. */
function rearranged(picture: Picture, width: number, height: number, from: (x: number, y: number) => number): Picture {
  const { pixels, channels } = picture;
  const result = blank(picture, width, height);
  let target = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const source = from(x, y) * channels;
      for (let channel = 0; channel < channels; channel++) {
        result.pixels[target++] = pixels[source + channel] as number;
      }
    }
  }
  return result;
}
