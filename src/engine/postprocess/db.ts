import type { Quad } from '../quad.ts';
import type { DbSettings } from '../settings.ts';
import { type Answer, type FoundQuad, noAnswer } from './answer.ts';
import { convexHull } from './convex-hull.ts';
import { refuseNonFinite } from './finite.ts';
import { minAreaRectangle, type Rectangle } from './min-area-rectangle.ts';
import { chosenOutput, type FloatOutput, floatOutput, invalid, type Outputs, wrongShape } from './outputs.ts';
import { regionsAbove } from './regions.ts';
import type { Scores } from './softmax.ts';

/** Growing must make the shorter side this much longer than `minSize`, as PaddleOCR asks: what hardly grows is a speck. */
const growthOfMinSize = 2;

/**
 * The regions of text of each item, in pixels of the map, which is as large as the picture that the model was fed. Reads a map of
 * probabilities `[N, 1, height, width]` or `[N, height, width]`.
 * @throws InputError `POSTPROCESS_INVALID`; the function made throws it, too, and `OUTPUT_NOT_FINITE`.
 */
export function createDb(
  settings: DbSettings,
  outputNames: readonly string[],
  batchSize: number,
): (outputs: Outputs) => readonly Answer[] {
  checkSettings(settings);
  const name = chosenOutput('output', settings.output, outputNames, 0);
  return (outputs) => {
    const output = floatOutput('db', outputs, name);
    const { width, height } = sizeOf(output, batchSize);
    const answers = new Array<Answer>(batchSize);
    for (let item = 0; item < batchSize; item++) {
      const offset = item * width * height;
      refuseNonFinite(output.data, offset, width * height, name, item);
      answers[item] = { ...noAnswer, quads: boxesFromMap(output.data, offset, width, height, settings) };
    }
    return answers;
  };
}

/**
 * Refuses a map that is not as large as the picture that the model was fed: its regions would be taken for pixels of the picture.
 * @throws InputError `POSTPROCESS_INVALID`.
 */
export function refuseOtherMapSize(
  settings: DbSettings,
  outputs: Outputs,
  outputNames: readonly string[],
  frame: { readonly width: number; readonly height: number },
): void {
  const output = floatOutput('db', outputs, chosenOutput('output', settings.output, outputNames, 0));
  const { width, height } = sizeOf(output, output.dims[0] ?? 0);
  if (width === frame.width && height === frame.height) return;
  throw invalid(
    'db',
    `expected a map as large as the picture that the model is fed, ${frame.width} × ${frame.height}, but "${output.name}" is ${width} × ${height}. Make the sides of the resize whole multiples of the model's stride, or end the model in a map of full size.`,
  );
}

/**
 * Boxes around what stands out in a map of probabilities, by the steps of differentiable binarisation (Liao et al., 2020) as PaddleOCR's
 * `DBPostProcess` takes them: regions above the threshold; the rectangle of least area around each; its mean probability; and growth by
 * area · ratio / perimeter on all sides, for the model is trained to draw text smaller than it is.
 *
 * Unlike there, holes in a region give no boxes, the mean is taken over the pixels whose centres lie within the rectangle, and growing is
 * exact: the offset of a rectangle with rounded corners has that rectangle, longer by twice the distance, as the smallest around it.
 *
 * @param map Values at `offset + y * width + x`, all finite.
 * @returns In the order of the regions' first pixels; corners may lie outside of the map.
 * @see https://github.com/PaddlePaddle/PaddleOCR/blob/v2.7.3/ppocr/postprocess/db_postprocess.py
 */
export function boxesFromMap(
  map: Scores,
  offset: number,
  width: number,
  height: number,
  settings: Omit<DbSettings, 'kind' | 'output'>,
): FoundQuad[] {
  const found: FoundQuad[] = [];
  for (const region of regionsAbove(map, offset, width, height, settings.threshold, settings.maxCandidates)) {
    const rectangle = minAreaRectangle(convexHull(region));
    if (Math.min(rectangle.width, rectangle.height) < settings.minSize) continue;
    const score = meanWithin(map, offset, width, height, cornersOf(rectangle));
    if (score < settings.boxThreshold) continue;
    const grown = grow(rectangle, settings.unclipRatio);
    if (Math.min(grown.width, grown.height) < settings.minSize + growthOfMinSize) continue;
    found.push({ quad: fromCentres(cornersOf(grown)), score });
  }
  return found;
}

function grow(rectangle: Rectangle, ratio: number): Rectangle {
  const { width, height } = rectangle;
  const perimeter = 2 * (width + height);
  const distance = perimeter === 0 ? 0 : (width * height * ratio) / perimeter;
  return { ...rectangle, width: width + 2 * distance, height: height + 2 * distance };
}

/** Corners clockwise from the one that is nearest to the top left of the image, by x + y; of two the upper one. */
function cornersOf({ centreX, centreY, directionX, directionY, width, height }: Rectangle): Quad {
  const [alongX, alongY] = [(directionX * width) / 2, (directionY * width) / 2];
  const [acrossX, acrossY] = [(-directionY * height) / 2, (directionX * height) / 2];
  const corners = [
    [centreX - alongX - acrossX, centreY - alongY - acrossY],
    [centreX + alongX - acrossX, centreY + alongY - acrossY],
    [centreX + alongX + acrossX, centreY + alongY + acrossY],
    [centreX - alongX + acrossX, centreY - alongY + acrossY],
  ] as const;
  let start = 0;
  for (let corner = 1; corner < 4; corner++) {
    const [x, y] = corners[corner] as readonly [number, number];
    const [startX, startY] = corners[start] as readonly [number, number];
    const isNearer = x + y - (startX + startY);
    // Corners of a square on its tip are equally near up to rounding.
    if (isNearer < -1e-9 || (isNearer <= 1e-9 && y < startY)) start = corner;
  }
  const at = (corner: number) => corners[(start + corner) % 4] as readonly [number, number];
  return [...at(0), ...at(1), ...at(2), ...at(3)];
}

/** Regions count from the centre of the first pixel, quads from its outer corner. */
function fromCentres([x0, y0, x1, y1, x2, y2, x3, y3]: Quad): Quad {
  return [x0 + 0.5, y0 + 0.5, x1 + 0.5, y1 + 0.5, x2 + 0.5, y2 + 0.5, x3 + 0.5, y3 + 0.5];
}

/** Mean of the pixels whose centres lie within a convex quad or on its border; 0 when there are none. */
function meanWithin(map: Scores, offset: number, width: number, height: number, quad: Quad): number {
  let sum = 0;
  let count = 0;
  const top = Math.max(0, Math.ceil(Math.min(quad[1], quad[3], quad[5], quad[7]) - tolerance));
  const bottom = Math.min(height - 1, Math.floor(Math.max(quad[1], quad[3], quad[5], quad[7]) + tolerance));
  for (let y = top; y <= bottom; y++) {
    let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let corner = 0; corner < 8; corner += 2) {
      const [x0, y0] = [quad[corner] as number, quad[corner + 1] as number];
      const [x1, y1] = [quad[(corner + 2) % 8] as number, quad[(corner + 3) % 8] as number];
      if (y < Math.min(y0, y1) - tolerance || y > Math.max(y0, y1) + tolerance) continue;
      // A level side spans from corner to corner; of another, the point at this height.
      const isLevel = Math.abs(y1 - y0) < tolerance;
      const part = isLevel ? 0 : Math.min(1, Math.max(0, (y - y0) / (y1 - y0)));
      const ends = isLevel ? [x0, x1] : [x0 + part * (x1 - x0)];
      left = Math.min(left, ...ends);
      right = Math.max(right, ...ends);
    }
    const last = Math.min(width - 1, Math.floor(right + tolerance));
    for (let x = Math.max(0, Math.ceil(left - tolerance)); x <= last; x++) {
      sum += map[offset + y * width + x] as number;
      count += 1;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** In pixels: the sides of the rectangle run through centres of pixels, which rounding must not lose. */
const tolerance = 1e-6;

function checkSettings({ threshold, boxThreshold, unclipRatio, minSize, maxCandidates }: DbSettings): void {
  for (const [option, value] of [
    ['threshold', threshold],
    ['box_threshold', boxThreshold],
  ] as const) {
    if (!(value >= 0 && value <= 1)) throw invalid(option, `expected a number from 0 to 1, got ${value}.`);
  }
  for (const [option, value] of [
    ['unclip_ratio', unclipRatio],
    ['min_size', minSize],
  ] as const) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw invalid(option, `expected a number from 0 on, got ${value}.`);
  }
  if (!Number.isInteger(maxCandidates) || maxCandidates < 1)
    throw invalid('max_candidates', `expected a whole number from 1 on, got ${maxCandidates}.`);
}

function sizeOf(output: FloatOutput, batchSize: number): { width: number; height: number } {
  const { dims } = output;
  const isMap = dims.length === 3 || (dims.length === 4 && dims[1] === 1);
  if (!isMap || dims[0] !== batchSize) throw wrongShape('db', output, `[${batchSize}, 1, height, width]`);
  return { width: dims[dims.length - 1] ?? 0, height: dims[dims.length - 2] ?? 0 };
}
