import { expect, test } from 'vitest';
import { createNormalization } from '../../../src/engine/preprocess/normalization.ts';
import type { TensorLayout } from '../../../src/engine/preprocess/tensor-layout.ts';
import { allocateFloats } from '../../../src/engine/preprocess/vector-writer.ts';
import { writePicture } from '../../../src/engine/preprocess/write-picture.ts';

/** Every byte occurs, in an order that is none. */
function picture(width: number, height: number, channels: number) {
  return {
    pixels: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 167 + 13) % 256),
    width,
    height,
    channels,
  };
}

/** The formula at the definition: pixel by pixel, without tables and vectors. Picture and tensor are of one size. */
function byDefinition(from: ReturnType<typeof picture>, { width, height, color, layout }: TensorLayout): Float32Array {
  const numbers = { rgb: [0.485, 0.456, 0.406, 0.229, 0.224, 0.225], bgr: [0.406, 0.456, 0.485, 0.225, 0.224, 0.229] };
  const of = color === 'gray' ? [0.5, 0.25] : numbers[color];
  const channels = of.length / 2;
  const expected = new Float32Array(channels * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < channels; channel++) {
      const place = color === 'bgr' ? 2 - channel : channel;
      const byte = from.pixels[pixel * from.channels + (from.channels === 1 ? 0 : place)] ?? 0;
      const value = (byte / 255 - (of[channel] ?? 0)) / (of[channels + channel] ?? 1);
      expected[layout === 'nchw' ? channel * width * height + pixel : pixel * channels + channel] = value;
    }
  }
  return expected;
}

for (const color of ['rgb', 'bgr', 'gray'] as const) {
  for (const layout of ['nchw', 'nhwc'] as const) {
    test(`${color} in ${layout} is the formula's value at every place, in both kinds of memory`, () => {
      // 167 × 111 pixels are neither a multiple of a vector nor of what is staged at a time (16384).
      const from = picture(167, 111, color === 'gray' ? 1 : 3);
      const tensor = { width: 167, height: 111, color, layout, padding: 0 };
      const settings =
        color === 'gray'
          ? ({ kind: 'per_tensor', mean: 0.5, deviation: 0.25 } as const)
          : ({ kind: 'torchvision' } as const);
      const expected = byDefinition(from, tensor);
      const offset = 5; // another item before this one
      for (const target of [
        new Float32Array(offset + expected.length + 3),
        allocateFloats(offset + expected.length + 3),
      ]) {
        target.fill(77);
        writePicture(from, tensor, createNormalization(settings, color), target, offset);
        const worst = expected.reduce(
          (most, value, i) => Math.max(most, Math.abs(value - (target[offset + i] ?? Number.NaN))),
          0,
        );
        expect(worst).toBeLessThan(6e-7);
        expect([...target.subarray(0, offset), ...target.subarray(offset + expected.length)]).toEqual(
          new Array(8).fill(77),
        );
      }
    });
  }
}

test('vectors give the very floats of the tables, with which padding is filled, for every byte', () => {
  const normalization = createNormalization({ kind: 'torchvision' }, 'rgb');
  for (const layout of ['nchw', 'nhwc'] as const) {
    const bytes = Uint8Array.from({ length: 3 * 256 }, (_, i) => Math.floor(i / 3));
    const target = new Float32Array(3 * 256);
    const tensor = { width: 256, height: 1, color: 'rgb', layout, padding: 0 } as const;
    writePicture({ pixels: bytes, width: 256, height: 1, channels: 3 }, tensor, normalization, target, 0);
    const expected = Float32Array.from({ length: 3 * 256 }, (_, i) => {
      const [channel, byte] = layout === 'nchw' ? [Math.floor(i / 256), i % 256] : [i % 3, Math.floor(i / 3)];
      return normalization.tables[channel]?.[byte] ?? Number.NaN;
    });
    expect(target).toEqual(expected);
  }
});

test('a picture that is larger, smaller or both is cut and padded the same with vectors as without', () => {
  const layout = { width: 40, height: 30, color: 'rgb', layout: 'nchw', padding: 114 } as const;
  const normalization = createNormalization({ kind: 'none' }, 'rgb');
  for (const [width, height] of [
    [53, 20],
    [31, 45],
    [41, 31],
    [12, 9],
  ] as const) {
    const floats = new Float32Array(3 * 40 * 30);
    const bytes = new Uint8Array(3 * 40 * 30); // written without vectors
    writePicture(picture(width, height, 3), layout, normalization, floats, 0);
    writePicture(picture(width, height, 3), layout, normalization, bytes, 0);
    expect([...floats]).toEqual([...bytes]);
  }
});
