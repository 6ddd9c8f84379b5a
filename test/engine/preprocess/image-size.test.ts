import { expect, test } from 'vitest';
import { encodeGrayPng } from '../../../src/engine/preprocess/encode.ts';
import { imageLibrary } from '../../../src/engine/preprocess/image-library.ts';
import { readImageSize } from '../../../src/engine/preprocess/image-size.ts';
import { ownHeaders } from './formats/own-files.ts';
import { icoFile } from './formats/sample-files.ts';

test.each(['jpeg', 'png', 'gif', 'webp', 'webp-lossless', 'webp-alpha'])(
  'the header of a %s tells its size',
  async (format) => {
    const sharp = await imageLibrary();
    const channels = format === 'webp-alpha' ? 4 : 3;
    const image = sharp({ create: { width: 300, height: 17, channels, background: { r: 9, g: 8, b: 7, alpha: 0.5 } } });
    const encoded = {
      jpeg: () => image.withMetadata({ orientation: 6 }).jpeg(),
      png: () => image.png(),
      gif: () => image.gif(),
      webp: () => image.webp(),
      'webp-lossless': () => image.webp({ lossless: true }),
      'webp-alpha': () => image.withMetadata().webp(),
    }[format];
    expect(readImageSize((await encoded?.().toBuffer()) ?? new Uint8Array())).toEqual({ width: 300, height: 17 });
  },
);

test.each(ownHeaders(300, 18))('the header of $format tells its size', ({ bytes }) => {
  expect(readImageSize(bytes)).toEqual({ width: 300, height: 18 });
});

test('the size of an icon that holds a PNG is that of the PNG', async () => {
  const png = await encodeGrayPng(new Uint8Array(300), 20, 15);
  const icon = icoFile([{ width: 32, height: 32, bits: 8, content: png }]);
  expect(readImageSize(icon)).toEqual({ width: 20, height: 15 });
});

test('headers of our formats that make no sense give no size', () => {
  for (const { bytes } of ownHeaders(0, 18)) expect(readImageSize(bytes)).toBeNull();
  for (const { bytes } of ownHeaders(300, 18)) expect(readImageSize(bytes.subarray(0, 11))).toBeNull();
});

test('headers that are cut off, or of other formats, give no size', async () => {
  const sharp = await imageLibrary();
  const jpeg = await sharp({ create: { width: 30, height: 17, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  expect(readImageSize(jpeg.subarray(0, 40))).toBeNull();
  expect(readImageSize(new Uint8Array(100))).toBeNull();
  expect(readImageSize(new Uint8Array(3))).toBeNull();
});

test('an encoded grey PNG decodes to the same pixels', async () => {
  const sharp = await imageLibrary();
  const pixels = Uint8Array.from([0, 1, 128, 254, 255, 7]);
  const { data, info } = await sharp(await encodeGrayPng(pixels, 3, 2))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 3, height: 2, channels: 1 });
  expect(Array.from(data)).toEqual(Array.from(pixels));
  await expect(encodeGrayPng(pixels, 2, 2)).rejects.toThrow('2 × 2 = 4 pixels, got 6');
});
