import type { PixelKernels } from './pixel-kernels.ts';
import { type Taps, wholeWeights } from './resample-weights.ts';

/** Weights of the rows of a picture, in the memory of the kernels as `mixRows` reads them. */
export interface RowWeights {
  /** The first row of each row of the target. */
  readonly starts: readonly number[];
  /** Rows that each is made of, an even number; those too many have the weight 0. */
  readonly taps: number;
  /** Address of the weights of a row of the target. */
  at(row: number): number;
}

/** Weights of the values of a row, in the memory of the kernels as `scaleRow` reads them. */
export interface ColumnWeights {
  /** Values of the target, a multiple of 4; the last one repeated. */
  readonly width: number;
  readonly starts: number;
  readonly weights: number;
  /** Stretches of 8 values that each is made of. */
  readonly blocks: number;
}

export function packRows(kernels: PixelKernels, lines: readonly Taps[]): RowWeights {
  const longest = lines.reduce((most, { weights }) => Math.max(most, weights.length), 1);
  const taps = longest + (longest % 2);
  const address = kernels.allocate(lines.length * taps * 2);
  const packed = kernels.halfWords(address, lines.length * taps).fill(0);
  lines.forEach(({ weights }, row) => {
    packed.set(wholeWeights(weights), row * taps);
  });
  return { starts: lines.map(({ start }) => start), taps, at: (row) => address + 2 * row * taps };
}

export function packColumns(kernels: PixelKernels, lines: readonly Taps[]): ColumnWeights {
  const longest = lines.reduce((most, { weights }) => Math.max(most, weights.length), 1);
  const blocks = Math.ceil(longest / 8);
  const width = (lines.length + 3) & ~3;
  const starts = kernels.allocate(width * 4);
  const weights = kernels.allocate(width * blocks * 16);
  const packedStarts = kernels.words(starts, width);
  const packed = kernels.halfWords(weights, width * blocks * 8).fill(0);
  for (let column = 0; column < width; column++) {
    const taps = lines[Math.min(column, lines.length - 1)];
    if (taps === undefined) continue;
    packedStarts[column] = 2 * taps.start; // in bytes
    packed.set(wholeWeights(taps.weights), column * blocks * 8);
  }
  return { width, starts, weights, blocks };
}
