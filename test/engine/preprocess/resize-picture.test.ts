import { expect, test } from 'vitest';
import { resizePicture } from '../../../src/engine/preprocess/resize-picture.ts';
import { difference, scaledByDefinition } from './scaled-by-definition.ts';

const checkered = Uint8Array.from({ length: 8 * 4 * 3 }, (_, index) => (index % 3) * 100);

test('a picture of even colour stays so at every size', async () => {
  for (const [width, height] of [
    [3, 2],
    [16, 8],
    [1, 1],
  ] as const) {
    const scaled = await resizePicture(
      { pixels: checkered, width: 8, height: 4, channels: 3 },
      width,
      height,
      'linear',
    );
    expect([scaled.width, scaled.height, scaled.channels]).toEqual([width, height, 3]);
    expect([...scaled.pixels]).toEqual(Array.from({ length: width * height * 3 }, (_, index) => (index % 3) * 100));
  }
});

test('a grey picture stays grey', async () => {
  const picture = { pixels: Uint8Array.of(10, 10, 10, 10), width: 2, height: 2, channels: 1 };
  const scaled = await resizePicture(picture, 3, 1, 'cubic');
  expect(scaled).toMatchObject({ width: 3, height: 1, channels: 1 });
  expect([...scaled.pixels]).toEqual([10, 10, 10]);
});

test('a side that is no positive whole number is refused', async () => {
  const picture = { pixels: Uint8Array.of(1), width: 1, height: 1, channels: 1 };
  await expect(resizePicture(picture, 0, 1, 'linear')).rejects.toThrow('at least 1 pixel, got 0');
  await expect(resizePicture(picture, 1, 1.5, 'linear')).rejects.toThrow('got 1.5');
});

test.each(['nearest', 'linear', 'cubic', 'mitchell', 'lanczos2', 'lanczos3'] as const)(
  '%s is the definition in double precision, rounded',
  async (kernel) => {
    for (const channels of [1, 3]) {
      for (const [width, height] of [
        [20, 50],
        [53, 11],
        [131, 37],
        [1, 1],
      ] as const) {
        const pixels = Uint8Array.from({ length: 53 * 37 * channels }, (_, i) => (i * i * 31 + 7 * i) % 256);
        const picture = { pixels, width: 53, height: 37, channels };
        const scaled = await resizePicture(picture, width, height, kernel);
        const { mean, largest } = difference(scaled, scaledByDefinition(picture, width, height, kernel));
        expect(largest).toBeLessThanOrEqual(1);
        expect(mean).toBeLessThan(0.05);
      }
    }
  },
);
