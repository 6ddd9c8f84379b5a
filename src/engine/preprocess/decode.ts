import { InputError } from '../../kernel/errors.ts';
import type { FixedResize } from '../settings.ts';
import { pngInIcon } from './formats/ico.ts';
import { type ImageFormat, imageFormat, imageFormatNames } from './formats/image-format.ts';
import { MalformedImage } from './formats/malformed-image.ts';
import { ownFormats } from './formats/own-formats.ts';
import { refuseReferences } from './formats/svg-references.ts';
import { refuseOversized } from './image-limits.ts';
import type { ImageSize } from './image-size.ts';
import { decodeWithLibrary, measureWithLibrary, type Scaling } from './library-decoder.ts';
import type { Picture } from './picture.ts';
import { resizePicture } from './resize-picture.ts';
import { decodeUsualJpeg } from './usual-jpeg.ts';

export type { Picture } from './picture.ts';

/**
 * Decodes an image and scales it as `resize` asks (`scaledSize`). For `crop` and `letterbox` the picture is the whole scaled image, larger or
 * smaller than the target: cutting and padding belong to the copy into the tensor (`writePicture`), which happens anyway.
 *
 * The format is told by the content (`imageFormat`). EXIF orientation is applied. Transparent parts are laid over black. 16-bit, CMYK and
 * profiled images become 8-bit sRGB. Of an animation or a file with several pages, the first is taken; of an icon the largest.
 *
 * @param name What to call the image in an error, such as `item 12`; asked for only then.
 * @throws InputError `IMAGE_INVALID` or `IMAGE_TOO_LARGE`.
 */
export function decodePicture(bytes: Uint8Array, resize: FixedResize, name: () => string): Promise<Picture> {
  const { mode, width, height, kernel } = resize;
  const scaling: Scaling = {
    kernel,
    fixed: mode === 'stretch' ? { width, height } : null,
    scaled: (image) => scaledSize(image.width, image.height, resize),
  };
  return withContent(bytes, name, (content) => decodeContent(content, scaling, name));
}

/** Decodes an image at its own size, as it is shown; the rest is as in `decodePicture`. */
export function decodeWhole(bytes: Uint8Array, name: () => string): Promise<Picture> {
  return withContent(bytes, name, (content) => decodeContent(content, null, name));
}

/**
 * Width and height of an image as it is shown, EXIF orientation applied, from its header alone.
 * @throws InputError `IMAGE_INVALID` or `IMAGE_TOO_LARGE`.
 */
export function measurePicture(bytes: Uint8Array, name: () => string): Promise<ImageSize> {
  return withContent(bytes, name, async ({ format, data }) => {
    const own = ownFormats[format];
    if (own === undefined) return measureWithLibrary(data, name);
    const { width, height } = own.size(data);
    refuseOversized({ width, height }, name);
    return { width, height };
  });
}

/** An image without its wrapping: of an icon that is a PNG file, that file. */
interface Content {
  readonly format: ImageFormat;
  readonly data: Uint8Array;
}

async function decodeContent({ format, data }: Content, scaling: Scaling | null, name: () => string): Promise<Picture> {
  if (format === 'jpeg' && scaling !== null) {
    const picture = await decodeUsualJpeg(data, scaling, name);
    if (picture !== null) return picture;
  }
  const own = ownFormats[format];
  if (own === undefined) return decodeWithLibrary(data, scaling, name);
  refuseOversized(own.size(data), name);
  const whole = own.decode(data);
  if (scaling === null) return whole;
  const { width, height } = scaling.scaled(whole);
  return resizePicture(whole, width, height, scaling.kernel);
}

/** Recognises an image and turns what is found wrong with it into an error that names it. */
async function withContent<T>(
  bytes: Uint8Array,
  name: () => string,
  use: (content: Content) => Promise<T>,
): Promise<T> {
  const format = imageFormat(bytes);
  try {
    if (format === null) throw new MalformedImage('it begins like none of them');
    if (format === 'svg') refuseReferences(bytes);
    const png = format === 'ico' ? pngInIcon(bytes) : null;
    return await use(png === null ? { format, data: bytes } : { format: 'png', data: png });
  } catch (cause) {
    if (!(cause instanceof MalformedImage)) throw cause;
    throw new InputError(
      'IMAGE_INVALID',
      `${name()}: expected an encoded image (${imageFormatNames}), got ${describe(bytes, format)}: ${cause.message}. Replace or remove it.`,
      { cause },
    );
  }
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

/** Length, and the format or the first bytes, as text where they are text: enough to recognise an error page or a text file. */
function describe(bytes: Uint8Array, format: ImageFormat | null): string {
  if (bytes.length === 0) return 'an empty file';
  if (format !== null) return `${bytes.length} bytes of ${format.toUpperCase()}`;
  const start = Array.from(bytes.subarray(0, 16), (byte) =>
    byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·',
  ).join('');
  return `${bytes.length} bytes that start with "${start}"`;
}
