import { errorText, InputError } from '../../kernel/errors.ts';
import type { FixedResize } from '../settings.ts';
import { type Image, imageLibrary } from './image-library.ts';
import { type ImageSize, readImageSize } from './image-size.ts';
import type { Picture } from './picture.ts';

export type { Picture } from './picture.ts';

/** What is refused before a pixel is decoded, so that a small file cannot ask for gigabytes. */
export const imageLimits = { pixels: 100_000_000, side: 32_767 } as const;

/**
 * Decodes an image and scales it as `resize` asks (`scaledSize`). For `crop` and `letterbox` the picture is the whole scaled image, larger or
 * smaller than the target: cutting and padding belong to the copy into the tensor (`writePicture`), which happens anyway.
 *
 * EXIF orientation is applied. Transparent parts are laid over black. 16-bit, CMYK and profiled images become 8-bit sRGB.
 * Of an animation or a file with several pages, the first is taken.
 *
 * @param name What to call the image in an error, such as `item 12`; asked for only then.
 * @throws InputError `IMAGE_INVALID` or `IMAGE_TOO_LARGE`.
 */
export async function decodePicture(bytes: Uint8Array, resize: FixedResize, name: () => string): Promise<Picture> {
  const sharp = await imageLibrary();
  try {
    const image = sharp(bytes, { failOn: 'error', limitInputPixels: imageLimits.pixels });
    const stored = readImageSize(bytes);
    if (stored !== null) refuseOversized(stored, name);
    const { width, height } = resize.mode === 'stretch' && stored !== null ? stored : await sizeAsShown(image, name);
    const scaled = scaledSize(width, height, resize);
    const { data, info } = await image
      .autoOrient()
      .flatten()
      // The fast path may shrink while decoding JPEG by a factor that rounds the size down.
      .resize({ ...scaled, fit: 'fill', kernel: resize.kernel, fastShrinkOnLoad: false })
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

/** Reads the header with the library, which knows more formats than our reader, and the EXIF orientation. */
async function sizeAsShown(image: Image, name: () => string): Promise<ImageSize> {
  const { width, height, orientation = 1 } = await image.metadata();
  refuseOversized({ width, height }, name);
  // Orientations from 5 on lie on their side (Exif 2.32, tag 0x0112).
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/**
 * The size to which an image of `width` × `height`, as shown, is scaled before it is cut or padded.
 *
 * `crop` follows torchvision's `Resize`: the shorter side becomes `shorterSide`, and the longer `int(shorterSide * long / short)`,
 * truncated. Without `shorterSide`, the image is scaled to cover the target in the same way; for `letterbox`, to fit into it. No side becomes 0.
 * @see https://github.com/pytorch/vision/blob/v0.20.0/torchvision/transforms/functional.py (`_compute_resized_output_size`)
 */
export function scaledSize(
  width: number,
  height: number,
  { width: targetWidth, height: targetHeight, mode, shorterSide }: FixedResize,
): { readonly width: number; readonly height: number } {
  if (mode === 'stretch') return { width: targetWidth, height: targetHeight };
  const boxWidth = mode === 'crop' ? (shorterSide ?? targetWidth) : targetWidth;
  const boxHeight = mode === 'crop' ? (shorterSide ?? targetHeight) : targetHeight;
  // Multiplied before it is divided, as torchvision does: a quotient that is a whole number stays one.
  const widthAtBoxHeight = Math.max(1, Math.trunc((boxHeight * width) / height));
  const heightAtBoxWidth = Math.max(1, Math.trunc((boxWidth * height) / width));
  const isWider = width * boxHeight >= height * boxWidth;
  const keepsHeight = mode === 'crop' ? isWider : !isWider;
  return keepsHeight ? { width: widthAtBoxHeight, height: boxHeight } : { width: boxWidth, height: heightAtBoxWidth };
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
