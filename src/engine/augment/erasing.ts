import { type Generator, integer } from '../../stats/random.ts';
import type { Picture } from '../preprocess/picture.ts';
import { type Implementations, withPixels } from './operator.ts';

/** Operators that hide parts of the picture. */
export const erasing: Implementations<'cutout' | 'random_erasing' | 'grid_mask' | 'coarse_dropout'> = {
  cutout: (picture, { width, height, x, y, value }) => {
    const result = copied(picture);
    const box = {
      left: Math.round((x - width / 2) * picture.width),
      top: Math.round((y - height / 2) * picture.height),
      width: Math.round(width * picture.width),
      height: Math.round(height * picture.height),
    };
    erase(result, box, () => value);
    return result;
  },

  random_erasing: (picture, { area, ratio, x, y, filling, value }, random) => {
    const result = copied(picture);
    const pixels = area * picture.width * picture.height;
    const width = Math.min(picture.width, Math.round(Math.sqrt(pixels * ratio)));
    const height = Math.min(picture.height, Math.round(Math.sqrt(pixels / ratio)));
    const box = {
      left: Math.round(x * (picture.width - width)),
      top: Math.round(y * (picture.height - height)),
      width,
      height,
    };
    erase(result, box, filler(filling, value, random));
    return result;
  },

  grid_mask: (picture, { size, ratio, x, y, value }) => {
    const result = copied(picture);
    const side = Math.round(size * ratio);
    const firstX = Math.round(x * size) - size;
    const firstY = Math.round(y * size) - size;
    for (let top = firstY; top < picture.height; top += size) {
      for (let left = firstX; left < picture.width; left += size) {
        erase(result, { left, top, width: side, height: side }, () => value);
      }
    }
    return result;
  },

  coarse_dropout: (picture, { holes, size, filling, value }, random) => {
    const result = copied(picture);
    const width = Math.round(size * picture.width);
    const height = Math.round(size * picture.height);
    for (let hole = 0; hole < holes; hole++) {
      const left = integer(random, picture.width - width + 1);
      const top = integer(random, picture.height - height + 1);
      erase(result, { left, top, width, height }, filler(filling, value, random));
    }
    return result;
  },
};

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function copied(picture: Picture): Picture {
  return withPixels(picture, Uint8Array.from(picture.pixels));
}

function filler(filling: 'constant' | 'noise', value: number, random: Generator): () => number {
  return filling === 'constant' ? () => value : () => random.next32() >>> 24;
}

/** Overwrites what of the box lies within the picture. */
function erase({ pixels, width, height, channels }: Picture, box: Box, nextValue: () => number): void {
  const right = Math.min(width, box.left + box.width);
  for (let y = Math.max(0, box.top); y < Math.min(height, box.top + box.height); y++) {
    const end = (y * width + right) * channels;
    for (let place = (y * width + Math.max(0, box.left)) * channels; place < end; place++) pixels[place] = nextValue();
  }
}
