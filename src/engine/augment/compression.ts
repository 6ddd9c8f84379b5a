import type { Picture } from '../preprocess/picture.ts';
import { type Implementations, toByte, withPixels } from './operator.ts';

/** Operators that lose detail as a file or a small screen does. */
export const compression: Implementations<'jpeg_compression' | 'pixelate'> = {
  jpeg_compression: (picture, { quality, subsampling }) => compressed(picture, quality, subsampling === '4:2:0'),

  pixelate: (picture, { size }) => {
    const { pixels, width, height, channels } = picture;
    const result = new Uint8Array(pixels.length);
    for (let top = 0; top < height; top += size) {
      for (let left = 0; left < width; left += size) {
        const [right, bottom] = [Math.min(left + size, width), Math.min(top + size, height)];
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let y = top; y < bottom; y++) {
            for (let x = left; x < right; x++) sum += pixels[(y * width + x) * channels + channel] as number;
          }
          const mean = toByte(sum / ((right - left) * (bottom - top)));
          for (let y = top; y < bottom; y++) {
            for (let x = left; x < right; x++) result[(y * width + x) * channels + channel] = mean;
          }
        }
      }
    }
    return withPixels(picture, result);
  },
};

/** One channel, as numbers: values of 0–255 are kept as they come out of a conversion, not rounded. */
interface Plane {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * The loss of baseline JPEG (ITU-T T.81) without its coding, which loses nothing: YCbCr of JFIF, colour at half resolution by the
 * mean of four, cosine transform of 8 × 8 values, division by the tables of Annex K scaled as libjpeg scales them, and all of it back,
 * colour interpolated linearly. A grey picture is one plane.
 */
function compressed(picture: Picture, quality: number, halved: boolean): Picture {
  const { pixels, width, height, channels } = picture;
  const count = width * height;
  if (channels === 1) {
    const plane = quantised({ values: Float32Array.from(pixels), width, height }, scaled(lumaTable, quality));
    return withPixels(picture, Uint8Array.from(plane.values, toByte));
  }
  const [y, blue, red] = [new Float32Array(count), new Float32Array(count), new Float32Array(count)];
  for (let pixel = 0; pixel < count; pixel++) {
    const [r, g, b] = [pixels[3 * pixel] as number, pixels[3 * pixel + 1] as number, pixels[3 * pixel + 2] as number];
    y[pixel] = toByte(0.299 * r + 0.587 * g + 0.114 * b);
    blue[pixel] = toByte(-0.168735892 * r - 0.331264108 * g + 0.5 * b + 128);
    red[pixel] = toByte(0.5 * r - 0.418687589 * g - 0.081312411 * b + 128);
  }
  const lossy = (values: Float32Array): Float32Array => {
    const plane = { values, width, height };
    const table = scaled(chromaTable, quality);
    return halved ? doubledSize(quantised(halfSize(plane), table), width, height) : quantised(plane, table).values;
  };
  const brightness = quantised({ values: y, width, height }, scaled(lumaTable, quality)).values;
  const [fromBlue, fromRed] = [lossy(blue), lossy(red)];
  const result = new Uint8Array(pixels.length);
  for (let pixel = 0; pixel < count; pixel++) {
    const [luma, cb, cr] = [
      brightness[pixel] as number,
      (fromBlue[pixel] as number) - 128,
      (fromRed[pixel] as number) - 128,
    ];
    result[3 * pixel] = toByte(luma + 1.402 * cr);
    result[3 * pixel + 1] = toByte(luma - 0.344136286 * cb - 0.714136286 * cr);
    result[3 * pixel + 2] = toByte(luma + 1.772 * cb);
  }
  return withPixels(picture, result);
}

/** Means of four; the last column and row of an odd size stand for two. */
function halfSize({ values, width, height }: Plane): Plane {
  const [halfWidth, halfHeight] = [(width + 1) >> 1, (height + 1) >> 1];
  const result = new Float32Array(halfWidth * halfHeight);
  for (let y = 0; y < halfHeight; y++) {
    const [upper, lower] = [2 * y * width, Math.min(2 * y + 1, height - 1) * width];
    for (let x = 0; x < halfWidth; x++) {
      const [left, right] = [2 * x, Math.min(2 * x + 1, width - 1)];
      const sum =
        (values[upper + left] as number) +
        (values[upper + right] as number) +
        (values[lower + left] as number) +
        (values[lower + right] as number);
      result[y * halfWidth + x] = sum / 4;
    }
  }
  return { values: result, width: halfWidth, height: halfHeight };
}

/** Linear interpolation between the middles of a plane of half the size: ¾ of the nearer, ¼ of the farther value of each side. */
function doubledSize({ values, width: halfWidth, height: halfHeight }: Plane, width: number, height: number) {
  const result = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const near = (y >> 1) * halfWidth;
    const far = Math.min(Math.max((y >> 1) + (y % 2 === 0 ? -1 : 1), 0), halfHeight - 1) * halfWidth;
    for (let x = 0; x < width; x++) {
      const column = x >> 1;
      const beside = Math.min(Math.max(column + (x % 2 === 0 ? -1 : 1), 0), halfWidth - 1);
      result[y * width + x] =
        (9 * (values[near + column] as number) +
          3 * (values[near + beside] as number) +
          3 * (values[far + column] as number) +
          (values[far + beside] as number)) /
        16;
    }
  }
  return result;
}

const blockSide = 8;

/** The cosine transform as a matrix: row u holds `c(u) / 2 · cos((2 x + 1) u π / 16)`, with c(0) = 1 / √2 and else 1 (T.81, A.3.3). */
const cosines = Float64Array.from({ length: 64 }, (_, index) => {
  const [u, x] = [index >> 3, index & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});
const cosinesTransposed = Float64Array.from({ length: 64 }, (_, index) => cosines[(index & 7) * 8 + (index >> 3)] ?? 0);

/** Each block of 8 × 8 values transformed, divided by `steps` and rounded, and all of it undone. Blocks over the edge repeat its last value. */
function quantised({ values, width, height }: Plane, steps: readonly number[]): Plane {
  const result = new Float32Array(values.length);
  const [block, half] = [new Float64Array(64), new Float64Array(64)];
  for (let top = 0; top < height; top += blockSide) {
    for (let left = 0; left < width; left += blockSide) {
      for (let index = 0; index < 64; index++) {
        const row = Math.min(top + (index >> 3), height - 1);
        const column = Math.min(left + (index & 7), width - 1);
        block[index] = (values[row * width + column] as number) - 128;
      }
      multiplied(cosines, block, half);
      multiplied(half, cosinesTransposed, block);
      for (let index = 0; index < 64; index++) {
        const step = steps[index] as number;
        block[index] = Math.round((block[index] as number) / step) * step;
      }
      multiplied(cosinesTransposed, block, half);
      multiplied(half, cosines, block);
      for (let y = top; y < Math.min(top + blockSide, height); y++) {
        for (let x = left; x < Math.min(left + blockSide, width); x++) {
          // A decoder answers with bytes.
          result[y * width + x] = toByte((block[(y - top) * 8 + x - left] as number) + 128);
        }
      }
    }
  }
  return { values: result, width, height };
}

/** The product of two matrices of 8 × 8. */
function multiplied(a: Float64Array, b: Float64Array, into: Float64Array): void {
  for (let row = 0; row < 64; row += 8) {
    for (let column = 0; column < 8; column++) {
      let sum = 0;
      for (let index = 0; index < 8; index++) sum += (a[row + index] as number) * (b[index * 8 + column] as number);
      into[row + column] = sum;
    }
  }
}

/** libjpeg's scale: 50 is the table itself, 100 all ones, 1 fifty times the table, no step above 255. */
function scaled(table: readonly number[], quality: number): number[] {
  const percent = quality < 50 ? Math.trunc(5000 / quality) : 200 - 2 * quality;
  return table.map((step) => Math.min(255, Math.max(1, Math.trunc((step * percent + 50) / 100))));
}

// Tables K.1 and K.2 of T.81, row by row.
// biome-ignore format: a matrix
const lumaTable = [
  16, 11, 10, 16, 24, 40, 51, 61,
  12, 12, 14, 19, 26, 58, 60, 55,
  14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77,
  24, 35, 55, 64, 81, 104, 113, 92,
  49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
// biome-ignore format: a matrix
const chromaTable = [
  17, 18, 24, 47, 99, 99, 99, 99,
  18, 21, 26, 66, 99, 99, 99, 99,
  24, 26, 56, 99, 99, 99, 99, 99,
  47, 66, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
];
