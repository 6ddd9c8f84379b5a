import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeWhole, measurePicture } from '../../../../src/engine/preprocess/decode.ts';

interface Golden {
  readonly name: string;
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly pixels: string;
  readonly tolerance: number;
}

// Made by Pillow: test/golden/images.py.
const { images } = JSON.parse(readFileSync('test/golden/images.json', 'utf8')) as { images: Golden[] };

test.each(images.map((image) => [image.name, image] as const))(
  '%s: as Pillow decodes it',
  async (name, { file, width, height, channels, pixels, tolerance }) => {
    const bytes = Buffer.from(file, 'base64');
    const picture = await decodeWhole(bytes, () => name);
    expect(await measurePicture(bytes, () => name)).toEqual({ width, height });
    expect([picture.width, picture.height]).toEqual([width, height]);
    const expected = Buffer.from(pixels, 'base64');
    // Grey is one channel or three equal ones.
    const differences = Array.from({ length: width * height * 3 }, (_, index) => {
      const [pixel, channel] = [Math.floor(index / 3), index % 3];
      const ours = picture.pixels[pixel * picture.channels + Math.min(channel, picture.channels - 1)] ?? Number.NaN;
      return Math.abs(ours - (expected[pixel * channels + Math.min(channel, channels - 1)] ?? Number.NaN));
    });
    expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
  },
);
