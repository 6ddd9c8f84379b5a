import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { convexHull } from '../../../src/engine/postprocess/convex-hull.ts';
import { boxesFromMap } from '../../../src/engine/postprocess/db.ts';
import { minAreaRectangle } from '../../../src/engine/postprocess/min-area-rectangle.ts';
import { createPostprocessor } from '../../../src/engine/postprocess/postprocessor.ts';
import { regionsAbove } from '../../../src/engine/postprocess/regions.ts';
import type { DbSettings } from '../../../src/engine/settings.ts';
import { generator, uniform } from '../../../src/stats/random.ts';

interface Golden {
  readonly rectangles: readonly {
    readonly top: number;
    readonly first: readonly number[];
    readonly last: readonly number[];
    readonly sides: readonly [number, number];
  }[];
  readonly map: {
    readonly width: number;
    readonly height: number;
    /** A byte a pixel, 255 for 1, as base64. */
    readonly steps: string;
    readonly found: readonly { readonly corners: readonly number[]; readonly score: number }[];
  };
}

const golden: Golden = JSON.parse(readFileSync('test/golden/postprocess.json', 'utf8'));

const db: DbSettings = {
  kind: 'db',
  output: null,
  threshold: 0.3,
  boxThreshold: 0.6,
  unclipRatio: 1.5,
  minSize: 3,
  maxCandidates: 1000,
};

/** A map from rows of digits: 9 is 0.9; anything else is 0. */
function mapOf(rows: readonly string[]) {
  const width = rows[0]?.length ?? 0;
  const values = Float32Array.from(rows.join(''), (digit) => (digit >= '1' && digit <= '9' ? Number(digit) / 10 : 0));
  return { values, width, height: rows.length };
}

function regionsIn(rows: readonly string[], limit = 100) {
  const { values, width, height } = mapOf(rows);
  return regionsAbove(values, 0, width, height, Math.fround(0.3), limit);
}

test('pixels that touch by a side or a corner are one region, in the order of their first pixels', () => {
  expect(regionsIn(['..9....9', '.9.....9', '9...99..'])).toEqual([
    { top: 0, first: [2, 1, 0], last: [2, 1, 0] },
    { top: 0, first: [7, 7], last: [7, 7] },
    { top: 2, first: [4], last: [5] },
  ]);
  // The last row joins what the rows above it held apart; the threshold itself is not above it.
  expect(regionsIn(['9.9', '9.9', '999'])).toEqual([{ top: 0, first: [0, 0, 0], last: [2, 2, 2] }]);
  expect(regionsIn(['3', '4'])).toEqual([{ top: 1, first: [0], last: [0] }]);
  // A ring, and a region within it.
  expect(regionsIn(['99999', '9...9', '9.9.9', '9...9', '99999'])).toHaveLength(2);
  expect(regionsIn(['9.9.9', '.....', '9.9.9'], 4)).toHaveLength(4);
});

test('regions are those of a flood fill on drawn maps', () => {
  const source = generator(8);
  for (let round = 0; round < 60; round++) {
    const [width, height] = [17, 13];
    const values = Float32Array.from({ length: width * height }, () => uniform(source));
    const density = 0.3 + 0.6 * uniform(source);
    const found = regionsAbove(values, 0, width, height, density, 1000);
    expect(found.map(({ top, first, last }) => ({ top, first, last }))).toEqual(
      floodFill(values, width, height, density),
    );
  }
});

function floodFill(values: Float32Array, width: number, height: number, threshold: number) {
  const seen = new Set<number>();
  const regions = [];
  for (let start = 0; start < values.length; start++) {
    const open = (values[start] ?? 0) > threshold && !seen.has(start) ? [start] : [];
    const rows = new Map<number, number[]>();
    for (const place of open) {
      if (seen.has(place)) continue;
      seen.add(place);
      const [x, y] = [place % width, Math.floor(place / width)];
      rows.set(y, [...(rows.get(y) ?? []), x]);
      for (const [dx, dy] of [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b] as const))) {
        const [nextX, nextY] = [x + dx, y + dy];
        if (nextX < 0 || nextX >= width || nextY < 0 || nextY >= height) continue;
        if ((values[nextY * width + nextX] ?? 0) > threshold) open.push(nextY * width + nextX);
      }
    }
    if (rows.size === 0) continue;
    const sorted = [...rows].toSorted(([a], [b]) => a - b);
    regions.push({
      top: sorted[0]?.[0],
      first: sorted.map(([, columns]) => Math.min(...columns)),
      last: sorted.map(([, columns]) => Math.max(...columns)),
    });
  }
  return regions;
}

test('the convex hull has the corners only, clockwise from the topmost left', () => {
  expect(convexHull({ top: 2, first: [3, 3, 3], last: [5, 5, 5] })).toEqual([3, 2, 5, 2, 5, 4, 3, 4]);
  // A plus: the arms' ends.
  expect(convexHull({ top: 0, first: [1, 0, 1], last: [1, 2, 1] })).toEqual([1, 0, 2, 1, 1, 2, 0, 1]);
  expect(convexHull({ top: 7, first: [4], last: [4] })).toEqual([4, 7]);
  expect(convexHull({ top: 7, first: [4], last: [9] })).toEqual([4, 7, 9, 7]);
  expect(convexHull({ top: 0, first: [0, 1, 2], last: [0, 1, 2] })).toEqual([0, 0, 2, 2]);
});

test.each(golden.rectangles)('the rectangle of least area has the sides that OpenCV finds ($sides)', (given) => {
  const { width, height } = minAreaRectangle(convexHull(given));
  const [shorter, longer] = given.sides;
  // Other rectangles may have the same area: of those it is the area that agrees.
  expect(width * height).toBeCloseTo(shorter * longer, 1);
});

test('a rectangle on its tip is found at its angle', () => {
  // The corners (4, 0), (6, 2), (2, 6), (0, 4): sides √8 and √32 at 45°.
  const { width, height, centreX, centreY } = minAreaRectangle([4, 0, 6, 2, 2, 6, 0, 4]);
  expect([width, height].toSorted((a, b) => a - b).map((side) => side ** 2)).toEqual([
    expect.closeTo(8, 12),
    expect.closeTo(32, 12),
  ]);
  expect([centreX, centreY]).toEqual([expect.closeTo(3, 12), expect.closeTo(3, 12)]);
});

test('a level region grows by area · ratio / perimeter on all sides', () => {
  const rows = ['............', '............', ...new Array(4).fill('..99999999..'), '............', '............'];
  const { values, width, height } = mapOf(rows);
  const [found, ...more] = boxesFromMap(values, 0, width, height, db);
  expect(more).toEqual([]);
  expect(found?.score).toBeCloseTo(0.9, 6);
  // Between centres of pixels it is 7 × 3: it grows by 7 · 3 · 1.5 / 20 = 1.575. The centre of the first pixel is at 2.5, 2.5.
  const [left, top, right, bottom] = [2.5 - 1.575, 2.5 - 1.575, 9.5 + 1.575, 5.5 + 1.575];
  const corners = [left, top, right, top, right, bottom, left, bottom];
  expect(found?.quad).toEqual(corners.map((value) => expect.closeTo(value, 9)));
  // Without growth it is no larger than the smallest that is kept.
  expect(boxesFromMap(values, 0, width, height, { ...db, unclipRatio: 0 })).toEqual([]);
  expect(boxesFromMap(values, 0, width, height, { ...db, unclipRatio: 0, minSize: 1 })).toHaveLength(1);
});

test('faint, thin and surplus regions are dropped', () => {
  const { values, width, height } = mapOf([
    '99999..44444..99999..99999',
    '99999..44444.........99999',
    '99999..44444.........99999',
    '99999..44444.........99999',
    '99999..44444.........99999',
  ]);
  const lefts = (settings: Partial<DbSettings>) =>
    boxesFromMap(values, 0, width, height, { ...db, ...settings }).map(({ quad }) => Math.round(quad[0] + 1));
  // 4 × 4 between centres: they begin half a pixel in, and grow by 4 · 4 · 1.5 / 16 = 1.5.
  expect(lefts({})).toEqual([0, 21]);
  expect(lefts({ boxThreshold: 0.35 })).toEqual([0, 7, 21]);
  expect(lefts({ maxCandidates: 1 })).toEqual([0]);
  expect(lefts({ minSize: 5 })).toEqual([]);
});

test('boxes are those of PaddleOCR’s steps with OpenCV and pyclipper', () => {
  const { width, height, steps, found } = golden.map;
  const values = Float32Array.from(Buffer.from(steps, 'base64'), (step) => step / 255);
  const boxes = boxesFromMap(values, 0, width, height, db);
  expect(boxes).toHaveLength(found.length);
  for (const { corners, score } of found) {
    const centre = [0, 1].map((axis) => [0, 2, 4, 6].reduce((sum, at) => sum + (corners[at + axis] ?? 0) / 4, 0));
    const near = boxes.filter(({ quad }) => {
      const middle = [0, 1].map((axis) =>
        [0, 2, 4, 6].reduce((sum, at) => sum + (quad[at + axis] ?? 0) / 4 - 0.125, 0),
      );
      return Math.hypot((middle[0] ?? 0) - (centre[0] ?? 0), (middle[1] ?? 0) - (centre[1] ?? 0)) < 0.5;
    });
    expect(near).toHaveLength(1);
    const [{ quad, score: mean } = { quad: [], score: 0 }] = near;
    // Every corner there is a corner here; OpenCV counts from the centre of the first pixel.
    for (let at = 0; at < 8; at += 2) {
      const distances = [0, 2, 4, 6].map((mine) =>
        Math.hypot((quad[mine] ?? 0) - 0.5 - (corners[at] ?? 0), (quad[mine + 1] ?? 0) - 0.5 - (corners[at + 1] ?? 0)),
      );
      expect(Math.min(...distances)).toBeLessThan(0.3);
    }
    // Its mask takes in a rim of pixels outside of the rectangle, whose values are low.
    expect(mean).toBeGreaterThan(score - 0.01);
    expect(mean).toBeLessThan(score + 0.15);
  }
});

test('corners go clockwise from the top left of the text, upright or leaning to either side', () => {
  for (const degrees of [0, 10, -10, 30, -30]) {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const values = new Float32Array(100 * 100);
    for (let y = 0; y < 100; y++) {
      for (let x = 0; x < 100; x++) {
        const [along, across] = [(x - 50) * cos + (y - 50) * sin, (y - 50) * cos - (x - 50) * sin];
        if (Math.abs(along) <= 30 && Math.abs(across) <= 6) values[100 * y + x] = 0.9;
      }
    }
    const [found] = boxesFromMap(values, 0, 100, 100, db);
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, , , x3 = 0, y3 = 0] = found?.quad ?? [];
    expect((Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI).toBeCloseTo(degrees, -0.5);
    expect(Math.hypot(x1 - x0, y1 - y0)).toBeGreaterThan(2 * Math.hypot(x3 - x0, y3 - y0));
  }
});

test('each item of a batch has the regions of its own map, and numbers that are not finite are refused', () => {
  const { values, width, height } = mapOf(new Array(6).fill('999999....'));
  const data = new Float32Array(2 * width * height);
  data.set(values, width * height);
  const find = createPostprocessor(db, ['map'], 2);
  const answers = find({ map: { type: 'float32', dims: [2, 1, height, width], data } });
  expect(answers.map(({ quads }) => quads.length)).toEqual([0, 1]);
  expect(find({ map: { type: 'float32', dims: [2, height, width], data } })).toEqual(answers);

  data[width * height + 13] = Number.POSITIVE_INFINITY;
  expect(() => find({ map: { type: 'float32', dims: [2, 1, height, width], data } })).toThrowError(
    /"map" of item 1 of the query holds Infinity at place 13\./,
  );
  expect(() => find({ map: { type: 'float32', dims: [2, 2, height, width / 2], data } })).toThrowError(
    /^postprocess db: expected an output of shape \[2, 1, height, width\], but "map" is \[2, 2, 6, 5\]/,
  );
});

test.each([
  [{ threshold: 2 }, /threshold: expected a number from 0 to 1, got 2/],
  [{ boxThreshold: Number.NaN }, /box_threshold: expected a number from 0 to 1, got NaN/],
  [{ unclipRatio: -1 }, /unclip_ratio: expected a number from 0 on, got -1/],
  [{ minSize: Number.POSITIVE_INFINITY }, /min_size: expected a number from 0 on, got Infinity/],
  [{ maxCandidates: 0.5 }, /max_candidates: expected a whole number from 1 on, got 0.5/],
] as const)('settings %o are refused by name', (settings, message) => {
  expect(() => createPostprocessor({ ...db, ...settings }, ['map'], 1)).toThrowError(message);
});
