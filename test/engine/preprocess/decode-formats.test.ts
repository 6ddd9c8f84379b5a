import { expect, test } from 'vitest';
import { decodePicture, decodeWhole, measurePicture } from '../../../src/engine/preprocess/decode.ts';
import { imageFormats } from '../../../src/engine/preprocess/formats/image-format.ts';
import { imageLibrary } from '../../../src/engine/preprocess/image-library.ts';
import type { Picture } from '../../../src/engine/preprocess/picture.ts';
import { libraryFiles, svgFile } from './formats/library-files.ts';
import { ownFiles, ownHeaders } from './formats/own-files.ts';
import { icoFile } from './formats/sample-files.ts';

const name = (): string => 'item 7';
const stretch = { mode: 'stretch', kernel: 'linear', shorterSide: null, padding: 0 } as const;

/** Four quarters of 16 × 8 pixels: red and green above, blue and white below. */
const quarters = { red: [255, 0, 0], green: [0, 255, 0], blue: [0, 0, 255], white: [255, 255, 255] } as const;

async function quarteredImage() {
  const sharp = await imageLibrary();
  const pixels = Uint8Array.from({ length: 32 * 16 * 3 }, (_, index) => {
    const [column, row, channel] = [Math.floor(index / 3) % 32, Math.floor(index / 96), index % 3];
    const [left, right] = row < 8 ? [quarters.red, quarters.green] : [quarters.blue, quarters.white];
    return (column < 16 ? left : right)[channel] ?? 0;
  });
  return sharp(pixels, { raw: { width: 32, height: 16, channels: 3 } });
}

/** The name of the colour in the middle of each quarter, from the upper left, row by row. */
function cornersOf({ pixels, width, height, channels }: Picture): string[] {
  return [
    [1, 1],
    [3, 1],
    [1, 3],
    [3, 3],
  ].map(([x = 0, y = 0]) => {
    const place = (Math.floor((height * y) / 4) * width + Math.floor((width * x) / 4)) * channels;
    const isNear = (color: readonly number[]) =>
      color.every((value, index) => Math.abs(value - (pixels[place + index] ?? 0)) < 30);
    return Object.entries(quarters).find(([, color]) => isNear(color))?.[0] ?? `${pixels.subarray(place, place + 3)}`;
  });
}

// Exif 2.32, tag 0x0112: which sides of the scene the stored row 0 and column 0 are.
const orientations = [
  [1, 'top, left', 'red green blue white'],
  [2, 'top, right', 'green red white blue'],
  [3, 'bottom, right', 'white blue green red'],
  [4, 'bottom, left', 'blue white red green'],
  [5, 'left, top', 'red blue green white'],
  [6, 'right, top', 'blue red white green'],
  [7, 'right, bottom', 'white green blue red'],
  [8, 'left, bottom', 'green white red blue'],
] as const;

test.each(
  (['jpeg', 'png', 'webp', 'tiff', 'avif'] as const).flatMap((format) =>
    orientations.map((row) => [format, ...row] as const),
  ),
)('%s of orientation %i (%s) is turned as it is meant to be seen', async (format, orientation, _, corners) => {
  const image = (await quarteredImage()).withMetadata({ orientation });
  const options = {
    jpeg: { quality: 100, chromaSubsampling: '4:4:4' },
    avif: { quality: 100, effort: 0 },
    png: {},
    webp: { lossless: true },
    tiff: { compression: 'none' },
  };
  const bytes = await image.toFormat(format, options[format]).toBuffer();
  const size = orientation >= 5 ? { width: 16, height: 32 } : { width: 32, height: 16 };
  expect(await measurePicture(bytes, name)).toEqual(size);
  const whole = await decodeWhole(bytes, name);
  expect(whole).toMatchObject(size);
  expect(cornersOf(whole)).toEqual(corners.split(' '));
  const scaled = await decodePicture(bytes, { ...stretch, width: 20, height: 12 }, name);
  expect(scaled).toMatchObject({ width: 20, height: 12 });
  expect(cornersOf(scaled)).toEqual(corners.split(' '));
});

test('a picture of a format of ours is scaled as that of a PNG with the same pixels', async () => {
  const image = await quarteredImage();
  const { data } = await image.clone().raw().toBuffer({ resolveWithObject: true });
  const resize = { ...stretch, width: 13, height: 9 };
  const fromPng = await decodePicture(await image.clone().png().toBuffer(), resize, name);
  const fromPnm = await decodePicture(Buffer.concat([Buffer.from('P6 32 16 255\n'), data]), resize, name);
  expect(fromPnm).toMatchObject({ width: 13, height: 9, channels: 3 });
  const differences = Array.from(fromPnm.pixels, (value, index) =>
    Math.abs(value - (fromPng.pixels[index] ?? Number.NaN)),
  );
  expect(Math.max(...differences)).toBeLessThanOrEqual(1);
});

test('opacity and 16 bits become the same bytes in the library as in our decoders', async () => {
  const sharp = await imageLibrary();
  const pixels = Uint8Array.from({ length: 256 * 4 }, (_, index) => (index % 4 === 3 ? index >> 2 : (index * 7) & 255));
  const transparent = await sharp(pixels, { raw: { width: 256, height: 1, channels: 4 } })
    .png()
    .toBuffer();
  const expected = Array.from({ length: 256 * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    return Math.floor(((pixels[pixel * 4 + (index % 3)] ?? 0) * pixel) / 255);
  });
  expect([...(await decodeWhole(transparent, name)).pixels]).toEqual(expected);

  const samples = Uint16Array.of(0, 127, 128, 255, 256, 383, 384, 32_767, 32_768, 65_279, 65_280, 65_535);
  const deep = await sharp(samples, { raw: { width: 12, height: 1, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();
  const gray = [...(await decodeWhole(deep, name)).pixels].filter((_, index) => index % 3 === 0);
  expect(gray).toEqual(Array.from(samples, (value) => value >> 8));
  const big = [...samples].flatMap((value) => [value >> 8, value & 255]);
  const pnm = Uint8Array.from([...Buffer.from('P5 12 1 65535\n'), ...big]);
  expect([...(await decodeWhole(pnm, name)).pixels]).toEqual(gray);
});

test('an icon that holds a PNG is decoded as that PNG', async () => {
  const png = await (await quarteredImage()).png().toBuffer();
  const icon = icoFile([{ width: 32, height: 16, bits: 32, content: png }]);
  expect(await decodeWhole(icon, name)).toEqual(await decodeWhole(png, name));
  expect(await measurePicture(icon, name)).toEqual({ width: 32, height: 16 });
});

test.each(imageFormats)('%s that is cut off is refused, and the error names item and format', async (format) => {
  const files = [...(await libraryFiles()), ...ownFiles()].filter((file) => file.format === format);
  expect(files.length).toBeGreaterThan(0);
  // In these, what need not be read may come last: metadata, a smaller image, the extension area.
  const shares = ['tiff', 'ico', 'tga'].includes(format) ? [0.5, 0.2] : [0.98, 0.9, 0.5, 0.2];
  for (const { bytes } of files) {
    for (const share of shares) {
      // The closing chunk of a PNG and the closing byte of a GIF come after the last pixel.
      const cut = bytes.subarray(0, Math.floor(Math.min(bytes.length - 16, bytes.length * share)));
      await expect(decodeWhole(cut, name)).rejects.toMatchObject({
        code: 'IMAGE_INVALID',
        message: expect.stringMatching(new RegExp(`^item 7: expected .* got ${cut.length} bytes of ${format}: `, 'i')),
      });
    }
  }
});

/** Small files whose headers ask for 300 megapixels or a side of 40,000, by format. */
async function oversizedFiles(): Promise<{ format: string; bytes: Uint8Array }[]> {
  const seeds = await libraryFiles();
  const patched = (format: string, patch: (bytes: Buffer) => void): { format: string; bytes: Uint8Array } => {
    const bytes = Buffer.from(seeds.find((seed) => seed.format === format)?.bytes ?? []);
    patch(bytes);
    return { format, bytes };
  };
  return [
    patched('jpeg', (bytes) => bytes.writeUInt16BE(40_000, bytes.indexOf(Buffer.from([0xff, 0xc0])) + 7)),
    patched('png', (bytes) => bytes.writeUInt32BE(40_000, 16)),
    patched('gif', (bytes) => bytes.writeUInt16LE(40_000, 6)),
    // 16383 × 16383 is the most that WebP can say.
    patched('webp', (bytes) => bytes.writeUInt32LE(0x3fff_3fff, 26)),
    patched('tiff', (bytes) => {
      const directory = bytes.readUInt32LE(4);
      for (let at = directory + 2; ; at += 12) {
        if (bytes.readUInt16LE(at) !== 256) continue;
        bytes.writeUInt16LE(4, at + 2);
        bytes.writeUInt32LE(40_000, at + 8);
        break;
      }
    }),
    patched('avif', (bytes) => bytes.writeUInt32BE(40_000, bytes.indexOf('ispe') + 8)),
    { format: 'svg', bytes: Buffer.from(svgFile('40000', '30')) },
    { format: 'svg', bytes: Buffer.from(svgFile('20000', '20000')) },
    ...ownHeaders(40_000, 30),
    ...ownHeaders(20_000, 20_000),
  ];
}

test('every format is refused by its header when it is too large', async () => {
  const files = await oversizedFiles();
  expect(new Set(files.map(({ format }) => format))).toEqual(new Set(imageFormats));
  for (const { format, bytes } of files) {
    for (const decode of [decodeWhole, decodeSmall, measurePicture]) {
      const error = await decode(bytes, name).catch((thrown: unknown) => thrown);
      expect([format, error]).toEqual([format, expect.objectContaining({ code: 'IMAGE_TOO_LARGE' })]);
    }
  }
});

const decodeSmall = (bytes: Uint8Array, called: () => string): Promise<Picture> =>
  decodePicture(bytes, { ...stretch, width: 8, height: 8 }, called);

test.each(ownHeaders(10_000, 9_000).filter(({ format }) => format !== 'bmp'))(
  '$format that claims far more pixels than its bytes can code is refused before they are allocated',
  async ({ bytes }) => {
    await expect(decodeWhole(bytes, name)).rejects.toMatchObject({
      code: 'IMAGE_INVALID',
      message: expect.stringContaining('cut off'),
    });
  },
);

const nested = (depth: number): string => `${'<g>'.repeat(depth)}<rect width="9" height="9"/>${'</g>'.repeat(depth)}`;
const entities = Array.from({ length: 9 }, (_, index) => `<!ENTITY e${index + 1} "${`&e${index};`.repeat(10)}">`).join(
  '',
);

test.each([
  [
    'entities that name entities',
    `<!DOCTYPE svg [<!ENTITY e0 "ha ha ha">${entities}]>`,
    '<text>&e9;</text>',
    /entity/i,
  ],
  [
    'an entity from a file',
    '<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    '<text>&e;</text>',
    /not defined/,
  ],
  ['elements nested too deep', '', nested(5000), /depth/],
  ['a picture inside', '', '<image href="data:image/png;base64,iVBORw0KGgo="/>', /its <image> shows "data:image/],
  ['a picture outside', '', '<image href="file:///etc/passwd"/>', /its <image> shows "file:/],
  ['an element that is not closed', '', '<g>', /XML/],
])('a drawing with %s is refused', async (_, head, content, message) => {
  const drawing = `${head}<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">${content}</svg>`;
  await expect(decodeWhole(Buffer.from(drawing), name)).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: expect.stringMatching(message),
  });
});

test('a drawing may be deep and use entities where that is harmless', async () => {
  const head = '<!DOCTYPE svg [<!ENTITY color "rgb(0,0,255)">]>';
  const content = `<rect fill="&color;" width="40" height="30"/>${nested(100)}`;
  const drawing = `${head}<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">${content}</svg>`;
  const { pixels, width } = await decodeWhole(Buffer.from(drawing), name);
  expect(width).toBe(40);
  expect([...pixels.subarray(-3)]).toEqual([0, 0, 255]);
});
