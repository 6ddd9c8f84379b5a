import { errorText, InputError } from '../../kernel/errors.ts';
import type { PreprocessSettings } from '../settings.ts';
import { imageLibrary } from './image-library.ts';
import { readImageSize } from './image-size.ts';

/** What is refused before a pixel is decoded, so that a small file cannot ask for gigabytes. */
export const imageLimits = { pixels: 100_000_000, side: 32_767 } as const;

/** A decoded image: 8 bits a channel, sRGB or grey, row by row from the top, channels interleaved. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: number;
}

/**
 * Decodes an image and scales it as `resize` asks. For `crop` and `letterbox` the picture is the whole scaled image, larger or
 * smaller than the target: cutting and padding belong to the copy into the tensor (`writePicture`), which happens anyway.
 *
 * EXIF orientation is applied. Transparent parts are laid over black. 16-bit, CMYK and profiled images become 8-bit sRGB.
 * Of an animation or a file with several pages, the first is taken.
 *
 * @param name What to call the image in an error, such as `item 12`; asked for only then.
 * @throws InputError `IMAGE_INVALID` or `IMAGE_TOO_LARGE`.
 */
export async function decodePicture(
  bytes: Uint8Array,
  resize: PreprocessSettings['resize'],
  name: () => string,
): Promise<Picture> {
  const sharp = await imageLibrary();
  try {
    const image = sharp(bytes, { failOn: 'error', limitInputPixels: imageLimits.pixels });
    refuseOversized(readImageSize(bytes) ?? (await image.metadata()), name);
    const { data, info } = await image
      .autoOrient()
      .flatten()
      // The fast path may shrink while decoding JPEG by a factor that rounds the size down.
      .resize({ ...scaledBox(resize), kernel: resize.kernel, fastShrinkOnLoad: false })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { pixels: data, width: info.width, height: info.height, channels: info.channels };
  } catch (error) {
    if (error instanceof InputError) throw error;
    const text = errorText(error);
    if (text.includes('pixel limit')) throw tooLarge(name, `more than ${imageLimits.pixels / 1e6} megapixels`);
    throw new InputError(
      'IMAGE_INVALID',
      `${name()}: expected an encoded image (JPEG, PNG, WebP, GIF, TIFF, AVIF or SVG), got ${describe(bytes)}: ${firstLine(text)}. Replace or remove it.`,
      { cause: error },
    );
  }
}

/** The box to scale into, and which side decides. */
function scaledBox(resize: PreprocessSettings['resize']): {
  width: number;
  height: number;
  fit: 'fill' | 'outside' | 'inside';
} {
  const { width, height, shorterSide } = resize;
  if (resize.mode === 'stretch') return { width, height, fit: 'fill' };
  if (resize.mode === 'letterbox') return { width, height, fit: 'inside' };
  return { width: shorterSide ?? width, height: shorterSide ?? height, fit: 'outside' };
}

function refuseOversized({ width, height }: { width: number; height: number }, name: () => string): void {
  if (width > imageLimits.side || height > imageLimits.side || width * height > imageLimits.pixels) {
    throw tooLarge(name, `${width} × ${height}`);
  }
}

function tooLarge(name: () => string, size: string): InputError {
  return new InputError(
    'IMAGE_TOO_LARGE',
    `${name()}: expected at most ${imageLimits.pixels / 1e6} megapixels and ${imageLimits.side} pixels a side, got ${size}. Scale it down first.`,
  );
}

/** Length and first bytes, as text where they are text: enough to recognise an error page or a text file. */
function describe(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'an empty file';
  const start = Array.from(bytes.subarray(0, 16), (byte) =>
    byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·',
  ).join('');
  return `${bytes.length} bytes that start with "${start}"`;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/\.$/, '');
}
