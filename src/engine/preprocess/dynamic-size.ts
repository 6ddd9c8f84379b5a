import type { DynamicResize } from '../settings.ts';
import type { ImageSize } from './image-size.ts';

/**
 * The size to which a dynamic resize scales an image of this size.
 *
 * `height`: to the height of the settings; the width is rounded up, and an image that is wider than allowed is squeezed to the
 * largest width (as PaddleOCR's `resize_norm_img` does). `both`: down to fit, never up; no side becomes 0.
 * @see https://github.com/PaddlePaddle/PaddleOCR/blob/v2.8.1/tools/infer/predict_rec.py (`resize_norm_img`)
 */
export function dynamicSize({ width, height }: ImageSize, settings: DynamicResize): ImageSize {
  // Multiplied before it is divided: a quotient that is a whole number stays one.
  if (settings.side === 'height') {
    return { width: Math.min(settings.width, Math.ceil((settings.height * width) / height)), height: settings.height };
  }
  if (width <= settings.width && height <= settings.height) return { width, height };
  return width * settings.height >= height * settings.width
    ? { width: settings.width, height: Math.max(1, Math.round((settings.width * height) / width)) }
    : { width: Math.max(1, Math.round((settings.height * width) / height)), height: settings.height };
}

/** The frame that holds a scaled image: its sides rounded up to whole multiples. */
export function frameOf({ width, height }: ImageSize, { multiple }: DynamicResize): ImageSize {
  return { width: Math.ceil(width / multiple) * multiple, height: Math.ceil(height / multiple) * multiple };
}

/** The smallest frame that holds all of these. */
export function largestOf(frames: readonly ImageSize[]): ImageSize {
  let width = 0;
  let height = 0;
  for (const frame of frames) {
    width = Math.max(width, frame.width);
    height = Math.max(height, frame.height);
  }
  return { width, height };
}
