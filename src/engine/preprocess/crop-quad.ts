import type { Quad } from '../quad.ts';
import { imageLimits } from './image-limits.ts';
import type { Picture } from './picture.ts';

/** Crops that are this many times as high as wide are taken for lines of text that stand on end, and turned. */
const turnedFrom = 1.5;

/**
 * The part of a picture within a quad, straightened by a perspective transform, as PaddleOCR's `get_rotate_crop_image` does: as wide as
 * the longer of its upper and lower side and as high as the longer of the other two, in whole pixels and at least one; one that is at
 * least 1.5 times as high as wide is then turned by 90° against the clock. Beyond the border of the picture its nearest pixel is taken.
 * Unlike there, edges fall on edges (a quad around whole pixels gives just them back), not the centre of the first pixel on the corner.
 *
 * @param kernel `cubic` is the one that OpenCV takes (a = −0.75), and PaddleOCR with it; `linear` takes a third of its time.
 * @throws RangeError for a quad that is not finite, or a crop above the limits of images.
 * @see https://github.com/PaddlePaddle/PaddleOCR/blob/v2.7.3/tools/infer/utility.py (`get_rotate_crop_image`)
 */
export function cropQuad(picture: Picture, quad: Quad, kernel: 'linear' | 'cubic' = 'cubic'): Picture {
  if (!quad.every(Number.isFinite)) throw new RangeError(`Expected the corners of a quad, got ${quad.join(', ')}.`);
  const [x0, y0, x1, y1, x2, y2, x3, y3] = quad;
  const across = wholeLength(Math.max(Math.hypot(x1 - x0, y1 - y0), Math.hypot(x2 - x3, y2 - y3)));
  const down = wholeLength(Math.max(Math.hypot(x3 - x0, y3 - y0), Math.hypot(x2 - x1, y2 - y1)));
  if (across > imageLimits.side || down > imageLimits.side || across * down > imageLimits.pixels)
    throw new RangeError(`Expected a crop within the limits of images, got ${across} × ${down} pixels.`);

  const isTurned = down / across >= turnedFrom;
  const [width, height] = isTurned ? [down, across] : [across, down];
  const { channels } = picture;
  const crop: Picture = { pixels: new Uint8Array(width * height * channels), width, height, channels };
  const transform = fromCrop(quad, across, down);
  const sample = kernel === 'cubic' ? sampleCubic : sampleLinear;
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to += channels) {
      // Against the clock: what was the right edge becomes the upper one.
      const x = (isTurned ? across - 1 - row : column) + 0.5;
      const y = (isTurned ? column : row) + 0.5;
      const divisor = transform.g * x + transform.h * y + 1;
      const fromX = (transform.a * x + transform.b * y + transform.c) / divisor;
      const fromY = (transform.d * x + transform.e * y + transform.f) / divisor;
      // From the edges of pixels to their centres, which the samples count from.
      sample(picture, fromX - 0.5, fromY - 0.5, crop.pixels, to);
    }
  }
  return crop;
}

/** Rounding must not take a pixel off a side that a rotation left at 99.9999999. */
function wholeLength(length: number): number {
  return Math.max(1, Math.floor(length + 1e-6));
}

/** `x′ = (a x + b y + c) / (g x + h y + 1)`, `y′ = (d x + e y + f) / (g x + h y + 1)`. */
interface Perspective {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
  readonly g: number;
  readonly h: number;
}

/**
 * The transform of the corners (0, 0), (width, 0), (width, height), (0, height) into those of the quad.
 * Heckbert, "Fundamentals of Texture Mapping and Image Warping" (1989), section 2.2.3.
 */
function fromCrop([x0, y0, x1, y1, x2, y2, x3, y3]: Quad, width: number, height: number): Perspective {
  const [sumX, sumY] = [x0 - x1 + x2 - x3, y0 - y1 + y2 - y3];
  const [dx1, dy1, dx2, dy2] = [x1 - x2, y1 - y2, x3 - x2, y3 - y2];
  const determinant = dx1 * dy2 - dx2 * dy1;
  // A parallelogram has no perspective, and one without an area no determinant.
  const isAffine = determinant === 0 || (sumX === 0 && sumY === 0);
  const g = isAffine ? 0 : (sumX * dy2 - dx2 * sumY) / determinant;
  const h = isAffine ? 0 : (dx1 * sumY - sumX * dy1) / determinant;
  return {
    a: (x1 - x0 + g * x1) / width,
    b: (x3 - x0 + h * x3) / height,
    c: x0,
    d: (y1 - y0 + g * y1) / width,
    e: (y3 - y0 + h * y3) / height,
    f: y0,
    g: g / width,
    h: h / height,
  };
}

type Sample = (picture: Picture, x: number, y: number, target: Uint8Array, to: number) => void;

const sampleLinear: Sample = (picture, x, y, target, to) => {
  const { pixels, width, height, channels } = picture;
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [partX, partY] = [x - column, y - row];
  const left = clamp(column, width) * channels;
  const right = clamp(column + 1, width) * channels;
  const upper = clamp(row, height) * width * channels;
  const lower = clamp(row + 1, height) * width * channels;
  for (let channel = 0; channel < channels; channel++) {
    const topLeft = pixels[upper + left + channel] as number;
    const bottomLeft = pixels[lower + left + channel] as number;
    const above = topLeft + partX * ((pixels[upper + right + channel] as number) - topLeft);
    const below = bottomLeft + partX * ((pixels[lower + right + channel] as number) - bottomLeft);
    target[to + channel] = above + partY * (below - above) + 0.5;
  }
};

const weightsX = new Float64Array(4);
const weightsY = new Float64Array(4);
const columns = new Int32Array(4);

const sampleCubic: Sample = (picture, x, y, target, to) => {
  const { pixels, width, height, channels } = picture;
  const [column, row] = [Math.floor(x), Math.floor(y)];
  writeCubicWeights(x - column, weightsX);
  writeCubicWeights(y - row, weightsY);
  for (let tap = 0; tap < 4; tap++) columns[tap] = clamp(column - 1 + tap, width) * channels;
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let tap = 0; tap < 4; tap++) {
      const line = clamp(row - 1 + tap, height) * width * channels + channel;
      sum +=
        (weightsY[tap] as number) *
        ((weightsX[0] as number) * (pixels[line + (columns[0] as number)] as number) +
          (weightsX[1] as number) * (pixels[line + (columns[1] as number)] as number) +
          (weightsX[2] as number) * (pixels[line + (columns[2] as number)] as number) +
          (weightsX[3] as number) * (pixels[line + (columns[3] as number)] as number));
    }
    // The kernel overshoots at edges; a byte array would wrap around.
    target[to + channel] = sum <= 0 ? 0 : sum >= 255 ? 255 : sum + 0.5;
  }
};

/**
 * Weights of the four neighbours of a point that lies `part` of a pixel behind the second one: the cubic convolution of Keys (1981) with
 * a = −0.75, as OpenCV has it. They sum to 1.
 */
function writeCubicWeights(part: number, weights: Float64Array): void {
  const a = -0.75;
  const rest = 1 - part;
  weights[0] = ((a * (part + 1) - 5 * a) * (part + 1) + 8 * a) * (part + 1) - 4 * a;
  weights[1] = ((a + 2) * part - (a + 3)) * part * part + 1;
  weights[2] = ((a + 2) * rest - (a + 3)) * rest * rest + 1;
  weights[3] = 1 - (weights[0] as number) - (weights[1] as number) - (weights[2] as number);
}

function clamp(place: number, length: number): number {
  return place < 0 ? 0 : place >= length ? length - 1 : place;
}
