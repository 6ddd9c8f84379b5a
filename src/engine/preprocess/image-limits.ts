import { InputError } from '../../kernel/errors.ts';
import type { ImageSize } from './image-size.ts';

/** What is refused before a pixel is decoded, so that a small file cannot ask for gigabytes. */
export const imageLimits = { pixels: 100_000_000, side: 32_767 } as const;

/** @throws InputError `IMAGE_TOO_LARGE`, with the image called what `name()` says. */
export function refuseOversized({ width, height }: ImageSize, name: () => string): void {
  if (width > imageLimits.side || height > imageLimits.side || width * height > imageLimits.pixels) {
    throw imageTooLarge(name, `${width} × ${height}`);
  }
}

export function imageTooLarge(name: () => string, size: string): InputError {
  return new InputError(
    'IMAGE_TOO_LARGE',
    `${name()}: expected at most ${imageLimits.pixels / 1e6} megapixels and ${imageLimits.side} pixels a side, got ${size}. Scale it down first.`,
  );
}
