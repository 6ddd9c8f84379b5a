import { type Generator, uniform } from '../../stats/random.ts';
import { convolveRows, gaussianKernel, transposed } from './gaussian.ts';
import type { Implementations } from './operator.ts';
import { warp } from './warp.ts';

/** Operators that bend the picture. */
export const distortion: Implementations<'perspective' | 'elastic' | 'grid_distortion' | 'barrel_distortion'> = {
  perspective: (picture, { distortion: strength, ...sampling }, random) => {
    const { width, height } = picture;
    const inwards = (side: number): number => (uniform(random) * strength * (side - 1)) / 2;
    const [right, bottom] = [width - 1, height - 1];
    // Clockwise from the upper left, x before y: where the corners of the picture go.
    const corners = [
      [inwards(width), inwards(height)],
      [right - inwards(width), inwards(height)],
      [right - inwards(width), bottom - inwards(height)],
      [inwards(width), bottom - inwards(height)],
    ] as const;
    const [a, b, c, d, e, f, g, h] = homography(corners, [
      [0, 0],
      [right, 0],
      [right, bottom],
      [0, bottom],
    ]);
    return warp(
      picture,
      width,
      height,
      (x, y, at) => {
        const depth = g * x + h * y + 1;
        at[0] = (a * x + b * y + c) / depth;
        at[1] = (d * x + e * y + f) / depth;
      },
      sampling,
    );
  },

  elastic: (picture, { strength, smoothness, ...sampling }, random) => {
    const { width, height } = picture;
    const shiftX = smoothField(width, height, smoothness, random);
    const shiftY = smoothField(width, height, smoothness, random);
    return warp(
      picture,
      width,
      height,
      (x, y, at) => {
        const place = y * width + x;
        at[0] = x + strength * (shiftX[place] as number);
        at[1] = y + strength * (shiftY[place] as number);
      },
      sampling,
    );
  },

  grid_distortion: (picture, { cells, strength, ...sampling }, random) => {
    const columns = stretched(picture.width, cells, strength, random);
    const rows = stretched(picture.height, cells, strength, random);
    return warp(
      picture,
      picture.width,
      picture.height,
      (x, y, at) => {
        at[0] = columns[x] as number;
        at[1] = rows[y] as number;
      },
      sampling,
    );
  },

  // Radius 1 is half of the diagonal: amounts mean the same for every size.
  barrel_distortion: (picture, { amount, ...sampling }) => {
    const middleX = (picture.width - 1) / 2;
    const middleY = (picture.height - 1) / 2;
    const unit = Math.max(middleX * middleX + middleY * middleY, 1);
    return warp(
      picture,
      picture.width,
      picture.height,
      (x, y, at) => {
        const fromX = x - middleX;
        const fromY = y - middleY;
        const factor = 1 + (amount * (fromX * fromX + fromY * fromY)) / unit;
        at[0] = middleX + fromX * factor;
        at[1] = middleY + fromY * factor;
      },
      sampling,
    );
  },
};

type Corner = readonly [x: number, y: number];
type Corners = readonly [Corner, Corner, Corner, Corner];

/**
 * The eight coefficients of the perspective that maps each corner of `from` onto that of `to`:
 * x' = (a x + b y + c) / (g x + h y + 1), y' = (d x + e y + f) / (g x + h y + 1). Solved by elimination with pivoting.
 */
function homography(from: Corners, to: Corners): [number, number, number, number, number, number, number, number] {
  const rows = from.flatMap(([x, y], index) => {
    const [u, v] = to[index] as Corner;
    return [
      [x, y, 1, 0, 0, 0, -x * u, -y * u, u],
      [0, 0, 0, x, y, 1, -x * v, -y * v, v],
    ];
  });
  for (let column = 0; column < 8; column++) {
    let pivot = column;
    for (let row = column + 1; row < 8; row++) {
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    }
    const chosen = rows[pivot] as number[];
    rows[pivot] = rows[column] as number[];
    rows[column] = chosen;
    for (const row of rows) {
      if (row === chosen) continue;
      const factor = (row[column] as number) / (chosen[column] as number);
      for (let index = column; index < 9; index++)
        row[index] = (row[index] as number) - factor * (chosen[index] as number);
    }
  }
  const solution = rows.map((row, index) => (row[8] as number) / (row[index] as number));
  return solution as [number, number, number, number, number, number, number, number];
}

/** Values from −1 to 1, row by row, smoothed by a Gauss filter; the filter sees the outermost value repeated beyond the edge. */
function smoothField(width: number, height: number, deviation: number, random: Generator): Float32Array {
  const field = Float32Array.from({ length: width * height }, () => 2 * uniform(random) - 1);
  const kernel = gaussianKernel(deviation);
  const rowsSmooth = transposed(convolveRows(field, width, height, kernel), width, height);
  return transposed(convolveRows(rowsSmooth, height, width, kernel), height, width);
}

/** For each place of a side, where it is read: the side in cells whose widths are drawn and scaled so that they fill it again. */
function stretched(side: number, cells: number, strength: number, random: Generator): Float64Array {
  const widths = Array.from({ length: cells }, () => 1 + strength * (2 * uniform(random) - 1));
  const total = widths.reduce((sum, one) => sum + one, 0);
  const edges = [0];
  for (const one of widths) edges.push((edges.at(-1) ?? 0) + (one / total) * side);
  return Float64Array.from({ length: side }, (_, place) => {
    const position = ((place + 0.5) / side) * cells;
    const cell = Math.min(Math.floor(position), cells - 1);
    const [start = 0, end = 0] = [edges[cell], edges[cell + 1]];
    return start + (position - cell) * (end - start) - 0.5;
  });
}
