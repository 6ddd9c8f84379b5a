import { expect, test } from 'vitest';
import { decodeWhole } from '../../src/engine/preprocess/decode.ts';
import { generator } from '../../src/stats/random.ts';
import { drawSheet, quadOf, type Sheet } from '../../src/workloads/drawn-text.ts';
import { readTypeface, typefaceNames } from '../../src/workloads/typefaces.ts';

/** The letters H and I, 40 pixels an em, on the middle of a sheet. */
async function sheet(changes: Partial<Sheet> = {}): Promise<Sheet> {
  const outlined = (await readTypeface('sans')).outline('HI', 40);
  return {
    width: 120,
    height: 80,
    paper: [255, 255, 255],
    ink: [0, 0, 0],
    lines: [{ outlined, x: 40, y: 55 }],
    turn: 0,
    noise: 0,
    ...changes,
  };
}

async function pixelsOf(drawn: Sheet) {
  const { pixels, width, height } = await decodeWhole(await drawSheet(drawn, generator(1)), () => 'the sheet');
  return { width, height, at: (x: number, y: number) => pixels[(Math.round(y) * width + Math.round(x)) * 3] ?? -1 };
}

/** Left, top, right and bottom of what is darker than the middle. */
async function darkExtent(drawn: Sheet): Promise<number[]> {
  const { at, width, height } = await pixelsOf(drawn);
  const [xs, ys]: [number[], number[]] = [[], []];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (at(x, y) >= 128) continue;
      xs.push(x);
      ys.push(y);
    }
  }
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
}

test('text is drawn where its quad says, to the pixel', async () => {
  const drawn = await sheet();
  const [line] = drawn.lines;
  if (line === undefined) throw new Error('no line');
  const [x0, y0, x1, y1, x2, y2, x3, y3] = quadOf(drawn, line);
  expect([x0, y0, x1, y1]).toEqual([x3, y1, x2, y0]); // upright: edges are level
  const extent = await darkExtent(drawn);
  for (const [index, edge] of [x0, y0, x2, y2].entries()) expect(Math.abs((extent[index] ?? 0) - edge)).toBeLessThan(1);
  expect(y3).toBe(55); // capitals stand on the line
});

test('capitals are 0.711 ems high, as Roboto has them', async () => {
  const { ink } = (await readTypeface('sans')).outline('H', 1000);
  expect(ink.bottom).toBeCloseTo(0);
  expect(ink.top).toBeCloseTo(-711, 0);
});

test('a line that is upside down has its first corner at the bottom right', async () => {
  const [upright, turned] = [await sheet(), await sheet({ turn: 180 })];
  const [line] = upright.lines;
  if (line === undefined) throw new Error('no line');
  const [x0, y0] = quadOf(upright, line);
  const [turnedX, turnedY] = quadOf(turned, line);
  expect(turnedX).toBeCloseTo(120 - x0);
  expect(turnedY).toBeCloseTo(80 - y0);
  const [left = 0, top = 0, right = 0, bottom = 0] = await darkExtent(upright);
  expect(await darkExtent(turned)).toEqual([120 - right, 80 - bottom, 120 - left, 80 - top]);
});

test('noise changes pixels by what was asked for, and the same seed gives the same file', async () => {
  const noisy = await sheet({ paper: [128, 128, 128], noise: 10, lines: [] });
  const { at, width, height } = await pixelsOf(noisy);
  let [sum, squares] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sum += at(x, y) - 128;
      squares += (at(x, y) - 128) ** 2;
    }
  }
  const count = width * height;
  // The mean of 9,600 draws of deviation 10 is within 0.5 of 0 but for one seed in a million; JPEG keeps nearly all of the deviation.
  expect(Math.abs(sum / count)).toBeLessThan(0.5);
  expect(Math.sqrt(squares / count)).toBeGreaterThan(8);
  expect(Math.sqrt(squares / count)).toBeLessThan(11);
  expect(await drawSheet(noisy, generator(3))).toEqual(await drawSheet(noisy, generator(3)));
  expect(await drawSheet(noisy, generator(3))).not.toEqual(await drawSheet(noisy, generator(4)));
});

test('every typeface has the letters, digits and punctuation that the texts use', async () => {
  const used = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;!?"&()%-'`;
  for (const name of typefaceNames) {
    const typeface = await readTypeface(name);
    expect(typeface.outline(used, 20).advance).toBeCloseTo(typeface.advance(used, 20));
  }
});

test('a character without a glyph is refused, not drawn as a box', async () => {
  const sans = await readTypeface('sans');
  expect(() => sans.outline('价 5', 20)).toThrow(
    expect.objectContaining({ code: 'GLYPH_MISSING', message: expect.stringContaining('U+4EF7') }),
  );
});
