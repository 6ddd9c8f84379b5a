import type { Picture } from '../../../src/engine/preprocess/picture.ts';
import { type Kernel, resampleTaps } from '../../../src/engine/preprocess/resample-weights.ts';

/** A picture scaled in double precision, one value after another: what the vectors are compared with. */
export function scaledByDefinition(picture: Picture, width: number, height: number, kernel: Kernel): Picture {
  const { channels } = picture;
  const columns = resampleTaps(picture.width, width, kernel);
  const rows = resampleTaps(picture.height, height, kernel);
  const pixels = new Uint8Array(width * height * channels);
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        row.weights.forEach((rowWeight, i) => {
          column.weights.forEach((columnWeight, j) => {
            const place = ((row.start + i) * picture.width + column.start + j) * channels + channel;
            sum += rowWeight * columnWeight * (picture.pixels[place] ?? Number.NaN);
          });
        });
        pixels[(y * width + x) * channels + channel] = Math.min(255, Math.max(0, Math.round(sum)));
      }
    });
  });
  return { pixels, width, height, channels };
}

/** Mean and largest difference of two pictures of one size, in levels of 255. */
export function difference(a: Picture, b: Picture): { readonly mean: number; readonly largest: number } {
  if (a.pixels.length !== b.pixels.length) throw new RangeError(`${a.pixels.length} and ${b.pixels.length} values`);
  let sum = 0;
  let largest = 0;
  a.pixels.forEach((value, index) => {
    const apart = Math.abs(value - (b.pixels[index] ?? Number.NaN));
    sum += apart;
    largest = Math.max(largest, apart);
  });
  return { mean: sum / a.pixels.length, largest };
}
