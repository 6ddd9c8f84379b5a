import { expect, test } from 'vitest';
import { imageLibrary } from '../../../src/engine/preprocess/image-library.ts';
import { createPreprocessor } from '../../../src/engine/preprocess/preprocessor.ts';
import type { FixedResize, PreprocessSettings } from '../../../src/engine/settings.ts';

type Changes = Partial<Omit<PreprocessSettings, 'resize'>> & { resize?: Partial<FixedResize> };

function settings(changes: Changes = {}): PreprocessSettings {
  const { resize, ...rest } = changes;
  return {
    resize: { width: 2, height: 2, mode: 'stretch', kernel: 'nearest', shorterSide: null, padding: 0, ...resize },
    color: 'rgb',
    normalize: { kind: 'none' },
    layout: 'nchw',
    ...rest,
  };
}

async function png(
  pixels: readonly number[],
  width: number,
  height: number,
  channels: 1 | 3 | 4 = 3,
): Promise<Uint8Array> {
  const sharp = await imageLibrary();
  return sharp(Uint8Array.from(pixels), { raw: { width, height, channels } }).png().toBuffer();
}

/** Within a few units of the last place of a float around 1. */
function expectNear(values: readonly number[], expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  values.forEach((value, index) => {
    expect(Math.abs(value - (expected[index] ?? Number.NaN))).toBeLessThan(3e-7);
  });
}

async function preprocess(bytes: Uint8Array, changes: Changes = {}): Promise<number[]> {
  const preprocessor = createPreprocessor(settings(changes));
  const size = (preprocessor.itemShape ?? []).reduce((a, b) => a * b, 1);
  // Written at an offset into a larger buffer, whose other values must stay.
  const target = new Float32Array(size + 2).fill(-7);
  await preprocessor.write(bytes, target, 1, () => 'item 3');
  expect([target[0], target[size + 1]]).toEqual([-7, -7]);
  return Array.from(target.subarray(1, size + 1));
}

const red = [255, 0, 0];
const green = [0, 255, 0];
const blue = [0, 0, 255];
const ramp = [10, 20, 30];

test('NCHW holds one plane a channel, NHWC interleaves them', async () => {
  const image = await png([...red, ...green, ...blue, ...ramp], 2, 2);
  expect(await preprocess(image)).toEqual([255, 0, 0, 10, 0, 255, 0, 20, 0, 0, 255, 30]);
  expect(await preprocess(image, { layout: 'nhwc' })).toEqual([...red, ...green, ...blue, ...ramp]);
});

test('bgr puts blue first', async () => {
  const image = await png([...red, ...green, ...blue, ...ramp], 2, 2);
  expect(await preprocess(image, { color: 'bgr', layout: 'nhwc' })).toEqual([
    0, 0, 255, 0, 255, 0, 255, 0, 0, 30, 20, 10,
  ]);
});

test('grey is the BT.601 luma of the colours, and grey images keep their values', async () => {
  // 0.299 · 255 = 76.2, 0.587 · 255 = 149.7, 0.114 · 255 = 29.07, 0.299 · 10 + 0.587 · 20 + 0.114 · 30 = 18.15
  const image = await png([...red, ...green, ...blue, ...ramp], 2, 2);
  expect(await preprocess(image, { color: 'gray' })).toEqual([76, 150, 29, 18]);
  expect(await preprocess(await png([0, 77, 128, 255], 2, 2, 1), { color: 'gray' })).toEqual([0, 77, 128, 255]);
});

test('a grey image fills all three channels of a colour tensor', async () => {
  const grey = [1, 2, 3, 4];
  expect(await preprocess(await png(grey, 2, 2, 1))).toEqual([...grey, ...grey, ...grey]);
});

test('normalisation torchvision uses the ImageNet numbers of each colour, in bgr too', async () => {
  const image = await png([...ramp, ...ramp, ...ramp, ...ramp], 2, 2);
  const normalised = [(10 / 255 - 0.485) / 0.229, (20 / 255 - 0.456) / 0.224, (30 / 255 - 0.406) / 0.225];
  const rgb = await preprocess(image, { normalize: { kind: 'torchvision' }, layout: 'nhwc' });
  expectNear(rgb.slice(0, 3), normalised);
  const bgr = await preprocess(image, { normalize: { kind: 'torchvision' }, layout: 'nhwc', color: 'bgr' });
  expectNear(bgr.slice(0, 3), [...normalised].reverse());
});

test('normalisation tf maps 0 to −1 and 255 to 1', async () => {
  const image = await png([0, 255, 51, 204], 2, 2, 1);
  // 51 / 127.5 = 0.4, 204 / 127.5 = 1.6
  const values = await preprocess(image, { color: 'gray', normalize: { kind: 'tf' } });
  expect(values.slice(0, 2)).toEqual([-1, 1]);
  expectNear(values.slice(2), [-0.6, 0.6]);
});

test('per_tensor and per_channel apply to values of 0 to 1', async () => {
  const image = await png([0, 255, 51, 102], 2, 2, 1);
  // (0 − 0.5) / 0.25 = −2, (1 − 0.5) / 0.25 = 2, (0.2 − 0.5) / 0.25 = −1.2, (0.4 − 0.5) / 0.25 = −0.4
  const expected = [-2, 2, -1.2, -0.4].map(Math.fround);
  const values = await preprocess(image, {
    color: 'gray',
    normalize: { kind: 'per_tensor', mean: 0.5, deviation: 0.25 },
  });
  values.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 6);
  });
  const perChannel = await preprocess(await png([...ramp, ...ramp, ...ramp, ...ramp], 2, 2), {
    layout: 'nhwc',
    color: 'bgr',
    normalize: { kind: 'per_channel', mean: [0, 0.5, 1], deviation: [1, 0.5, 2] },
  });
  // In the order of the tensor: blue 30 with the first numbers, red 10 with the last.
  const byHand = [30 / 255, (20 / 255 - 0.5) / 0.5, (10 / 255 - 1) / 2];
  byHand.forEach((value, index) => {
    expect(perChannel[index]).toBeCloseTo(value, 6);
  });
});

test('crop cuts the middle of the longer side', async () => {
  // A row of six columns, two rows high: the crop of 2 × 2 leaves columns 2 and 3.
  const image = await png([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16], 6, 2, 1);
  expect(await preprocess(image, { color: 'gray', resize: { mode: 'crop' } })).toEqual([3, 4, 13, 14]);
});

test('crop first scales the shorter side when it is told its length', async () => {
  // 8 × 4 in blocks of 2 × 2, scaled to 4 × 2 by nearest: one value a block; the middle 2 × 2 of it are columns 1 and 2.
  const blocks = [1, 2, 3, 4, 5, 6, 7, 8];
  const pixels = Array.from(
    { length: 32 },
    (_, index) => blocks[Math.floor(index / 16) * 4 + Math.floor((index % 8) / 2)] ?? 0,
  );
  const image = await png(pixels, 8, 4, 1);
  expect(await preprocess(image, { color: 'gray', resize: { mode: 'crop', shorterSide: 2 } })).toEqual([2, 3, 6, 7]);
});

test('letterbox keeps the aspect ratio and pads both ends with the normalised padding', async () => {
  const image = await png([10, 20, 30, 40, 50, 60, 70, 80], 4, 2, 1);
  const values = await preprocess(image, {
    color: 'gray',
    normalize: { kind: 'tf' },
    resize: { width: 4, height: 4, mode: 'letterbox', padding: 255 },
  });
  expect(values.slice(0, 4)).toEqual([1, 1, 1, 1]);
  const middle = [10, 20, 30, 40, 50, 60, 70, 80].map((value) => value / 127.5 - 1);
  expectNear(values.slice(4, 12), middle);
  expect(values.slice(12)).toEqual([1, 1, 1, 1]);
});

test('letterbox pads NHWC the same as NCHW', async () => {
  const image = await png([...red, ...green], 2, 1);
  const padding = { mode: 'letterbox', padding: 9 } as const;
  const nhwc = await preprocess(image, { layout: 'nhwc', resize: padding });
  const nchw = await preprocess(image, { resize: padding });
  // One row of two pixels in 2 × 2: the row stays on top, since half of the odd difference, 0, goes before it.
  expect(nhwc).toEqual([...red, ...green, 9, 9, 9, 9, 9, 9]);
  expect(nchw).toEqual([255, 0, 9, 9, 0, 255, 9, 9, 0, 0, 9, 9]);
});

test('the kernels differ from each other on a ramp that is scaled down, and keep a flat image flat', async () => {
  const size = 16;
  const steep = await png(
    Array.from({ length: size * size }, (_, index) => (((index % size) * 37) % 64) * 4),
    size,
    size,
    1,
  );
  const flat = await png(new Array<number>(size * size).fill(100), size, size, 1);
  const kernels = ['nearest', 'linear', 'cubic', 'mitchell', 'lanczos2', 'lanczos3'] as const;
  const results = new Set<string>();
  for (const kernel of kernels) {
    const resize = { width: 5, height: 5, kernel };
    results.add(JSON.stringify(await preprocess(steep, { color: 'gray', resize })));
    expect(await preprocess(flat, { color: 'gray', resize })).toEqual(new Array(25).fill(100));
  }
  expect(results.size).toBe(kernels.length);
});

test('linear halving is the triangle filter of twice the width, as computed here on its own', async () => {
  const row = [0, 40, 80, 120, 160, 200, 240, 200];
  const image = await png([...row, ...row, ...row, ...row], 8, 4, 1);
  const values = await preprocess(image, { color: 'gray', resize: { width: 4, height: 2, kernel: 'linear' } });
  values.slice(0, 4).forEach((value, index) => {
    expect(Math.abs(value - triangleHalved(row, index))).toBeLessThanOrEqual(1); // libvips rounds its weights
  });
});

/** Output pixel `index` of a row at half its width: weights 1 − |distance| / 2 around the centre, the ends repeated. */
function triangleHalved(row: readonly number[], index: number): number {
  const centre = index * 2 + 1; // between the source pixels 2i and 2i + 1, whose centres are at 2i + 0.5 and 2i + 1.5
  let sum = 0;
  let weights = 0;
  for (let source = index * 2 - 1; source <= index * 2 + 2; source++) {
    const weight = Math.max(0, 1 - Math.abs(source + 0.5 - centre) / 2);
    sum += weight * (row[Math.min(Math.max(source, 0), row.length - 1)] ?? 0);
    weights += weight;
  }
  return sum / weights;
}

test('EXIF orientation 6 turns the image upright', async () => {
  const sharp = await imageLibrary();
  // Stored as one row [200, 50]; orientation 6 shows it turned clockwise: 200 above 50.
  const stored = await sharp(Uint8Array.from([200, 50]), { raw: { width: 2, height: 1, channels: 1 } })
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  expect(await preprocess(stored, { color: 'gray', resize: { width: 1, height: 2 } })).toEqual([200, 50]);
});

test('transparent parts are laid over black', async () => {
  const image = await png([100, 100, 100, 255, 100, 100, 100, 0, 100, 100, 100, 51, 0, 0, 0, 255], 2, 2, 4);
  // 51 / 255 of 100 = 20
  expect(await preprocess(image, { color: 'gray' })).toEqual([100, 0, 20, 0]);
});

test('16-bit images are reduced to their upper eight bits', async () => {
  const sharp = await imageLibrary();
  const values = Uint16Array.from([0, 257 * 128, 257 * 200, 65535].flatMap((value) => [value, value, value]));
  const image = await sharp(values, { raw: { width: 2, height: 2, channels: 3 } })
    .toColourspace('rgb16')
    .png()
    .toBuffer();
  expect((await sharp(image).metadata()).depth).toBe('ushort');
  const channel = [0, 128, 200, 255];
  expect(await preprocess(image)).toEqual([...channel, ...channel, ...channel]);
});

test('CMYK images become red, green and blue', async () => {
  const sharp = await imageLibrary();
  const image = await sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 255, g: 0, b: 0 } } })
    .toColourspace('cmyk')
    .jpeg({ quality: 100 })
    .toBuffer();
  expect((await sharp(image).metadata()).space).toBe('cmyk');
  const [r = 0, g = 0, b = 0] = await preprocess(image, { layout: 'nhwc' });
  // The print colours cannot reach pure red; it stays far redder than anything else.
  expect(r).toBeGreaterThan(200);
  expect(Math.max(g, b)).toBeLessThan(70);
});

test('what is no image is refused by name and by what it looks like', async () => {
  const page = new TextEncoder().encode('<html>404 not found</html>, not an image at all');
  await expect(preprocess(page)).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    exitCode: 3,
    message: expect.stringMatching(/^item 3: .*47 bytes.*<html>404 not/),
  });
  await expect(preprocess(new Uint8Array(0))).rejects.toMatchObject({
    code: 'IMAGE_INVALID',
    message: expect.stringContaining('an empty file'),
  });
});

test('a JPEG that is cut off is refused, not filled with grey', async () => {
  const sharp = await imageLibrary();
  const whole = await sharp({
    create: {
      width: 64,
      height: 64,
      channels: 3,
      background: { r: 1, g: 99, b: 200 },
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
    .jpeg()
    .toBuffer();
  await expect(preprocess(whole.subarray(0, whole.length >> 1))).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
});

test('an image beyond the limits is refused by its header, before decoding', async () => {
  const image = Buffer.from(await png([1, 2, 3, 4], 2, 2, 1));
  image.writeUInt32BE(40_000, 16); // PNG width; the checksum no longer fits, which only decoding would notice
  await expect(preprocess(image)).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
    message: expect.stringContaining('40000 × 2'),
  });
  image.writeUInt32BE(20_000, 16);
  image.writeUInt32BE(20_000, 20);
  await expect(preprocess(image)).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
    message: expect.stringContaining('20000 × 20000'),
  });
});

test.each<[string, Changes, RegExp]>([
  ['torchvision in grey', { color: 'gray', normalize: { kind: 'torchvision' } }, /torchvision.*got gray/],
  [
    'two means for three channels',
    { normalize: { kind: 'per_channel', mean: [0, 0], deviation: [1, 1] } },
    /expected 3 values/,
  ],
  ['a deviation of 0', { normalize: { kind: 'per_tensor', mean: 0, deviation: 0 } }, /other than 0/],
  ['a crop larger than the shorter side', { resize: { mode: 'crop', shorterSide: 1 } }, /shorterSide.*at least.*2/],
  ['padding of 256', { resize: { padding: 256 } }, /padding.*0 to 255/],
  ['a width of 0', { resize: { width: 0 } }, /width.*1 to 32767/],
])('%s is refused before any image', (_name, changes, message) => {
  expect(() => createPreprocessor(settings(changes))).toThrowError(
    expect.objectContaining({ code: 'PREPROCESS_INVALID', message: expect.stringMatching(message) }),
  );
});
