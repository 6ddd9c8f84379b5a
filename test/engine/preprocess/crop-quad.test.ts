import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cropQuad } from '../../../src/engine/preprocess/crop-quad.ts';
import type { Picture } from '../../../src/engine/preprocess/picture.ts';
import type { Quad } from '../../../src/engine/quad.ts';

interface GoldenCrop {
  readonly quad: Quad;
  readonly kernel: 'cubic' | 'linear';
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
}

const golden: {
  readonly width: number;
  readonly height: number;
  readonly pixels: string;
  readonly crops: GoldenCrop[];
} = JSON.parse(readFileSync('test/golden/postprocess.json', 'utf8')).crop;

const picture: Picture = {
  pixels: new Uint8Array(Buffer.from(golden.pixels, 'base64')),
  width: golden.width,
  height: golden.height,
  channels: 3,
};

test.each(golden.crops)('the $kernel crop of $quad is that of OpenCV, turned where it stands on end', (given) => {
  const crop = cropQuad(picture, given.quad, given.kernel);
  expect([crop.width, crop.height, crop.channels]).toEqual([given.width, given.height, 3]);
  const expected = Buffer.from(given.pixels, 'base64');
  const differences = Array.from(expected, (value, place) => Math.abs(value - (crop.pixels[place] ?? 0)));
  // OpenCV takes positions in thirty-seconds of a pixel; one colour of the picture jumps from 255 to 0.
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  expect(mean).toBeLessThan(0.7);
  expect(differences.filter((difference) => difference > 8).length / differences.length).toBeLessThan(0.01);
});

/** 4 × 3 grey pixels, 0, 10, 20 … */
const small: Picture = {
  pixels: Uint8Array.from({ length: 12 }, (_, place) => 10 * place),
  width: 4,
  height: 3,
  channels: 1,
};

test.each(['linear', 'cubic'] as const)('a %s crop around whole pixels gives just them', (kernel) => {
  const crop = cropQuad(small, [1, 0, 4, 0, 4, 3, 1, 3], kernel);
  expect(crop).toEqual({
    pixels: Uint8Array.from([10, 20, 30, 50, 60, 70, 90, 100, 110]),
    width: 3,
    height: 3,
    channels: 1,
  });
});

test.each(['linear', 'cubic'] as const)('a %s crop of high text is turned against the clock', (kernel) => {
  // Columns 1 and 2 are 3 × 2: from the right column upwards, as the upper row.
  const crop = cropQuad(small, [1, 0, 3, 0, 3, 3, 1, 3], kernel);
  expect(crop).toEqual({ pixels: Uint8Array.from([20, 60, 100, 10, 50, 90]), width: 3, height: 2, channels: 1 });
});

test('a quad whose corners begin elsewhere gives the crop turned, and one beyond the border its nearest pixels', () => {
  // From the lower right corner: upside down.
  expect(cropQuad(small, [4, 3, 1, 3, 1, 0, 4, 0]).pixels).toEqual(
    Uint8Array.from([110, 100, 90, 70, 60, 50, 30, 20, 10]),
  );
  expect(cropQuad(small, [-2, 0, 1, 0, 1, 1, -2, 1], 'linear').pixels).toEqual(Uint8Array.from([0, 0, 0]));
});

test('a quad of no size gives one pixel, and one that is no quad or too large is refused', () => {
  const crop = cropQuad(small, [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5]);
  expect([crop.width, crop.height, crop.pixels[0]]).toEqual([1, 1, 50]);
  expect(() => cropQuad(small, [0, 0, Number.NaN, 0, 1, 1, 0, 1])).toThrowError(/Expected the corners of a quad/);
  expect(() => cropQuad(small, [0, 0, 1e5, 0, 1e5, 1, 0, 1])).toThrowError(/got 100000 × 1 pixels/);
});
