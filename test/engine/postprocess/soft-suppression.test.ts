import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createSoftSuppression } from '../../../src/engine/postprocess/soft-suppression.ts';
import type { DetectSettings, SoftSuppression } from '../../../src/engine/settings.ts';
import { detection } from './detection-settings.ts';

interface GoldenCase {
  readonly method: 'gaussian' | 'linear';
  readonly sigma: number;
  readonly scoreThreshold: number;
  readonly iouThreshold: number;
  /** x, y, width, height of each. */
  readonly boxes: readonly number[];
  readonly scores: readonly number[];
  readonly kept: readonly number[];
  readonly fallen: readonly number[];
}

const golden: readonly GoldenCase[] = JSON.parse(readFileSync('test/golden/postprocess.json', 'utf8')).soft;

function run(
  scores: readonly number[],
  edges: readonly number[],
  classes: readonly number[],
  settings: DetectSettings,
) {
  const candidates = {
    count: scores.length,
    scores: Float32Array.from(scores),
    anchors: Uint32Array.from(scores.keys()),
    classes: Uint32Array.from(classes),
  };
  const kept = Array.from(createSoftSuppression(settings)(candidates, Float64Array.from(edges), 2));
  return { kept, scores: kept.map((place) => candidates.scores[place] ?? Number.NaN) };
}

test.each(golden)('$method suppression keeps what OpenCV keeps, with its scores', (given) => {
  const { method, sigma, scoreThreshold, iouThreshold, boxes } = given;
  const soft: SoftSuppression = method === 'gaussian' ? { method, sigma } : { method };
  const edges = boxes.map((value, place) => (place % 4 < 2 ? value : value + (boxes[place - 2] ?? 0)));
  const settings = { ...detection, soft, scoreThreshold, iouThreshold };
  const { kept, scores } = run(given.scores, edges, new Array(given.scores.length).fill(0), settings);
  expect(kept).toEqual(given.kept);
  given.fallen.forEach((score, place) => {
    expect(scores[place]).toBeCloseTo(score, 5);
  });
  expect(kept.length).toBeLessThan(given.scores.length);
});

test('a Gaussian lets the score of a box that shares a third fall by exp(−1 / (9 σ))', () => {
  const edges = [0, 0, 10, 10, 5, 0, 15, 10];
  const settings: DetectSettings = { ...detection, soft: { method: 'gaussian', sigma: 0.5 } };
  const { kept, scores } = run([0.9, 0.8], edges, [0, 0], settings);
  expect(kept).toEqual([0, 1]);
  expect(scores[1]).toBeCloseTo(0.8 * Math.exp(-1 / 4.5), 6);
  // Another class is left alone, unless classes do not matter.
  expect(run([0.9, 0.8], edges, [0, 1], settings).scores[1]).toBeCloseTo(0.8, 6);
  expect(run([0.9, 0.8], edges, [0, 1], { ...settings, perClass: false }).scores[1]).toBeCloseTo(0.6406, 4);
});

test('boxes whose score has fallen to the threshold are dropped, and no more than asked for are kept', () => {
  const edges = [0, 0, 10, 10, 0, 0, 10, 10, 50, 50, 60, 60];
  const settings: DetectSettings = { ...detection, soft: { method: 'linear' } };
  // The second is the first once more: 1 − IoU leaves it nothing.
  expect(run([0.9, 0.8, 0.7], edges, [0, 0, 0], settings).kept).toEqual([0, 2]);
  expect(run([0.9, 0.8, 0.7], edges, [0, 0, 0], { ...settings, maxDetections: 1 }).kept).toEqual([0]);
});
