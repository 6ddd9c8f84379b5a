import { type Generator, generator, integer } from '../stats/random.ts';
import { type Colour, drawSheet, type Sheet, turned } from './drawn-text.ts';
import { between, within } from './draws.ts';
import type { PackSource } from './image-pack.ts';
import { sampleLine } from './sample-text.ts';
import { type OutlinedText, readTypeface, type Typeface, typefaceNames, typefaceVersions } from './typefaces.ts';

const linesInSet = 200;

const calibrationLines = 64;

/** What a line is drawn with; the text is of `sample-text.ts`. */
const ranges = {
  /** Pixels an em: capitals are about 0.7 of it. */
  size: [18, 44],
  /** Degrees of slant, clockwise. */
  slant: [-1.5, 1.5],
  /** Free paper around the ink, in ems. */
  marginX: [0.15, 0.5],
  marginY: [0.1, 0.35],
  /** Standard deviation of the noise, of 255. */
  noise: [0, 12],
} as const;

/** 200 images of one line of text each, six typefaces in turn, from known text: what reads the line is judged by it. */
export const drawnLines = upright('drawn-lines', 48, linesInSet);

/** 64 more from another seed: to calibrate with what reads lines. */
export const calibrationDrawnLines = upright('drawn-lines-calibration', 4_800, calibrationLines);

function upright(name: string, seed: number, count: number): PackSource {
  return {
    name,
    ingredients: { set: 'lines 1', seed, count, ranges, typefaces: typefaceVersions },
    async *images() {
      const random = generator(seed);
      for await (const { text, bytes } of draw(random, count, () => 0)) {
        yield { bytes, label: null, truth: [{ text, box: null }] };
      }
    },
  };
}

/** 200 images of one line of text each; those of class 1, about half of them, are upside down. */
export const turnedLines = turnedAtRandom('turned-lines', 180, linesInSet);

/** 64 more from another seed: to calibrate with what tells whether they are upside down. */
export const calibrationTurnedLines = turnedAtRandom('turned-lines-calibration', 18_000, calibrationLines);

function turnedAtRandom(name: string, seed: number, count: number): PackSource {
  return {
    name,
    ingredients: { set: 'turned lines 1', seed, count, ranges, typefaces: typefaceVersions },
    async *images() {
      const random = generator(seed);
      for await (const { bytes, turn } of draw(random, count, () => integer(random, 2) * 180)) {
        yield { bytes, label: turn === 180 ? 1 : 0, truth: null };
      }
    },
  };
}

async function* draw(
  random: Generator,
  count: number,
  turnOf: () => number,
): AsyncGenerator<{ readonly text: string; readonly bytes: Uint8Array; readonly turn: number }> {
  const typefaces: Typeface[] = [];
  for (const name of typefaceNames) typefaces.push(await readTypeface(name));
  for (let line = 0; line < count; line++) {
    const typeface = typefaces[line % typefaces.length] as Typeface;
    const text = sampleLine(random);
    const turn = turnOf();
    const size = between(random, ...ranges.size);
    const sheet = sheetAround(typeface.outline(text, size), size, turn, random);
    yield { text, turn, bytes: await drawSheet(sheet, random) };
  }
}

/** A sheet that holds one line of text and little else. */
function sheetAround(outlined: OutlinedText, size: number, turn: number, random: Generator): Sheet {
  const slant = within(random, ...ranges.slant);
  const corners = turned(outlined.ink, slant, 0, 0);
  const [xs, ys] = [corners.filter((_, index) => index % 2 === 0), corners.filter((_, index) => index % 2 === 1)];
  const width = Math.ceil(Math.max(...xs) - Math.min(...xs) + 2 * size * within(random, ...ranges.marginX));
  const height = Math.ceil(Math.max(...ys) - Math.min(...ys) + 2 * size * within(random, ...ranges.marginY));
  const { left, top, right, bottom } = outlined.ink;
  const placed = { outlined, x: (width - left - right) / 2, y: (height - top - bottom) / 2 };
  const noise = within(random, ...ranges.noise);
  return { width, height, ...colours(random), lines: [placed], turn: slant + turn, noise };
}

/** Dark ink on light paper, one time in six light ink on dark paper; at least 110 of 255 apart in every channel. */
export function colours(random: Generator): { readonly paper: Colour; readonly ink: Colour } {
  const dark = colour(random, 0, 90);
  const light = colour(random, 200, 255);
  return integer(random, 6) === 0 ? { paper: dark, ink: light } : { paper: light, ink: dark };
}

function colour(random: Generator, low: number, high: number): Colour {
  return [between(random, low, high), between(random, low, high), between(random, low, high)];
}
