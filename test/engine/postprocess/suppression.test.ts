import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plainSuppression } from '../../../bench/plain-suppression.mjs';
import { createSuppression } from '../../../src/engine/postprocess/suppression.ts';
import { generator, integer, uniform } from '../../../src/stats/random.ts';
import { drawnDetections } from './drawn.ts';

interface GoldenCase {
  readonly iouThreshold: number;
  readonly boxes: readonly number[];
  readonly scores: readonly number[];
  readonly classes: readonly number[];
  readonly agnostic: readonly number[];
  readonly perClass: readonly number[];
}

const golden: readonly GoldenCase[] = JSON.parse(readFileSync('test/golden/postprocess.json', 'utf8')).suppression;

function candidatesOf(scores: readonly number[], classes: readonly number[]) {
  return {
    count: scores.length,
    scores: Float32Array.from(scores),
    anchors: Uint32Array.from(scores.keys()),
    classes: Uint32Array.from(classes),
  };
}

test.each(golden)('what torchvision keeps at an IoU of $iouThreshold is kept, in its order', (given) => {
  const edges = Float64Array.from(given.boxes);
  for (const perClass of [true, false]) {
    const suppress = createSuppression({ iouThreshold: given.iouThreshold, maxDetections: 1000, perClass });
    const kept = suppress(candidatesOf(given.scores, given.classes), edges, 3);
    expect(Array.from(kept)).toEqual(perClass ? given.perClass : given.agnostic);
  }
  // The cases tell both apart, and something is suppressed in each.
  expect(given.perClass.length).toBeGreaterThan(given.agnostic.length);
  expect(given.perClass.length).toBeLessThan(given.scores.length);
});

test('a box is dropped when it shares more than the threshold, and kept when it shares just that', () => {
  // 10 × 10 beside one that begins at 5: 50 of 150 are shared, a third.
  const edges = Float64Array.from([0, 0, 10, 10, 5, 0, 15, 10]);
  const candidates = candidatesOf([0.9, 0.8], [0, 0]);
  const keptAt = (iouThreshold: number) =>
    createSuppression({ iouThreshold, maxDetections: 9, perClass: true })(candidates, edges, 1).length;
  expect(keptAt(0.33)).toBe(1);
  expect(keptAt(0.34)).toBe(2);
  // 10 × 10 within 20 × 10: one half, exactly.
  edges.set([0, 0, 20, 10, 0, 0, 10, 10]);
  expect(keptAt(0.5)).toBe(2);
  expect(keptAt(0.499)).toBe(1);
});

test('of equal boxes with equal scores the first is kept', () => {
  const edges = Float64Array.from([0, 0, 4, 4, 0, 0, 4, 4, 0, 0, 4, 4]);
  const suppress = createSuppression({ iouThreshold: 0.5, maxDetections: 9, perClass: true });
  expect(Array.from(suppress(candidatesOf([0.5, 0.5, 0.5], [0, 0, 0]), edges, 1))).toEqual([0]);
  expect(Array.from(suppress(candidatesOf([0.5, 0.75, 0.5], [0, 1, 0]), edges, 2))).toEqual([1, 0]);
});

test('boxes without an area suppress nothing and are not suppressed', () => {
  const edges = Float64Array.from([3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 9, 9, 9, 9, 0, 0]);
  const suppress = createSuppression({ iouThreshold: 0, maxDetections: 9, perClass: true });
  expect(Array.from(suppress(candidatesOf([0.9, 0.8, 0.7, 0.6], [0, 0, 0, 0]), edges, 1))).toEqual([0, 1, 2, 3]);
});

test('what one query kept does not remain for the next', () => {
  const suppress = createSuppression({ iouThreshold: 0.5, maxDetections: 9, perClass: true });
  const edges = Float64Array.from([0, 0, 4, 4]);
  for (let query = 0; query < 3; query++) {
    expect(Array.from(suppress(candidatesOf([0.5], [0]), edges, 1))).toEqual([0]);
  }
  expect(suppress(candidatesOf([], []), edges, 1).length).toBe(0);
});

test('what the plain version keeps of drawn boxes is kept, ties and limits included', () => {
  const source = generator(11);
  let [suppressed, limited] = [0, 0];
  for (let round = 0; round < 400; round++) {
    const [anchors, classes] = [1 + integer(source, 60), 1 + integer(source, 4)];
    const { boxes, scores } = drawnDetections(source, anchors, classes, round % 2 === 0);
    const limits = {
      scoreThreshold: uniform(source) < 0.5 ? 0.25 : 0,
      iouThreshold: [0.3, 0.45, 0.7][integer(source, 3)] ?? 0.5,
      maxDetections: 1 + integer(source, 40),
    };
    const expected = plainSuppression(boxes, scores, classes, limits);

    const places = Array.from(scores.keys()).filter((place) => (scores[place] ?? 0) > limits.scoreThreshold);
    const candidates = {
      count: places.length,
      scores: Float32Array.from(places, (place) => scores[place] ?? 0),
      anchors: Uint32Array.from(places, (place) => Math.floor(place / classes)),
      classes: Uint32Array.from(places, (place) => place % classes),
    };
    const edges = Float64Array.from(
      places.flatMap((place) => {
        const anchor = Math.floor(place / classes);
        return Array.from(boxes.subarray(4 * anchor, 4 * anchor + 4));
      }),
    );
    const kept = createSuppression({ ...limits, perClass: true })(candidates, edges, classes);
    expect(Array.from(kept, (place) => [candidates.anchors[place], candidates.classes[place]])).toEqual(
      expected.map(({ anchor, category }) => [anchor, category]),
    );
    if (kept.length < Math.min(candidates.count, limits.maxDetections)) suppressed += 1;
    if (kept.length === limits.maxDetections) limited += 1;
  }
  // Both ends are among the cases.
  expect(suppressed).toBeGreaterThan(50);
  expect(limited).toBeGreaterThan(50);
});
