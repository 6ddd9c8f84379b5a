import { expect, test } from 'vitest';
import { DataImage } from '../../../src/engine/preprocess/data-image.ts';
import { encodeGrayPng } from '../../../src/engine/preprocess/encode.ts';
import { createPreprocessor } from '../../../src/engine/preprocess/preprocessor.ts';
import type { AugmentStep, PreprocessSettings } from '../../../src/engine/settings.ts';

const images = [await png(0), await png(100)];

test('the scaled picture is augmented before it is normalised', async () => {
  const values = await written(place(1), [step('solarize', { threshold: 50 }), step('brightness', { factor: 2 })]);
  // 100 is at or above 50 and becomes 155; twice that is cut to 255.
  expect(new Set(values)).toEqual(new Set([255]));
});

test('the values of an image depend on its place in the data, not on what was written before it', async () => {
  const noise = [step('gaussian_noise', { deviation: 30 })];
  const first = await written(place(0), noise);
  expect(await written(place(0), noise)).toEqual(first);
  expect(await written(new DataImage(bytes(0), 7, bytes), noise)).not.toEqual(first);
});

test('another image of the data is mixed in, scaled as the image itself', async () => {
  const values = await written(new DataImage(bytes(0), 0, () => bytes(1)), [step('mixup', { share: 0.5 })]);
  expect(new Set(values)).toEqual(new Set([50]));
});

test('an image of changing size is augmented in its frame', async () => {
  const resize = {
    mode: 'dynamic',
    side: 'both',
    width: 8,
    height: 8,
    multiple: 4,
    kernel: 'linear',
    padding: 0,
  } as const;
  const values = await written(place(1), [step('invert', {})], { resize });
  // 4 × 4 pixels of 255 − 100 in a frame of 8 × 8; the rest is padding.
  expect(values.filter((value) => value === 155).length).toBe(16);
  expect(values.filter((value) => value === 0).length).toBe(48);
});

test('an image that does not say where it stands cannot be augmented', async () => {
  await expect(written(bytes(0), [step('invert', {})])).rejects.toThrow(
    'item 0: expected an image with its place in the data, which augmentation draws by, got its bytes alone',
  );
});

test('an operator that nobody knows is refused before any image comes', () => {
  expect(() => createPreprocessor(settings([step('rotat', {})]))).toThrow('augment rotat: expected a known operator');
});

function step(operator: string, parameters: AugmentStep['parameters']): AugmentStep {
  return { operator, probability: 1, parameters };
}

function settings(operators: readonly AugmentStep[]): PreprocessSettings {
  return {
    resize: { mode: 'stretch', width: 8, height: 8, kernel: 'linear', shorterSide: null, padding: 0 },
    color: 'gray',
    normalize: { kind: 'none' },
    layout: 'nchw',
    augment: { seed: 3, operators },
  };
}

async function written(
  image: Uint8Array | DataImage,
  operators: readonly AugmentStep[],
  changes: Partial<PreprocessSettings> = {},
): Promise<number[]> {
  const target = new Float32Array(64);
  await createPreprocessor({ ...settings(operators), ...changes }).write(image, target, 0, () => 'item 0');
  return [...target];
}

function place(index: number): DataImage {
  return new DataImage(bytes(index), index, (share) => bytes(Math.floor(share * images.length)));
}

function bytes(index: number): Uint8Array {
  const found = images[index];
  if (found === undefined) throw new Error(`There is no image ${index}.`);
  return found;
}

function png(value: number): Promise<Uint8Array> {
  return encodeGrayPng(new Uint8Array(16).fill(value), 4, 4);
}
