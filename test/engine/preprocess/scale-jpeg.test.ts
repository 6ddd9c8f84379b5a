import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodePicture } from '../../../src/engine/preprocess/decode.ts';
import { imageLibrary } from '../../../src/engine/preprocess/image-library.ts';
import { readJpegHeader } from '../../../src/engine/preprocess/jpeg-header.ts';
import { scaleJpegInThread } from '../../../src/engine/preprocess/jpeg-threads.ts';
import type { Picture } from '../../../src/engine/preprocess/picture.ts';
import { PixelKernels } from '../../../src/engine/preprocess/pixel-kernels.ts';
import { JpegScaler } from '../../../src/engine/preprocess/scale-jpeg.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { generator, integer } from '../../../src/stats/random.ts';
import { difference, scaledByDefinition } from './scaled-by-definition.ts';

const photograph = packageFile('node_modules', '@stdlib', 'datasets-img-locomotion-house-cat', 'data', 'image.jpg');

/** Written by Pillow 13, 83 × 51: what the image library here cannot write. */
const ofPillow = ['cat-422.jpg', 'cat-420-restarts.jpg', 'cat-444-optimized.jpg'];

async function jpeg(width: number, height: number, options: object = {}, gray = false): Promise<Uint8Array> {
  const sharp = await imageLibrary();
  const image = sharp(photograph).resize(width, height, { fit: 'fill' });
  return (gray ? image.toColourspace('b-w') : image.toColourspace('srgb').modulate({ saturation: 1.5 }))
    .jpeg({ quality: 90, ...options })
    .toBuffer();
}

/** The file with an EXIF segment in front that says only the orientation (Exif 2.32, tag 0x0112, big-endian). */
function withOrientation(bytes: Uint8Array, orientation: number): Uint8Array {
  const directory = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const exif = [...Buffer.from('Exif\0\0MM\0*', 'latin1'), 0, 0, 0, 8, ...directory];
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2, ...exif, ...bytes.subarray(2)]);
}

/** All of an image, as libjpeg decodes it for the image library. */
async function whole(bytes: Uint8Array): Promise<Picture> {
  const sharp = await imageLibrary();
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height, channels: info.channels };
}

function scale(bytes: Uint8Array, width: number, height: number, scaler = new JpegScaler()): Picture | null {
  const header = readJpegHeader(bytes);
  return header && scaler.scale(bytes, header, { width, height }, 'linear');
}

test('decoded at its own size, an image with whole chroma is the very one that libjpeg decodes, but for rounding of colours', async () => {
  const bytes = await jpeg(61, 47, { chromaSubsampling: '4:4:4' });
  const picture = scale(bytes, 61, 47);
  expect(picture).not.toBeNull();
  if (picture !== null) expect(difference(picture, await whole(bytes)).largest).toBeLessThanOrEqual(1);
});

test('a grey image is bit by bit the one that libjpeg decodes', async () => {
  const bytes = await jpeg(61, 47, {}, true);
  expect(readJpegHeader(bytes)?.components).toHaveLength(1);
  const reference = await whole(bytes);
  const first = reference.pixels.filter((_, index) => index % reference.channels === 0);
  expect([...(scale(bytes, 61, 47)?.pixels ?? [])]).toEqual([...first]);
});

test.each([
  ['4:2:0', 500, 375, 224, 224],
  ['4:2:0', 333, 251, 100, 151],
  ['4:2:0', 16, 16, 16, 16],
  ['4:2:0', 5, 3, 40, 30],
  ['4:2:0', 17, 1, 7, 5],
  ['4:4:4', 1, 1, 3, 2],
  ['4:4:4', 97, 64, 31, 90],
])(
  '%s of %i × %i scaled to %i × %i is what decoding first and scaling then gives',
  async (chromaSubsampling, width, height, toWidth, toHeight) => {
    for (const quality of [30, 90, 100]) {
      const bytes = await jpeg(width, height, { chromaSubsampling, quality });
      const picture = scale(bytes, toWidth, toHeight);
      expect(picture).not.toBeNull();
      if (picture === null) continue;
      const { mean, largest } = difference(
        picture,
        scaledByDefinition(await whole(bytes), toWidth, toHeight, 'linear'),
      );
      expect(mean).toBeLessThan(0.6);
      expect(largest).toBeLessThanOrEqual(9); // where a colour outside of RGB was cut off before scaling
    }
  },
);

test.each(ofPillow)('%s is what decoding first and scaling then gives', async (name) => {
  const bytes = readFileSync(join(import.meta.dirname, 'fixtures', name));
  const picture = scale(bytes, 40, 30);
  expect(picture).not.toBeNull();
  if (picture === null) return;
  expect(difference(picture, scaledByDefinition(await whole(bytes), 40, 30, 'linear')).mean).toBeLessThan(0.6);
});

test.each([
  ['progressive', { progressive: true }],
  ['optimised by mozjpeg, which makes it progressive', { mozjpeg: true }],
])('an image that is %s is left to the library, and its picture is the library’s', async (_, options) => {
  const bytes = await jpeg(50, 40, options);
  expect(readJpegHeader(bytes)).toBeNull();
  const resize = { width: 25, height: 20, mode: 'stretch', kernel: 'linear', shorterSide: null, padding: 0 } as const;
  const picture = await decodePicture(bytes, resize, () => 'item 0');
  expect(difference(picture, scaledByDefinition(await whole(bytes), 25, 20, 'linear')).mean).toBeLessThan(1);
});

test('CMYK, a colour profile and an orientation are left to the library', async () => {
  const sharp = await imageLibrary();
  const image = () => sharp(photograph).resize(40, 30, { fit: 'fill' }).toColourspace('srgb');
  expect(readJpegHeader(await image().jpeg().toBuffer())).not.toBeNull();
  expect(readJpegHeader(await image().toColourspace('cmyk').jpeg().toBuffer())).toBeNull();
  expect(readJpegHeader(await image().withIccProfile('p3').jpeg().toBuffer())).toBeNull();
  const upright = await image().jpeg().toBuffer();
  expect(readJpegHeader(withOrientation(upright, 1))).not.toBeNull();
  for (const orientation of [2, 3, 6, 8]) expect(readJpegHeader(withOrientation(upright, orientation))).toBeNull();
});

test('a file that is cut off anywhere is not decoded', async () => {
  for (const bytes of [
    await jpeg(60, 50),
    readFileSync(join(import.meta.dirname, 'fixtures', 'cat-420-restarts.jpg')),
  ]) {
    expect(scale(bytes, 20, 20)).not.toBeNull();
    for (let length = 0; length < bytes.length; length += length < bytes.length - 8 ? 7 : 1) {
      expect(scale(bytes.subarray(0, length), 20, 20), `${length} of ${bytes.length} bytes`).toBeNull();
    }
  }
});

test('a damaged file is decoded only if libjpeg decodes it, and the next one comes out whole', async () => {
  const sharp = await imageLibrary();
  const random = generator(20);
  const sound = await jpeg(60, 50);
  const scaler = new JpegScaler();
  const expected = scale(sound, 20, 20);
  let decoded = 0;
  for (let round = 0; round < 200; round++) {
    const bytes = new Uint8Array(sound);
    for (let flips = 1 + integer(random, 3); flips > 0; flips--) {
      const place = integer(random, bytes.length);
      bytes[place] = (bytes[place] ?? 0) ^ (1 << integer(random, 8));
    }
    const header = readJpegHeader(bytes);
    if (header === null || header.width * header.height > 1e6) continue;
    if (scaler.scale(bytes, header, { width: 20, height: 20 }, 'linear') === null) continue;
    decoded++;
    await expect(sharp(bytes, { failOn: 'error' }).raw().toBuffer()).resolves.toBeDefined();
  }
  expect(decoded).toBeGreaterThan(20); // flips that change values, not their structure
  expect(scale(sound, 20, 20, scaler)).toEqual(expected);
});

test('many at once in threads come out as one after another, a damaged one among them as null', async () => {
  const images = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((i) => jpeg(60 + 31 * i, 50 + 17 * i)));
  const damaged = images[4]?.subarray(0, 900) ?? new Uint8Array();
  const all = [...images.slice(0, 5), damaged, ...images.slice(5)];
  const pictures = await Promise.all(
    all.map((bytes, i) => scaleJpegInThread(bytes, { width: 30 + 40 * i, height: 25 }, 'linear')),
  );
  expect(pictures).toEqual(all.map((bytes, i) => scale(bytes, 30 + 40 * i, 25)));
  expect(pictures.map((picture) => picture === null)).toEqual(all.map((bytes) => bytes === damaged));
});

/** A segment of an application: its marker, and its content. */
function application(marker: number, ...content: readonly (string | number)[]): number[] {
  const bytes = content.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : [part]));
  return [0xff, marker, 0, bytes.length + 2, ...bytes];
}

/** The file, which has no application segments, with these in front and other identifiers of its components. */
function marked(bytes: Uint8Array, segments: readonly number[], ids: readonly number[] = [1, 2, 3]): Uint8Array {
  const file = Buffer.from(bytes);
  expect([...file.subarray(0, 4)]).toEqual([0xff, 0xd8, 0xff, 0xdb]);
  const frame = file.indexOf('ffc0', 'hex') + 10;
  ids.forEach((id, component) => {
    file[frame + 3 * component] = id;
  });
  const scan = file.indexOf('ffda', 'hex') + 5;
  ids.forEach((id, component) => {
    file[scan + 2 * component] = id;
  });
  return Uint8Array.from([0xff, 0xd8, ...segments, ...file.subarray(2)]);
}

test('what the colours are is believed as libjpeg does: JFIF, the last of Adobe’s markers, the identifiers', async () => {
  const bytes = await jpeg(24, 16, { chromaSubsampling: '4:4:4' });
  const jfif = application(0xe0, 'JFIF\0', 1, 1, 0, 0, 1, 0, 1, 0, 0);
  const shortJfif = application(0xe0, 'JFIF\0', 1, 1);
  const adobe = (transform: number) => application(0xee, 'Adobe', 0, 100, 0, 0, 0, 0, transform);
  const rgb = [82, 71, 66];
  const expectations: [Uint8Array, boolean][] = [
    [marked(bytes, []), true],
    [marked(bytes, [], rgb), false],
    [marked(bytes, jfif, rgb), true],
    [marked(bytes, shortJfif, rgb), false],
    [marked(bytes, adobe(1), rgb), true],
    [marked(bytes, [...adobe(1), ...adobe(0)]), false],
    [marked(bytes, [...adobe(0), ...adobe(1)]), true],
    [marked(bytes, [...adobe(0), ...jfif]), true],
  ];
  for (const [index, [file, isYcc]] of expectations.entries()) {
    const picture = scale(file, 24, 16);
    expect(picture !== null, `file ${index}`).toBe(isYcc);
    // What is left to the library is indeed another picture there than the same bits are with luma and chroma.
    const far = difference(scale(bytes, 24, 16) ?? (await whole(bytes)), await whole(file)).mean > 5;
    expect(far, `file ${index}`).toBe(!isYcc);
  }
});

test('what libjpeg refuses in tables and sampling is left to it', async () => {
  const { run } = new PixelKernels();
  const memory = new Uint8Array(run.memory.buffer);
  const [definition, table] = [run.heapStart() + 64, run.heapStart() + 1024];
  const build = (...counts: number[]) => {
    memory.fill(0, definition, definition + 16 + 256);
    memory.set(counts, definition);
    return run.buildHuffmanTable(definition, table);
  };
  expect(build(1, 1)).toBe(2); // codes 0 and 10
  expect(build(1, 2)).toBe(-1); // … and 11: of ones alone
  expect(build(2)).toBe(-1);

  const gray = Buffer.from(await jpeg(24, 16, {}, true));
  const sampling = gray.indexOf('ffc0', 'hex') + 11;
  const sampled = (value: number) => Uint8Array.from(gray).fill(value, sampling, sampling + 1);
  expect(readJpegHeader(sampled(0x22))).not.toBeNull();
  for (const value of [0x01, 0x10, 0x51, 0x15]) expect(readJpegHeader(sampled(value))).toBeNull();

  const dcSymbols = gray.indexOf('ffc4', 'hex') + 5 + 16;
  const lastSymbol = dcSymbols + gray.readUInt16BE(dcSymbols - 19) - 20;
  expect(readJpegHeader(Uint8Array.from(gray).fill(16, lastSymbol, lastSymbol + 1))).toBeNull();
});

test('coefficients that no picture has, and that libjpeg’s 16 bits would wrap around, are left to it', async () => {
  const sharp = await imageLibrary();
  const white = await sharp({ create: { width: 16, height: 16, channels: 3, background: 'white' } })
    .toColourspace('b-w')
    .jpeg({ quality: 100 })
    .toBuffer();
  const factor = white.indexOf('ffdb', 'hex') + 5; // of the first coefficient, 1016 here
  expect(white[factor]).toBe(1);
  const scaled = (value: number) => scale(Uint8Array.from(white).fill(value, factor, factor + 1), 16, 16);
  expect(scaled(8)?.pixels[0]).toBe(255); // 8128
  expect(scaled(9)).toBeNull(); // 9144
});
