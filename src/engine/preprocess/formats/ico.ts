import { type BitmapHeader, readBitmapHeader } from './bitmap-header.ts';
import { bitmapRowBytes, readBitmapPixels } from './bitmap-pixels.ts';
import { layOverBlack } from './bmp.ts';
import { MalformedImage, requireBytes } from './malformed-image.ts';
import type { OwnFormat } from './own-format.ts';

/**
 * Icons and cursors of Windows that hold bitmaps; those that hold a PNG are decoded as one (`pngInIcon`). Of several images the
 * largest counts, and of those of one size that with more bits a pixel, or more bytes.
 * @see https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10)
 */
export const ico: OwnFormat = {
  size: readBitmap,
  decode(bytes) {
    const header = readBitmap(bytes);
    const { width, height } = header;
    const { colors, alpha } = readBitmapPixels(bytes, header, header.end);
    const opacity = alpha?.some((value) => value > 0) ? alpha : readMask(bytes, header);
    layOverBlack(colors, opacity);
    return { pixels: colors, width, height, channels: 3 };
  },
};

/** The PNG file that is the icon's largest image; null when that is a bitmap. */
export function pngInIcon(bytes: Uint8Array): Uint8Array | null {
  const { from, length } = largestEntry(bytes);
  const content = bytes.subarray(from, from + length);
  return pngSignature.every((byte, index) => content[index] === byte) ? content : null;
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const directoryStart = 6;
const entryLength = 16;

interface Entry {
  readonly from: number;
  readonly length: number;
}

function largestEntry(bytes: Uint8Array): Entry {
  requireBytes(bytes, directoryStart, 'the header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isIcon = view.getUint16(2, true) === 1;
  const count = view.getUint16(4, true);
  if (count === 0) throw new MalformedImage('it holds no image');
  requireBytes(bytes, directoryStart + count * entryLength, 'the directory');
  let best: { entry: Entry; rank: readonly number[] } | null = null;
  for (let index = 0; index < count; index++) {
    const at = directoryStart + index * entryLength;
    const length = view.getUint32(at + 8, true);
    // A side of 0 is one of 256. In a cursor, the hot spot stands where an icon has its bits a pixel.
    const pixels = (view.getUint8(at) || 256) * (view.getUint8(at + 1) || 256);
    const rank = [pixels, isIcon ? view.getUint16(at + 6, true) : 0, length];
    if (best === null || isGreater(rank, best.rank))
      best = { entry: { from: view.getUint32(at + 12, true), length }, rank };
  }
  const { entry } = best as { entry: Entry };
  requireBytes(bytes, entry.from + entry.length, 'the largest image');
  return entry;
}

/** Whether the first numbers that differ are in order of size. */
function isGreater(a: readonly number[], b: readonly number[]): boolean {
  const index = a.findIndex((value, place) => value !== b[place]);
  return index >= 0 && (a[index] as number) > (b[index] as number);
}

/** The bitmap's header says the height of the picture and the mask below it together. */
function readBitmap(bytes: Uint8Array): BitmapHeader {
  const { from, length } = largestEntry(bytes);
  const header = readBitmapHeader(bytes.subarray(0, from + length), from, from + length);
  if (header.encoding !== 'plain' || header.isTopFirst)
    throw new MalformedImage('an icon must be plain, from the bottom');
  if (header.height % 2 !== 0)
    throw new MalformedImage(`expected an even height, picture and mask, got ${header.height}`);
  // In an icon of 32 bits, the fourth byte is opacity.
  const masks = header.bits === 32 && header.masks !== null ? { ...header.masks, alpha: 0xff00_0000 } : header.masks;
  return { ...header, height: header.height / 2, masks };
}

/** 0 where the mask below the picture has a one, which lets the background show, and 255 elsewhere. */
function readMask(bytes: Uint8Array, { width, height, bits, end }: BitmapHeader): Uint8Array {
  const rowBytes = bitmapRowBytes(width, 1);
  const from = end + bitmapRowBytes(width, bits) * height;
  requireBytes(bytes, from + rowBytes * (height - 1) + Math.ceil(width / 8), 'the mask');
  const opacity = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const place = (height - 1 - row) * width;
    for (let column = 0; column < width; column++) {
      const byte = bytes[from + row * rowBytes + (column >> 3)] as number;
      opacity[place + column] = (byte >> (7 - (column & 7))) & 1 ? 0 : 255;
    }
  }
  return opacity;
}
