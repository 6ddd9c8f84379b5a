import { MalformedImage, requireBytes } from './malformed-image.ts';
import type { OwnFormat } from './own-format.ts';
import { bytesOfSamples, overBlack } from './samples.ts';

/**
 * Truevision TGA 1.0 and 2.0: colour-mapped, true-colour and grey, plain or run-length encoded, whichever corner comes first.
 *
 * Opacity counts where the header has 8 bits of it, unless the extension area calls them meaningless, or the colours
 * multiplied by it already. The one bit of 16-bit pixels does not count: programs disagree on which value means opaque.
 * @see Truevision TGA File Format Specification, version 2.0 (1991)
 */
export const tga: OwnFormat = {
  size: readHeader,
  decode(bytes) {
    const header = readHeader(bytes);
    const { width, height } = header;
    const colors = header.map === null ? null : readMap(bytes, header, header.map);
    const units = header.isRunLength ? expandRuns(bytes, header) : plainUnits(bytes, header);
    const channels = header.isGray ? 1 : 3;
    const pixels = new Uint8Array(width * height * channels);
    const values: Values = { bytes: units, size: header.unitBytes, alpha: alphaUse(bytes, header) };
    for (let row = 0, unit = 0; row < height; row++) {
      const line = header.isTopFirst ? row : height - 1 - row;
      for (let column = 0; column < width; column++, unit++) {
        const place = (line * width + (header.isRightFirst ? width - 1 - column : column)) * channels;
        if (header.isGray) pixels[place] = grayOf(values, unit);
        else if (header.map === null || colors === null) copyColor(values, unit, pixels, place);
        else copyColor(colors, mapEntry(units, unit, header.map), pixels, place);
      }
    }
    return { pixels, width, height, channels };
  },
};

/** Whether the bytes begin as a TGA file does. There is no magic number: fields must be possible and agree with each other. */
export function looksLikeTga(bytes: Uint8Array): boolean {
  if (bytes.length < headerLength) return false;
  const [mapType, type] = [bytes[1] as number, bytes[2] as number];
  const isMapped = type === 1 || type === 9;
  if (!(isMapped || type === 2 || type === 3 || type === 10 || type === 11)) return false;
  if (footerOffset(bytes) !== null) return mapType <= 1;
  if (isMapped !== (mapType === 1)) return false;
  // Without a map, its description is empty.
  if (!isMapped && bytes.subarray(3, 8).some((byte) => byte !== 0)) return false;
  try {
    readHeader(bytes);
    return true;
  } catch {
    return false;
  }
}

const headerLength = 18;
const footerLength = 26;
const signature = 'TRUEVISION-XFILE.\0';

interface ColorMap {
  readonly first: number;
  readonly length: number;
  readonly entryBits: number;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly isGray: boolean;
  readonly isRunLength: boolean;
  readonly isRightFirst: boolean;
  readonly isTopFirst: boolean;
  readonly alphaBits: number;
  /** Bytes of a pixel as stored: 1 to 4. */
  readonly unitBytes: number;
  readonly map: ColorMap | null;
  readonly mapStart: number;
  readonly pixelStart: number;
}

function readHeader(bytes: Uint8Array): Header {
  requireBytes(bytes, headerLength, 'the header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getUint8(2);
  if (![1, 2, 3, 9, 10, 11].includes(type)) throw new MalformedImage(`images of type ${type} are not known`);
  const [width, height] = [view.getUint16(12, true), view.getUint16(14, true)];
  if (width === 0 || height === 0) throw new MalformedImage(`the size is ${width} × ${height}`);
  const bits = view.getUint8(16);
  const descriptor = view.getUint8(17);
  if ((descriptor & 0xc0) !== 0) throw new MalformedImage('its rows are interleaved');
  const isMapped = (type & 7) === 1;
  const isGray = (type & 7) === 3;
  const possible = isMapped ? [8] : isGray ? [8, 16] : [15, 16, 24, 32];
  if (!possible.includes(bits)) {
    throw new MalformedImage(
      `expected pixels of ${possible.join(' or ')} bits in an image of type ${type}, got ${bits}`,
    );
  }
  const alphaBits = descriptor & 15;
  if (alphaBits > 8) throw new MalformedImage(`expected at most 8 bits of opacity, got ${alphaBits}`);
  const hasMap = view.getUint8(1) === 1;
  if (isMapped && !hasMap) throw new MalformedImage('its pixels are indices, and it has no colour map');
  const map = { first: view.getUint16(3, true), length: view.getUint16(5, true), entryBits: view.getUint8(7) };
  if (hasMap && ![15, 16, 24, 32].includes(map.entryBits)) {
    throw new MalformedImage(`expected colours of 15, 16, 24 or 32 bits in the map, got ${map.entryBits}`);
  }
  const mapStart = headerLength + view.getUint8(0);
  const mapBytes = hasMap ? map.length * Math.ceil(map.entryBits / 8) : 0;
  return {
    width,
    height,
    isGray,
    isRunLength: type >= 9,
    isRightFirst: (descriptor & 0x10) !== 0,
    isTopFirst: (descriptor & 0x20) !== 0,
    alphaBits,
    unitBytes: Math.ceil(bits / 8),
    map: isMapped ? map : null,
    mapStart,
    pixelStart: mapStart + mapBytes,
  };
}

/** What opacity does to colours: nothing, or they are multiplied by it. */
type AlphaUse = 'ignored' | 'multiplied';

/** Colours or grey values as stored: `size` bytes each, blue first. */
interface Values {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly alpha: AlphaUse;
}

/** Where the footer of version 2 begins; null where there is none. */
function footerOffset(bytes: Uint8Array): number | null {
  const offset = bytes.length - footerLength;
  if (offset < headerLength) return null;
  const text = String.fromCharCode(...bytes.subarray(offset + 8));
  return text === signature ? offset : null;
}

function alphaUse(bytes: Uint8Array, { alphaBits }: Header): AlphaUse {
  if (alphaBits !== 8) return 'ignored';
  const footer = footerOffset(bytes);
  if (footer === null) return 'multiplied';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The attributes type is byte 494 of the extension area: 0 to 2 no opacity or none to be used, 3 useful, 4 premultiplied.
  const place = view.getUint32(footer, true) + 494;
  if (place === 494 || place >= bytes.length) return 'multiplied';
  return view.getUint8(place) === 3 ? 'multiplied' : 'ignored';
}

function readMap(bytes: Uint8Array, header: Header, map: ColorMap): Values {
  requireBytes(bytes, header.pixelStart, 'the colour map');
  const size = Math.ceil(map.entryBits / 8);
  return { bytes: bytes.subarray(header.mapStart, header.pixelStart), size, alpha: alphaUse(bytes, header) };
}

function plainUnits(bytes: Uint8Array, { pixelStart, width, height, unitBytes }: Header): Uint8Array {
  const end = pixelStart + width * height * unitBytes;
  requireBytes(bytes, end, 'the last pixel');
  return bytes.subarray(pixelStart, end);
}

/** A packet is a byte, of which the highest bit tells a run of one pixel from as many pixels, and the others how many less one. */
function expandRuns(bytes: Uint8Array, { pixelStart, width, height, unitBytes }: Header): Uint8Array {
  const length = width * height * unitBytes;
  const fewest = Math.ceil((width * height) / 128);
  requireBytes(bytes, pixelStart + fewest * (1 + unitBytes), 'the shortest code of so many pixels');
  const units = new Uint8Array(length);
  let position = pixelStart;
  for (let place = 0; place < length; ) {
    const packet = bytes[position];
    if (packet === undefined) throw new MalformedImage(`the pixels are cut off at byte ${position}`);
    const isRun = packet >= 128;
    const end = place + ((packet & 127) + 1) * unitBytes;
    if (end > length) throw new MalformedImage(`the packet at byte ${position} leaves the image`);
    const source = position + 1;
    position = source + (isRun ? unitBytes : end - place);
    requireBytes(bytes, position, `the packet at byte ${source - 1}`);
    if (isRun) {
      for (let index = 0; place < end; index++, place++) units[place] = bytes[source + (index % unitBytes)] as number;
    } else {
      units.set(bytes.subarray(source, position), place);
      place = end;
    }
  }
  return units;
}

function mapEntry(units: Uint8Array, unit: number, { first, length }: ColorMap): number {
  const stored = units[unit] as number;
  const entry = stored - first;
  if (entry < 0 || entry >= length) {
    throw new MalformedImage(`a pixel is of colour ${stored}, and the map has ${first} to ${first + length - 1}`);
  }
  return entry;
}

function grayOf({ bytes, size, alpha }: Values, unit: number): number {
  const value = bytes[unit * size] as number;
  return size === 2 && alpha === 'multiplied' ? overBlack(value, bytes[unit * size + 1] as number) : value;
}

const fiveBits = bytesOfSamples(31);

function copyColor({ bytes, size, alpha }: Values, unit: number, pixels: Uint8Array, place: number): void {
  const from = unit * size;
  const first = bytes[from] as number;
  if (size === 2) {
    const word = first + 256 * (bytes[from + 1] as number);
    pixels[place] = fiveBits[(word >> 10) & 31] as number;
    pixels[place + 1] = fiveBits[(word >> 5) & 31] as number;
    pixels[place + 2] = fiveBits[word & 31] as number;
    return;
  }
  const opacity = size === 4 && alpha === 'multiplied' ? (bytes[from + 3] as number) : 255;
  pixels[place] = overBlack(bytes[from + 2] as number, opacity);
  pixels[place + 1] = overBlack(bytes[from + 1] as number, opacity);
  pixels[place + 2] = overBlack(first, opacity);
}
