import { expect, test } from 'vitest';
import { decodePicture, scaledSize } from '../../../src/engine/preprocess/decode.ts';
import { imageLibrary } from '../../../src/engine/preprocess/image-library.ts';
import { createNormalization } from '../../../src/engine/preprocess/normalization.ts';
import { writePicture } from '../../../src/engine/preprocess/write-picture.ts';
import type { PreprocessSettings } from '../../../src/engine/settings.ts';

type Resize = PreprocessSettings['resize'];

const crop: Resize = { width: 224, height: 224, mode: 'crop', kernel: 'linear', shorterSide: 256, padding: 0 };

test.each([
  // 256 · 1024 / 484 = 541.6
  [1024, 484, 541, 256],
  [484, 1024, 256, 541],
  // 256 · 640 / 427 = 383.7
  [640, 427, 383, 256],
  [427, 640, 256, 383],
  // 256 · 500 / 375 = 341.3
  [500, 375, 341, 256],
  // 256 · 300 / 200 = 384
  [300, 200, 384, 256],
  // smaller than the target: 256 · 33 / 32 = 264
  [33, 32, 264, 256],
  [99, 99, 256, 256],
])('%i × %i at a shorter side of 256 becomes %i × %i, truncated', (width, height, scaledWidth, scaledHeight) => {
  expect(scaledSize(width, height, crop)).toEqual({ width: scaledWidth, height: scaledHeight });
});

test('without a shorter side a crop covers the target, a letterbox fits into it, and no side becomes 0', () => {
  const wide: Resize = { ...crop, width: 320, height: 48, shorterSide: null };
  expect(scaledSize(640, 427, wide)).toEqual({ width: 320, height: 213 }); // 320 · 427 / 640 = 213.5
  expect(scaledSize(1000, 99, wide)).toEqual({ width: 484, height: 48 }); // 48 · 1000 / 99 = 484.8
  const letterbox: Resize = { ...wide, mode: 'letterbox' };
  expect(scaledSize(640, 427, letterbox)).toEqual({ width: 71, height: 48 }); // 48 · 640 / 427 = 71.9
  expect(scaledSize(1000, 99, letterbox)).toEqual({ width: 320, height: 31 }); // 320 · 99 / 1000 = 31.7
  expect(scaledSize(1000, 1, letterbox)).toEqual({ width: 320, height: 1 });
  expect(scaledSize(1000, 1, { ...letterbox, mode: 'stretch' })).toEqual({ width: 320, height: 48 });
});

test('a picture is scaled to that size, and one that lies on its side to that of how it is shown', async () => {
  const sharp = await imageLibrary();
  const image = sharp({ create: { width: 1024, height: 484, channels: 3, background: 'red' } });
  const upright = await image.clone().png().toBuffer();
  const { width, height } = await decodePicture(upright, crop, () => 'item 0');
  expect([width, height]).toEqual([541, 256]);
  for (const [orientation, ...size] of [
    [3, 541, 256],
    [6, 256, 541],
  ] as const) {
    const turned = await image.clone().withMetadata({ orientation }).jpeg().toBuffer();
    const picture = await decodePicture(turned, crop, () => 'item 0');
    expect([picture.width, picture.height]).toEqual(size);
  }
});

test.each([
  [1, 0], // 0.5
  [2, 1],
  [3, 2], // 1.5
  [4, 2],
  [5, 2], // 2.5
  [7, 4], // 3.5
])('of %i columns too many, %i are cut off at the left', (surplus, left) => {
  const width = 2 + surplus;
  const pixels = Uint8Array.from({ length: width }, (_, column) => column);
  const target = new Uint8Array(2);
  writePicture(
    { pixels, width, height: 1, channels: 1 },
    { width: 2, height: 1, color: 'gray', layout: 'nchw', padding: 0 },
    createNormalization({ kind: 'none' }, 'gray'),
    target,
    0,
  );
  expect([...target]).toEqual([left, left + 1]);
});
