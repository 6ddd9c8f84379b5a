import { errorText, InputError } from '../../kernel/errors.ts';
import { MalformedImage } from './formats/malformed-image.ts';
import { type Image, imageLibrary } from './image-library.ts';
import { imageLimits, imageTooLarge, refuseOversized } from './image-limits.ts';
import { type ImageSize, readImageSize } from './image-size.ts';
import type { Picture } from './picture.ts';

/** How large a picture is asked for, given the size of the image as shown; null: as large as it is. */
export interface Scaling {
  readonly kernel: 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3';
  /** The size that does not depend on the image, or null. */
  readonly fixed: ImageSize | null;
  scaled(image: ImageSize): ImageSize;
}

/**
 * Decodes what the image library knows: JPEG, PNG, WebP, GIF, TIFF, AVIF and SVG.
 * @throws MalformedImage with the library's words; InputError `IMAGE_TOO_LARGE`.
 */
export async function decodeWithLibrary(
  bytes: Uint8Array,
  scaling: Scaling | null,
  name: () => string,
): Promise<Picture> {
  return withLibrary(bytes, name, async (image, stored) => {
    // Reading the header once more takes as long as decoding a small image: only where the size is not known without.
    const isKnown = stored !== null && (scaling === null || scaling.fixed !== null);
    const shown = isKnown ? stored : await sizeAsShown(image, name);
    const upright = image.autoOrient().flatten();
    if (scaling !== null) {
      const { width, height } = scaling.fixed ?? scaling.scaled(shown);
      // The fast path may shrink while decoding JPEG by a factor that rounds the size down.
      upright.resize({ width, height, fit: 'fill', kernel: scaling.kernel, fastShrinkOnLoad: false });
    }
    const { data, info } = await upright
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { pixels: data, width: info.width, height: info.height, channels: info.channels };
  });
}

/** Width and height of an image as it is shown, EXIF orientation applied, from its header alone. Throws as `decodeWithLibrary` does. */
export function measureWithLibrary(bytes: Uint8Array, name: () => string): Promise<ImageSize> {
  return withLibrary(bytes, name, (image) => sizeAsShown(image, name));
}

/** Opens an image unless its header alone shows that it is too large; `stored` is the size there, where that is known. */
async function withLibrary<T>(
  bytes: Uint8Array,
  name: () => string,
  use: (image: Image, stored: ImageSize | null) => Promise<T>,
): Promise<T> {
  const sharp = await imageLibrary();
  const stored = readImageSize(bytes);
  if (stored !== null) refuseOversized(stored, name);
  try {
    return await use(sharp(bytes, { failOn: 'error', limitInputPixels: imageLimits.pixels }), stored);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const text = firstLine(errorText(cause));
    if (text.includes('pixel limit')) throw imageTooLarge(name, `more than ${imageLimits.pixels / 1e6} megapixels`);
    throw new MalformedImage(text === 'Unknown error' ? 'the decoder stops in it without a reason' : text, { cause });
  }
}

/** Reads the header with the library, which knows more formats than our reader, and the EXIF orientation. */
async function sizeAsShown(image: Image, name: () => string): Promise<ImageSize> {
  const { width, height, orientation = 1 } = await image.metadata();
  refuseOversized({ width, height }, name);
  // Orientations from 5 on lie on their side (Exif 2.32, tag 0x0112).
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/[\s.:]+$/, '');
}
