import { MalformedImage, requireBytes } from './malformed-image.ts';

/**
 * The indices of a run-length encoded bitmap, a byte each, rows from the bottom. Pixels that the codes pass over, or leave out by
 * ending the bitmap early, which the format allows, have index 0.
 *
 * A code is two bytes: how many pixels, and the index of all of them (4 bits a pixel: the two that take turns). No pixels means
 * what the second byte says: 0 end of the row, 1 end of the bitmap, 2 go right and up as the next two bytes say, n as many pixels as follow, up to an even byte.
 *
 * @param bits 4 or 8 a pixel.
 * @throws MalformedImage when the codes end before the bitmap does, or leave it.
 * @see https://learn.microsoft.com/windows/win32/gdi/bitmap-compression
 */
export function bitmapRuns(bytes: Uint8Array, from: number, width: number, height: number, bits: number): Uint8Array {
  requireBytes(bytes, from + 2, 'the first code');
  const indices = new Uint8Array(width * height);
  let [row, column, position] = [0, 0, from];
  const code = (): number => {
    const byte = bytes[position];
    if (byte === undefined)
      throw new MalformedImage(`the pixels are cut off at byte ${position}, in row ${row} of ${height}`);
    position += 1;
    return byte;
  };
  const requireRow = (pixels: number): void => {
    if (row >= height || column + pixels > width) {
      throw new MalformedImage(`the code before byte ${position} leaves the image at row ${row}, column ${column}`);
    }
  };
  // Some programs leave out the end of the bitmap, but none a pixel before it.
  const isComplete = (): boolean => row >= height || (row === height - 1 && column === width);
  while (position < bytes.length || !isComplete()) {
    const count = code();
    const value = code();
    if (count > 0) {
      requireRow(count);
      const place = row * width + column;
      for (let pixel = 0; pixel < count; pixel++) indices[place + pixel] = indexIn(value, pixel, bits);
      column += count;
    } else if (value === 0) {
      row += 1;
      column = 0;
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      column += code();
      row += code();
      requireRow(0);
    } else {
      requireRow(value);
      const length = bits === 8 ? value : Math.ceil(value / 2);
      requireBytes(bytes, position + length, 'a row of single pixels');
      const place = row * width + column;
      for (let pixel = 0; pixel < value; pixel++) {
        const byte = bytes[position + (bits === 8 ? pixel : pixel >> 1)] as number;
        indices[place + pixel] = indexIn(byte, pixel, bits);
      }
      position += length + (length & 1);
      column += value;
    }
  }
  return indices;
}

/** The index of a pixel in its byte: the whole, or for 4 bits the upper half of even pixels and the lower of odd ones. */
function indexIn(byte: number, pixel: number, bits: number): number {
  if (bits === 8) return byte;
  return pixel % 2 === 0 ? byte >> 4 : byte & 15;
}
