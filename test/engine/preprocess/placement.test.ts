import { expect, test } from 'vitest';
import { edgesInImage, quadInImage } from '../../../src/engine/preprocess/placement.ts';
import { createPreprocessor } from '../../../src/engine/preprocess/preprocessor.ts';
import type { ResizeSettings } from '../../../src/engine/settings.ts';

function placementOf(resize: ResizeSettings, width: number, height: number) {
  const preprocessor = createPreprocessor({ resize, color: 'rgb', normalize: { kind: 'none' }, layout: 'nchw' });
  return preprocessor.placementOf({ width, height });
}

const fixed = { width: 100, height: 100, kernel: 'linear', shorterSide: null, padding: 0 } as const;

test('a letterboxed image lies in the middle, a cropped one begins outside, a dynamic one in the corner', () => {
  // 200 × 100 becomes 100 × 50, and 25 rows are free above
  expect(placementOf({ ...fixed, mode: 'letterbox' }, 200, 100)).toEqual({ left: 0, top: 25, width: 100, height: 50 });
  // 200 × 100 covers the target as it is, and 50 columns are cut at the left
  expect(placementOf({ ...fixed, mode: 'crop' }, 200, 100)).toEqual({ left: -50, top: 0, width: 200, height: 100 });
  expect(
    placementOf({ ...fixed, mode: 'dynamic', width: 128, height: 128, side: 'both', multiple: 32 }, 256, 100),
  ).toEqual({ left: 0, top: 0, width: 128, height: 50 });
});

test('a quadrilateral of the frame is scaled into the image, and kept within it', () => {
  const placement = { left: 0, top: 25, width: 100, height: 50 };
  expect(quadInImage([10, 35, 60, 35, 60, 45, 10, 45], placement, { width: 200, height: 100 })).toEqual([
    20, 20, 120, 20, 120, 40, 20, 40,
  ]);
  expect(quadInImage([-4, 10, 104, 10, 104, 90, -4, 90], placement, { width: 200, height: 100 })).toEqual([
    0, 0, 200, 0, 200, 100, 0, 100,
  ]);
});

test('edges of the frame are scaled into the image, and cut at its border', () => {
  const placement = { left: 0, top: 25, width: 100, height: 50 };
  const image = { width: 200, height: 100 };
  expect(edgesInImage([10, 35, 60, 45], placement, image)).toEqual([20, 20, 120, 40]);
  expect(edgesInImage([-4, 10, 104, 90], placement, image)).toEqual([0, 0, 200, 100]);
});
