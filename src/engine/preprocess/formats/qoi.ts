import { MalformedImage, requireBytes } from './malformed-image.ts';
import type { OwnFormat } from './own-format.ts';
import { overBlack } from './samples.ts';

/**
 * The "Quite OK Image" format. The byte that says whether the values are linear is passed over, as the reference decoder does.
 * @see https://qoiformat.org/qoi-specification.pdf (version 1.0)
 */
export const qoi: OwnFormat = {
  size: readHeader,
  decode(bytes) {
    const { width, height } = readHeader(bytes);
    const pixels = new Uint8Array(width * height * 3);
    const end = decodeChunks(bytes, pixels);
    requireBytes(bytes, end + endMarker.length, 'the end marker');
    if (!endMarker.every((byte, index) => bytes[end + index] === byte)) {
      throw new MalformedImage(`no end marker follows the last pixel at byte ${end}`);
    }
    return { pixels, width, height, channels: 3 };
  },
};

const headerLength = 14;
const endMarker = [0, 0, 0, 0, 0, 0, 0, 1];
/** A byte of a run stands for at most so many pixels. */
const longestRun = 62;

function readHeader(bytes: Uint8Array): { width: number; height: number } {
  requireBytes(bytes, headerLength, 'the header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height, channels, colors] = [
    view.getUint32(4),
    view.getUint32(8),
    view.getUint8(12),
    view.getUint8(13),
  ];
  if (width === 0 || height === 0) throw new MalformedImage(`the size is ${width} × ${height}`);
  if (channels !== 3 && channels !== 4) throw new MalformedImage(`expected 3 or 4 channels, got ${channels}`);
  if (colors > 1) throw new MalformedImage(`expected a colour space of 0 or 1, got ${colors}`);
  return { width, height };
}

/** Fills `pixels` with red, green and blue, and returns where the chunks end. */
function decodeChunks(bytes: Uint8Array, pixels: Uint8Array): number {
  const fewest = Math.ceil(pixels.length / 3 / longestRun);
  requireBytes(bytes, headerLength + fewest + endMarker.length, 'the shortest code of so many pixels');
  const seen = new Uint8Array(64 * 4);
  let [red, green, blue, alpha] = [0, 0, 0, 255];
  let position = headerLength;
  let place = 0;
  while (place < pixels.length) {
    const tag = byteAt(bytes, position++);
    let run = 1;
    if (tag === 0xfe || tag === 0xff) {
      red = byteAt(bytes, position++);
      green = byteAt(bytes, position++);
      blue = byteAt(bytes, position++);
      if (tag === 0xff) alpha = byteAt(bytes, position++);
    } else if (tag < 0x40) {
      const entry = tag * 4;
      red = seen[entry] as number;
      green = seen[entry + 1] as number;
      blue = seen[entry + 2] as number;
      alpha = seen[entry + 3] as number;
    } else if (tag < 0x80) {
      red = (red + ((tag >> 4) & 3) - 2) & 255;
      green = (green + ((tag >> 2) & 3) - 2) & 255;
      blue = (blue + (tag & 3) - 2) & 255;
    } else if (tag < 0xc0) {
      const step = (tag & 0x3f) - 32;
      const others = byteAt(bytes, position++);
      red = (red + step + (others >> 4) - 8) & 255;
      green = (green + step) & 255;
      blue = (blue + step + (others & 15) - 8) & 255;
    } else {
      run = (tag & 0x3f) + 1;
    }
    const entry = ((red * 3 + green * 5 + blue * 7 + alpha * 11) % 64) * 4;
    seen[entry] = red;
    seen[entry + 1] = green;
    seen[entry + 2] = blue;
    seen[entry + 3] = alpha;
    const end = place + run * 3;
    if (end > pixels.length) throw new MalformedImage(`the run at byte ${position - 1} leaves the image`);
    for (; place < end; place += 3) {
      pixels[place] = overBlack(red, alpha);
      pixels[place + 1] = overBlack(green, alpha);
      pixels[place + 2] = overBlack(blue, alpha);
    }
  }
  return position;
}

function byteAt(bytes: Uint8Array, position: number): number {
  const byte = bytes[position];
  if (byte === undefined) throw new MalformedImage(`the pixels are cut off at byte ${bytes.length}`);
  return byte;
}
