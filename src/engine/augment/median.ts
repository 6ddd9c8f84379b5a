import type { Picture } from '../preprocess/picture.ts';
import { withPixels } from './operator.ts';

/**
 * The median of the square of `2 radius + 1` pixels a side around each one, channel by channel; beyond the edge, the nearest pixel is
 * repeated. A histogram moves along the row, and only its two outer columns change (Huang, Yang and Tang, 1979).
 */
export function median(picture: Picture, radius: number): Picture {
  const { pixels, width, height, channels } = picture;
  const result = new Uint8Array(pixels.length);
  const rank = ((2 * radius + 1) ** 2 - 1) / 2;
  const counts = new Int32Array(256);
  const rows = new Int32Array(2 * radius + 1);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      for (let row = 0; row < rows.length; row++) {
        rows[row] = Math.min(Math.max(y + row - radius, 0), height - 1) * width * channels + channel;
      }
      counts.fill(0);
      let middle = 0;
      // Number of values in the window that are below `middle`.
      let below = 0;
      const change = (x: number, by: 1 | -1): void => {
        const column = Math.min(Math.max(x, 0), width - 1) * channels;
        for (const row of rows) {
          const byte = pixels[row + column] as number;
          counts[byte] = (counts[byte] as number) + by;
          if (byte < middle) below += by;
        }
      };
      for (let x = -radius; x <= radius; x++) change(x, 1);
      for (let x = 0; x < width; x++) {
        if (x > 0) {
          change(x - radius - 1, -1);
          change(x + radius, 1);
        }
        while (below > rank) below -= counts[--middle] as number;
        while (below + (counts[middle] as number) <= rank) below += counts[middle++] as number;
        result[(y * width + x) * channels + channel] = middle;
      }
    }
  }
  return withPixels(picture, result);
}
