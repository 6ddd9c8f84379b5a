import { encodeJpeg } from '../engine/preprocess/encode.ts';
import type { Picture } from '../engine/preprocess/picture.ts';
import { rasterizeSvg } from '../engine/preprocess/rasterize.ts';
import type { Quad } from '../engine/quad.ts';
import { type Generator, normal } from '../stats/random.ts';
import type { Extent, OutlinedText } from './typefaces.ts';

/** Lines of text on paper, before they are drawn. */
export interface Sheet {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly paper: Colour;
  readonly ink: Colour;
  readonly lines: readonly PlacedText[];
  /** Degrees by which all text is turned clockwise about the middle. */
  readonly turn: number;
  /** Standard deviation of the noise that is added to every pixel, alike for its three channels; of 255. */
  readonly noise: number;
}

export type Colour = readonly [red: number, green: number, blue: number];

export interface PlacedText {
  readonly outlined: OutlinedText;
  /** Where the line begins, and what it stands on. */
  readonly x: number;
  readonly y: number;
}

/** As office scanners set it: text has visible halos below 80, and from 95 on files only grow. */
const jpegQuality = 90;

/** The sheet as a JPEG file. Its pixels depend on nothing but the sheet, the state of `random` and the versions of sharp's libraries. */
export async function drawSheet(sheet: Sheet, random: Generator): Promise<Uint8Array> {
  const picture = await rasterizeSvg(svgOf(sheet));
  addNoise(picture, sheet.noise, random);
  return encodeJpeg(picture, jpegQuality);
}

/** Corners of a line's ink on the sheet, clockwise from the top left of the text, whichever way it is turned. */
export function quadOf(sheet: Sheet, { outlined: { ink }, x, y }: PlacedText): Quad {
  const placed = { left: x + ink.left, top: y + ink.top, right: x + ink.right, bottom: y + ink.bottom };
  return turned(placed, sheet.turn, sheet.width / 2, sheet.height / 2);
}

/** Corners of a rectangle that is turned clockwise by `degrees` about a point. */
export function turned({ left, top, right, bottom }: Extent, degrees: number, middleX: number, middleY: number): Quad {
  const sine = Math.sin((degrees * Math.PI) / 180);
  const cosine = Math.cos((degrees * Math.PI) / 180);
  const x = (x0: number, y0: number) => middleX + (x0 - middleX) * cosine - (y0 - middleY) * sine;
  const y = (x0: number, y0: number) => middleY + (x0 - middleX) * sine + (y0 - middleY) * cosine;
  return [
    x(left, top),
    y(left, top),
    x(right, top),
    y(right, top),
    x(right, bottom),
    y(right, bottom),
    x(left, bottom),
    y(left, bottom),
  ];
}

function svgOf({ width, height, paper, ink, lines, turn }: Sheet): string {
  const paths = lines.map(({ outlined, x, y }) => `<path transform="translate(${x} ${y})" d="${outlined.path}"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
<rect width="${width}" height="${height}" fill="rgb(${paper})"/>
<g fill="rgb(${ink})" transform="rotate(${turn} ${width / 2} ${height / 2})">${paths.join('\n')}</g>
</svg>`;
}

function addNoise({ pixels, channels }: Picture, deviation: number, random: Generator): void {
  if (deviation === 0) return;
  // A Uint8Array wraps around; this view of the same bytes rounds and stays within 0…255.
  const clamped = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
  for (let pixel = 0; pixel < clamped.length; pixel += channels) {
    const added = normal(random) * deviation;
    for (let channel = 0; channel < channels; channel++) {
      clamped[pixel + channel] = (clamped[pixel + channel] ?? 0) + added;
    }
  }
}
