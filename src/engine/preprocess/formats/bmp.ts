import { type BitmapHeader, readBitmapHeader } from './bitmap-header.ts';
import { readBitmapPixels } from './bitmap-pixels.ts';
import { MalformedImage, requireBytes } from './malformed-image.ts';
import type { OwnFormat } from './own-format.ts';
import { overBlack } from './samples.ts';

/**
 * BMP files of Windows and OS/2: 1, 4, 8, 16, 24 and 32 bits a pixel, plain, in runs or with masks, from either end.
 * @see https://learn.microsoft.com/windows/win32/gdi/bitmap-storage
 */
export const bmp: OwnFormat = {
  size: (bytes) => readHeader(bytes).header,
  decode(bytes) {
    const { header, pixelsAt } = readHeader(bytes);
    const { colors, alpha } = readBitmapPixels(bytes, header, pixelsAt);
    if (alpha !== null) layOverBlack(colors, alpha);
    return { pixels: colors, width: header.width, height: header.height, channels: 3 };
  },
};

const fileHeaderLength = 14;

function readHeader(bytes: Uint8Array): { header: BitmapHeader; pixelsAt: number } {
  requireBytes(bytes, fileHeaderLength + 4, 'the header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixelsAt = view.getUint32(10, true);
  const header = readBitmapHeader(bytes, fileHeaderLength, pixelsAt);
  const headerEnd = fileHeaderLength + view.getUint32(fileHeaderLength, true);
  if (pixelsAt < headerEnd) throw new MalformedImage(`the pixels begin at byte ${pixelsAt}, inside the header`);
  return { header, pixelsAt };
}

/** Multiplies colours (three bytes a pixel) by opacity (a byte a pixel), in place. */
export function layOverBlack(colors: Uint8Array, alpha: Uint8Array): void {
  for (let pixel = 0, place = 0; pixel < alpha.length; pixel++) {
    const opacity = alpha[pixel] as number;
    for (const end = place + 3; place < end; place++) colors[place] = overBlack(colors[place] as number, opacity);
  }
}
