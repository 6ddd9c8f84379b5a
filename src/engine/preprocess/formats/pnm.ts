import { MalformedImage, requireBytes } from './malformed-image.ts';
import type { OwnFormat } from './own-format.ts';
import { bytesOfSamples } from './samples.ts';

/**
 * Portable bitmaps, grey maps and pixmaps, plain (P1–P3) and raw (P4–P6); of several images in a file the first.
 * Samples are taken as shares of the file's maximum (`bytesOfSamples`).
 * @see https://netpbm.sourceforge.net/doc/pnm.html
 */
export const pnm: OwnFormat = {
  size: readHeader,
  decode(bytes) {
    const header = readHeader(bytes);
    const { width, height, channels } = header;
    const samples = width * height * channels;
    if (header.kind === 4) return { pixels: unpackBits(bytes, header), width, height, channels };
    if (header.kind < 4) {
      // Checked before anything is allocated: a sample takes a digit, and but for bitmaps a blank between two.
      requireBytes(
        bytes,
        header.end + (header.kind === 1 ? samples : samples * 2 - 1),
        'the shortest text of so many samples',
      );
      return { pixels: readText(bytes, header, samples), width, height, channels };
    }
    return { pixels: readRaw(bytes, header, samples), width, height, channels };
  },
};

interface Header {
  /** 1 to 6. */
  readonly kind: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly maximum: number;
  /** Where the samples begin. */
  readonly end: number;
}

function readHeader(bytes: Uint8Array): Header {
  requireBytes(bytes, 2, 'the header');
  const kind = (bytes[1] as number) - 0x30;
  const width = readNumber(bytes, 2, 'the width');
  const height = readNumber(bytes, width.end, 'the height');
  if (width.value === 0 || height.value === 0) throw new MalformedImage(`the size is ${width.value} × ${height.value}`);
  const isBitmap = kind === 1 || kind === 4;
  const maximum = isBitmap ? { value: 1, end: height.end } : readNumber(bytes, height.end, 'the largest value');
  if (maximum.value < 1 || maximum.value > 65_535) {
    throw new MalformedImage(`expected a largest value from 1 to 65535, got ${maximum.value}`);
  }
  // One blank ends the header of raw samples; what looks like another may be the first sample.
  if (!isBlank(bytes[maximum.end]))
    throw new MalformedImage(`expected a blank after the header at byte ${maximum.end}`);
  const channels = kind === 3 || kind === 6 ? 3 : 1;
  return { kind, width: width.value, height: height.value, channels, maximum: maximum.value, end: maximum.end + 1 };
}

/** A whole number after any blanks and comments. */
function readNumber(bytes: Uint8Array, from: number, what: string): { value: number; end: number } {
  const start = skipBlanks(bytes, from);
  let position = start;
  let value = 0;
  for (; isDigit(bytes[position]); position++) {
    value = value * 10 + ((bytes[position] as number) - 0x30);
    if (value > 0xffff_ffff) throw new MalformedImage(`${what} at byte ${start} has too many digits`);
  }
  if (position > start) return { value, end: position };
  if (position >= bytes.length) throw new MalformedImage(`the file is cut off at byte ${position}, before ${what}`);
  throw new MalformedImage(`expected ${what} at byte ${start}, got no digit`);
}

/** Passes over blanks and over comments, from `#` to the end of the line. */
function skipBlanks(bytes: Uint8Array, from: number): number {
  let position = from;
  for (;;) {
    const byte = bytes[position];
    if (byte === 0x23) {
      while (position < bytes.length && bytes[position] !== 0x0a && bytes[position] !== 0x0d) position += 1;
    } else if (isBlank(byte)) {
      position += 1;
    } else {
      return position;
    }
  }
}

function readText(bytes: Uint8Array, header: Header, samples: number): Uint8Array {
  const pixels = new Uint8Array(samples);
  let position = header.end;
  if (header.kind === 1) {
    for (let sample = 0; sample < samples; sample++, position++) {
      position = skipBlanks(bytes, position);
      const digit = bytes[position];
      if (digit === undefined) throw new MalformedImage(`the file ends after ${sample} of ${samples} pixels`);
      if (digit !== 0x30 && digit !== 0x31) throw new MalformedImage(`expected 0 or 1 at byte ${position}`);
      pixels[sample] = digit === 0x30 ? 255 : 0;
    }
    return pixels;
  }
  const scaled = bytesOfSamples(header.maximum);
  for (let sample = 0; sample < samples; sample++) {
    const { value, end } = readNumber(bytes, position, `sample ${sample} of ${samples}`);
    pixels[sample] = scaledValue(scaled, value, position);
    position = end;
  }
  return pixels;
}

function readRaw(bytes: Uint8Array, header: Header, samples: number): Uint8Array {
  const size = header.maximum > 255 ? 2 : 1;
  requireBytes(bytes, header.end + samples * size, 'the last sample');
  if (header.maximum === 255) return bytes.slice(header.end, header.end + samples);
  const pixels = new Uint8Array(samples);
  const scaled = bytesOfSamples(header.maximum);
  for (let sample = 0, position = header.end; sample < samples; sample++, position += size) {
    const first = bytes[position] as number;
    pixels[sample] = scaledValue(scaled, size === 1 ? first : first * 256 + (bytes[position + 1] as number), position);
  }
  return pixels;
}

function scaledValue(scaled: Uint8Array, value: number, position: number): number {
  const byte = scaled[value];
  if (byte === undefined) {
    throw new MalformedImage(
      `the sample at byte ${position} is ${value}, above the largest value ${scaled.length - 1}`,
    );
  }
  return byte;
}

/** Eight pixels a byte from the highest bit on, 1 black, each row from a byte of its own. */
function unpackBits(bytes: Uint8Array, { width, height, end }: Header): Uint8Array {
  const rowBytes = Math.ceil(width / 8);
  requireBytes(bytes, end + rowBytes * height, 'the last row');
  const pixels = new Uint8Array(width * height);
  for (let row = 0, place = 0; row < height; row++) {
    for (let column = 0; column < width; column++, place++) {
      const byte = bytes[end + row * rowBytes + (column >> 3)] as number;
      pixels[place] = (byte >> (7 - (column & 7))) & 1 ? 0 : 255;
    }
  }
  return pixels;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Blank, tab, line feed, vertical tab, form feed or carriage return. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}
