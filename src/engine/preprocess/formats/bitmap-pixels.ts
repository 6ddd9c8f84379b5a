import { type BitmapHeader, type ChannelMasks, trailingZeros } from './bitmap-header.ts';
import { bitmapRuns } from './bitmap-runs.ts';
import { MalformedImage, requireBytes } from './malformed-image.ts';
import { bytesOfSamples } from './samples.ts';

/** The pixels of a bitmap from the top, three bytes each, and the opacity of each where the bitmap has any. */
export interface BitmapPixels {
  readonly colors: Uint8Array;
  readonly alpha: Uint8Array | null;
}

/**
 * @param header Its height is that of the picture alone.
 * @param from Where the pixels begin.
 * @throws MalformedImage when they are cut off or name a colour that is not in the palette.
 */
export function readBitmapPixels(bytes: Uint8Array, header: BitmapHeader, from: number): BitmapPixels {
  const { width, height, bits, encoding, palette, masks } = header;
  const colors = new Uint8Array(width * height * 3);
  if (encoding === 'rle4' || encoding === 'rle8') {
    const indices = bitmapRuns(bytes, from, width, height, bits);
    for (let row = 0; row < height; row++) {
      copyIndices(indices, row * width, 8, palette, colors, (height - 1 - row) * width, width);
    }
    return { colors, alpha: null };
  }
  const rowBytes = bitmapRowBytes(width, bits);
  // The padding of the last row may be missing: it is not part of the image.
  requireBytes(bytes, from + rowBytes * (height - 1) + Math.ceil((width * bits) / 8), 'the last row');
  const alpha = masks !== null && masks.alpha !== 0 ? new Uint8Array(width * height) : null;
  const copyMasked = masks === null ? null : maskedRowCopier(masks, bits / 8);
  for (let row = 0; row < height; row++) {
    const source = from + row * rowBytes;
    const place = (header.isTopFirst ? row : height - 1 - row) * width;
    if (bits <= 8) copyIndices(bytes, source, bits, palette, colors, place, width);
    else if (copyMasked === null) copyBlueFirst(bytes, source, colors, place, width);
    else copyMasked(bytes, source, colors, alpha, place, width);
  }
  return { colors, alpha };
}

/** Bytes of a row, which ends at a multiple of four. */
export function bitmapRowBytes(width: number, bits: number): number {
  return Math.ceil((width * bits) / 32) * 4;
}

/** Colours of `width` indices of `bits` each, the first in the highest bits. */
function copyIndices(
  bytes: Uint8Array,
  source: number,
  bits: number,
  palette: Uint8Array | null,
  colors: Uint8Array,
  place: number,
  width: number,
): void {
  if (palette === null) throw new MalformedImage('it has no palette');
  const mask = 2 ** bits - 1;
  for (let column = 0, to = place * 3; column < width; column++, to += 3) {
    const bit = column * bits;
    const index = ((bytes[source + (bit >> 3)] as number) >> (8 - bits - (bit & 7))) & mask;
    if (index * 3 >= palette.length) {
      throw new MalformedImage(`a pixel is of colour ${index}, and the palette has ${palette.length / 3}`);
    }
    colors[to] = palette[index * 3] as number;
    colors[to + 1] = palette[index * 3 + 1] as number;
    colors[to + 2] = palette[index * 3 + 2] as number;
  }
}

function copyBlueFirst(bytes: Uint8Array, source: number, colors: Uint8Array, place: number, width: number): void {
  const end = (place + width) * 3;
  for (let to = place * 3, from = source; to < end; to += 3, from += 3) {
    colors[to] = bytes[from + 2] as number;
    colors[to + 1] = bytes[from + 1] as number;
    colors[to + 2] = bytes[from] as number;
  }
}

type CopyMaskedRow = (
  bytes: Uint8Array,
  source: number,
  colors: Uint8Array,
  alpha: Uint8Array | null,
  place: number,
  width: number,
) => void;

/** Copies rows of pixels of `size` bytes, little-endian, of which masks tell the channels. */
function maskedRowCopier(masks: ChannelMasks, size: number): CopyMaskedRow {
  const [red, green, blue, opacity] = [masks.red, masks.green, masks.blue, masks.alpha].map(channelReader);
  if (red === undefined || green === undefined || blue === undefined || opacity === undefined) throw new RangeError();
  return (bytes, source, colors, alpha, place, width) => {
    for (let column = 0; column < width; column++) {
      const from = source + column * size;
      const low = (bytes[from] as number) | ((bytes[from + 1] as number) << 8);
      const pixel = size === 2 ? low : low | ((bytes[from + 2] as number) << 16) | ((bytes[from + 3] as number) << 24);
      const to = (place + column) * 3;
      colors[to] = red(pixel);
      colors[to + 1] = green(pixel);
      colors[to + 2] = blue(pixel);
      if (alpha !== null) alpha[place + column] = opacity(pixel);
    }
  };
}

/** The byte of a channel of a pixel; of more than 16 bits the upper 16 count, and a channel without bits is 0. */
function channelReader(mask: number): (pixel: number) => number {
  const shift = trailingZeros(mask);
  const bits = 32 - Math.clz32(mask >>> shift);
  const surplus = Math.max(0, bits - 16);
  const maximum = (mask >>> shift) >>> surplus;
  const scaled = maximum === 0 ? Uint8Array.of(0) : bytesOfSamples(maximum);
  return (pixel) => scaled[((pixel & mask) >>> shift) >>> surplus] as number;
}
