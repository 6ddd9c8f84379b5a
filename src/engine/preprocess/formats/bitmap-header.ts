import { MalformedImage, requireBytes } from './malformed-image.ts';

/** What stands before the pixels of a Windows or OS/2 bitmap, in a BMP file or in an icon. */
export interface BitmapHeader {
  readonly width: number;
  /** As stored: of an icon, that of the picture and its mask together. */
  readonly height: number;
  readonly isTopFirst: boolean;
  readonly bits: number;
  readonly encoding: 'plain' | 'rle4' | 'rle8' | 'masks';
  /** Red, green and blue of each colour, for up to 8 bits a pixel. */
  readonly palette: Uint8Array | null;
  /** Which bits of a pixel are red, green, blue and opacity, for 16 and 32 bits. */
  readonly masks: ChannelMasks | null;
  /** Where the palette ends, and in an icon the pixels begin. */
  readonly end: number;
}

export interface ChannelMasks {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** Lengths of the headers: core (OS/2 1), OS/2 2 short and long, info, with masks, with opacity, version 4, version 5. */
const lengths = [12, 16, 40, 52, 56, 64, 108, 124];

/** What the field "compression" says, by its value; OS/2 gives 3 and 4 other meanings. */
const encodings = ['plain', 'rle8', 'rle4', 'masks', 'a JPEG', 'a PNG', 'masks'];
const encodingsOfOs2 = ['plain', 'rle8', 'rle4', 'Huffman codes', 'runs of 24-bit pixels'];

/**
 * @param at Where the header begins.
 * @param room Where the palette must end: where the pixels begin, or the end of the file when that is not known.
 * @throws MalformedImage when it is cut off or says what cannot be.
 * @see https://learn.microsoft.com/windows/win32/gdi/bitmap-header-types
 */
export function readBitmapHeader(bytes: Uint8Array, at: number, room: number): BitmapHeader {
  requireBytes(bytes, at + 4, 'the length of the header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(at, true);
  if (!lengths.includes(length))
    throw new MalformedImage(`expected a header of ${lengths.join(', ')} bytes, got ${length}`);
  requireBytes(bytes, at + length, 'the header');
  const isCore = length === 12;
  const width = isCore ? view.getUint16(at + 4, true) : view.getInt32(at + 4, true);
  const signedHeight = isCore ? view.getUint16(at + 6, true) : view.getInt32(at + 8, true);
  if (width < 1 || signedHeight === 0) throw new MalformedImage(`the size is ${width} × ${signedHeight}`);
  const bits = view.getUint16(at + (isCore ? 10 : 14), true);
  const encoding = readEncoding(length >= 40 ? view.getUint32(at + 16, true) : 0, length, bits);
  if (encoding.startsWith('rle') && signedHeight < 0)
    throw new MalformedImage('its runs begin at the top, where only the bottom is allowed');
  // Masks stand in the header from 52 bytes on, and behind one of 40.
  const alphaFollows = length === 40 && view.getUint32(at + 16, true) === 6;
  const masksEnd = at + length + (length === 40 && encoding === 'masks' ? (alphaFollows ? 16 : 12) : 0);
  requireBytes(bytes, masksEnd, 'the header');
  const masks = encoding === 'masks' ? readMasks(view, at, bits, alphaFollows || length >= 56) : standardMasks(bits);
  const used = length >= 40 ? view.getUint32(at + 32, true) : 0;
  const colors = readPalette(bytes, { from: masksEnd, room, bits, used, entryBytes: isCore ? 3 : 4 });
  return { width, height: Math.abs(signedHeight), isTopFirst: signedHeight < 0, bits, encoding, masks, ...colors };
}

function readEncoding(value: number, length: number, bits: number): BitmapHeader['encoding'] {
  const name = (length === 64 ? encodingsOfOs2 : encodings)[value];
  const bitsOf: Record<string, readonly number[]> = {
    plain: [1, 4, 8, 16, 24, 32],
    rle8: [8],
    rle4: [4],
    masks: [16, 32],
  };
  const allowed = bitsOf[name ?? ''];
  if (allowed === undefined)
    throw new MalformedImage(`its pixels are ${name ?? `in encoding ${value}`}, which is not read`);
  if (!allowed.includes(bits)) throw new MalformedImage(`expected ${allowed.join(', ')} bits a pixel, got ${bits}`);
  return name as BitmapHeader['encoding'];
}

function standardMasks(bits: number): ChannelMasks | null {
  if (bits === 16) return { red: 0x7c00, green: 0x03e0, blue: 0x001f, alpha: 0 };
  // The fourth byte means nothing in a BMP file; an icon has its opacity there.
  if (bits === 32) return { red: 0x00ff_0000, green: 0xff00, blue: 0xff, alpha: 0 };
  return null;
}

function readMasks(view: DataView, at: number, bits: number, hasAlpha: boolean): ChannelMasks {
  const red = view.getUint32(at + 40, true);
  const green = view.getUint32(at + 44, true);
  const blue = view.getUint32(at + 48, true);
  const alpha = hasAlpha ? view.getUint32(at + 52, true) : 0;
  let taken = 0;
  for (const mask of [red, green, blue, alpha]) {
    const run = mask >>> trailingZeros(mask);
    const isRun = (run & (run + 1)) === 0;
    if (!isRun || (mask & taken) !== 0 || (bits === 16 && mask > 0xffff)) {
      throw new MalformedImage(`0x${mask.toString(16)} cannot be the bits of a channel beside the others'`);
    }
    taken |= mask;
  }
  if ((red | green | blue) === 0) throw new MalformedImage('no bits of a pixel are red, green or blue');
  return { red, green, blue, alpha };
}

/** Number of zero bits below the lowest one; 0 for 0. */
export function trailingZeros(mask: number): number {
  return mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
}

interface PalettePlace {
  readonly from: number;
  readonly room: number;
  readonly bits: number;
  /** Number of colours as the header says, 0 for all that the bits can name. */
  readonly used: number;
  readonly entryBytes: number;
}

function readPalette(bytes: Uint8Array, place: PalettePlace): { palette: Uint8Array | null; end: number } {
  const { from, room, bits, used, entryBytes } = place;
  if (bits > 8) return { palette: null, end: from + used * entryBytes };
  const most = 2 ** bits;
  if (used > most) throw new MalformedImage(`${used} colours are more than the ${most} of ${bits} bits`);
  const fitting = Math.floor((room - from) / entryBytes);
  const count = Math.min(used === 0 ? most : used, fitting);
  if (count < 1) throw new MalformedImage('the pixels begin where the palette should be');
  const end = from + count * entryBytes;
  requireBytes(bytes, end, 'the palette');
  const palette = new Uint8Array(count * 3);
  for (let color = 0; color < count; color++) {
    for (let channel = 0; channel < 3; channel++) {
      palette[color * 3 + channel] = bytes[from + color * entryBytes + 2 - channel] as number;
    }
  }
  return { palette, end };
}
