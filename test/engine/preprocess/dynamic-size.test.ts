import { expect, test } from 'vitest';
import { dynamicSize, frameOf, largestOf } from '../../../src/engine/preprocess/dynamic-size.ts';
import type { DynamicResize } from '../../../src/engine/settings.ts';

const page: DynamicResize = {
  mode: 'dynamic',
  width: 960,
  height: 960,
  side: 'both',
  multiple: 32,
  kernel: 'linear',
  padding: 0,
};
const line: DynamicResize = { ...page, width: 640, height: 48, side: 'height', multiple: 8 };

test.each([
  ['a page that fits keeps its size', 700, 500, 700, 500],
  // 960 / 1920 = 1/2
  ['a page that is too wide is scaled to the width', 1920, 1000, 960, 500],
  // 960 · 1001 / 2000 = 480.48
  ['a page that is too high is scaled to the height, and rounded', 1001, 2000, 480, 960],
  // 960 / 5000 = 0.19
  ['no side becomes 0', 5000, 1, 960, 1],
])('%s', (_name, width, height, scaledWidth, scaledHeight) => {
  expect(dynamicSize({ width, height }, page)).toEqual({ width: scaledWidth, height: scaledHeight });
});

test.each([
  // 48 · 100 / 20
  ['a small line grows to the height', 100, 20, 240],
  // 48 · 100 / 36 = 133.3
  ['the width of a line is rounded up', 100, 36, 134],
  ['a line that would be too wide is squeezed', 2000, 48, 640],
])('%s', (_name, width, height, scaledWidth) => {
  expect(dynamicSize({ width, height }, line)).toEqual({ width: scaledWidth, height: 48 });
});

test('a frame has whole multiples as sides, and the largest one holds all', () => {
  expect(frameOf({ width: 500, height: 960 }, page)).toEqual({ width: 512, height: 960 });
  expect(frameOf({ width: 1, height: 33 }, page)).toEqual({ width: 32, height: 64 });
  expect(
    largestOf([
      { width: 512, height: 32 },
      { width: 64, height: 96 },
    ]),
  ).toEqual({ width: 512, height: 96 });
});
