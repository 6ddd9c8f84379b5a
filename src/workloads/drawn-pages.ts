import { type Generator, generator, integer } from '../stats/random.ts';
import { colours } from './drawn-lines.ts';
import { drawSheet, type PlacedText, quadOf, type Sheet } from './drawn-text.ts';
import { between, pick, within } from './draws.ts';
import type { PackSource } from './image-pack.ts';
import { sampleRecord, sampleSentence } from './sample-text.ts';
import { readTypeface, type Typeface, typefaceNames, typefaceVersions } from './typefaces.ts';

const pagesInSet = 24;

/** Their lines are many times as many. */
const calibrationPages = 8;

/** What a page is drawn with, in pixels; the text is of `sample-text.ts`. */
const ranges = {
  width: [720, 960],
  height: [540, 720],
  columns: [1, 3],
  /** Pixels an em of the body; headings have 1.5 times as much. */
  size: [18, 28],
  /** Distance of two lines of text, in ems. */
  leading: [1.45, 1.9],
  /** Between the columns, in ems. */
  gutter: 2,
  margin: [30, 60],
  /** Degrees of slant, clockwise. */
  slant: [-1.5, 1.5],
  /** Every eighth page is upside down. */
  upsideDownEvery: 8,
  /** Standard deviation of the noise, of 255. */
  noise: [0, 10],
} as const;

/**
 * 24 pages of a heading and one to three columns of text and records, with the text and the corners of every line: what finds lines,
 * and what reads whole pages, is judged by them.
 */
export const drawnPages = pages('drawn-pages', 960, pagesInSet);

/** Eight more from another seed: to calibrate with what finds lines and reads pages. */
export const calibrationDrawnPages = pages('drawn-pages-calibration', 96_000, calibrationPages);

function pages(name: string, seed: number, count: number): PackSource {
  return {
    name,
    ingredients: { set: 'pages 1', seed, count, ranges, typefaces: typefaceVersions },
    async *images() {
      const random = generator(seed);
      const typefaces: Typeface[] = [];
      for (const typeface of typefaceNames) typefaces.push(await readTypeface(typeface));
      for (let page = 0; page < count; page++) {
        const upsideDown = page % ranges.upsideDownEvery === ranges.upsideDownEvery - 1;
        const { sheet, lines } = layOut(random, typefaces, upsideDown);
        const truth = lines.map(({ text, placed }) => ({ text, box: quadOf(sheet, placed) }));
        yield { bytes: await drawSheet(sheet, random), label: null, truth };
      }
    },
  };
}

interface Line {
  readonly text: string;
  readonly placed: PlacedText;
}

function layOut(random: Generator, typefaces: readonly Typeface[], upsideDown: boolean) {
  const width = between(random, ...ranges.width);
  const height = between(random, ...ranges.height);
  const margin = between(random, ...ranges.margin);
  const size = between(random, ...ranges.size);
  const leading = size * within(random, ...ranges.leading);
  const count = between(random, ...ranges.columns);
  const gutter = size * ranges.gutter;
  const columnWidth = (width - 2 * margin - (count - 1) * gutter) / count;

  const heading = place(pick(random, typefaces), sampleRecord(random), size * 1.5, margin, margin + size * 1.5);
  const top = heading.placed.y + leading * 1.5;
  const lines: Line[] = [heading];
  for (let column = 0; column < count; column++) {
    const left = margin + column * (columnWidth + gutter);
    const typeface = pick(random, typefaces);
    const bottom = height - margin;
    let y = top;
    while (y <= bottom) {
      const paragraph = integer(random, 3) === 0 ? sampleRecord(random) : sampleSentence(random);
      for (const text of broken(paragraph, typeface, size, columnWidth)) {
        if (y > bottom) break;
        lines.push(place(typeface, text, size, left, y));
        y += leading;
      }
    }
  }
  const turn = within(random, ...ranges.slant) + (upsideDown ? 180 : 0);
  const placed = lines.map((line) => line.placed);
  const noise = within(random, ...ranges.noise);
  const sheet: Sheet = { width, height, ...colours(random), lines: placed, turn, noise };
  return { sheet, lines };
}

function place(typeface: Typeface, text: string, size: number, x: number, y: number): Line {
  return { text, placed: { outlined: typeface.outline(text, size), x, y } };
}

/** Breaks a paragraph into lines of at most `width` pixels, between words; a word that is longer has a line to itself. */
export function broken(paragraph: string, typeface: Typeface, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of paragraph.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && typeface.advance(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
