import { expect, test } from 'vitest';
import { plainSuppression } from '../../../bench/plain-suppression.mjs';
import type { FoundBox } from '../../../src/engine/postprocess/answer.ts';
import { createPostprocessor } from '../../../src/engine/postprocess/postprocessor.ts';
import { sigmoid } from '../../../src/engine/postprocess/sigmoid.ts';
import type { DetectSettings } from '../../../src/engine/settings.ts';
import { generator, uniform } from '../../../src/stats/random.ts';
import { detection } from './detection-settings.ts';
import { drawnDetections } from './drawn.ts';

interface Arrays {
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
}

function detectIn(
  { boxes, scores }: Arrays,
  classes: number,
  settings: Partial<DetectSettings> = {},
): readonly FoundBox[] {
  const anchors = boxes.length / 4;
  const [answer] = createPostprocessor(
    { ...detection, ...settings },
    ['boxes', 'scores'],
    1,
  )({
    boxes: { type: 'float32', dims: [1, anchors, 4], data: boxes },
    scores: { type: 'float32', dims: [1, anchors, classes], data: scores },
  });
  return answer?.boxes ?? [];
}

/** The logarithm of the odds, the inverse of the logistic function. */
const odds = (p: number) => Math.log(p / (1 - p));

const far = [0, 0, 10, 10, 100, 100, 110, 120, 200, 200, 210, 210];

test('boxes above the threshold are answered best first, with class and score', () => {
  const arrays = { boxes: Float32Array.from(far), scores: Float32Array.from([0.1, 0.25, 0.5, 0.2, 0.3, 0.75]) };
  // 0.25 is not above 0.25. Anchor 2 passes with both classes.
  expect(detectIn(arrays, 2)).toEqual([
    { box: [200, 200, 210, 210], class: 1, score: 0.75 },
    { box: [100, 100, 110, 120], class: 0, score: 0.5 },
    { box: [200, 200, 210, 210], class: 0, score: Math.fround(0.3) },
  ]);
  // Without regard to classes an anchor is one object.
  expect(detectIn(arrays, 2, { perClass: false }).map((found) => found.class)).toEqual([1, 0]);
  expect(detectIn(arrays, 2, { background: 1 }).map(({ score }) => score)).toEqual([0.5, Math.fround(0.3)]);
  expect(detectIn(arrays, 2, { maxDetections: 1 })).toHaveLength(1);
});

test.each([
  ['xyxy', [10, 20, 14, 28]],
  ['xywh', [10, 20, 4, 8]],
  ['cxcywh', [12, 24, 4, 8]],
] as const)('a box given as %s is answered as its edges', (boxFormat, numbers) => {
  const arrays = { boxes: Float32Array.from(numbers), scores: Float32Array.of(0.5) };
  expect(detectIn(arrays, 1, { boxFormat })[0]?.box).toEqual([10, 20, 14, 28]);
});

test('sigmoid makes probabilities of logits before the threshold', () => {
  const arrays = { boxes: Float32Array.from(far), scores: Float32Array.of(odds(0.24), odds(0.26), odds(0.9)) };
  const found = detectIn(arrays, 1, { activation: 'sigmoid' });
  expect(found.map(({ box }) => box[0])).toEqual([200, 100]);
  expect(found[0]?.score).toBeCloseTo(0.9, 6);
  expect(found[1]?.score).toBeCloseTo(0.26, 6);
});

test('softmax is over all classes, the background included, which is not answered', () => {
  // Odds of 1 : 2 : 5 and 6 : 1 : 1, of 8; the third is all background.
  const scores = Float32Array.from([1, 2, 5, 6, 1, 1, 1e6, 1, 1].map(Math.log));
  const found = detectIn({ boxes: Float32Array.from(far), scores }, 3, {
    activation: 'softmax',
    background: 0,
    scoreThreshold: 0.2,
  });
  expect(found.map(({ class: category, box }) => [category, box[0]])).toEqual([
    [2, 0],
    [1, 0],
  ]);
  expect(found[0]?.score).toBeCloseTo(0.625, 6);
  expect(found[1]?.score).toBeCloseTo(0.25, 6);
  // Without one, no class is left out.
  const all = detectIn({ boxes: Float32Array.from(far), scores }, 3, { activation: 'softmax', scoreThreshold: 0.2 });
  expect(all.map(({ class: category }) => category)).toEqual([0, 0, 2, 1]);
});

/** The same detections as rows or columns of one output, with or without objectness; 3 anchors, 9 classes. */
function together(layout: 'rows' | 'columns', objectness: readonly number[] | null) {
  const classScores = (anchor: number) =>
    Array.from({ length: 9 }, (_, category) => (category === anchor + 3 ? 0.8 : 0.01));
  const rows = [0, 1, 2].map((anchor) => [
    ...far.slice(4 * anchor, 4 * anchor + 4),
    ...(objectness === null ? [] : [objectness[anchor] ?? 0]),
    ...classScores(anchor),
  ]);
  const values = rows[0]?.length ?? 0;
  const columns = Array.from({ length: values }, (_, value) => rows.map((row) => row[value] ?? 0));
  const data = Float32Array.from((layout === 'rows' ? rows : columns).flat());
  return { type: 'float32', dims: layout === 'rows' ? [1, 3, values] : [1, values, 3], data };
}

test.each(['rows', 'columns'] as const)('boxes and scores in one output as %s are told apart', (layout) => {
  const detect = createPostprocessor({ ...detection, layout }, ['output0'], 1);
  const found = detect({ output0: together(layout, null) })[0]?.boxes ?? [];
  expect(found.map(({ class: category, box }) => [category, ...box])).toEqual([
    [3, 0, 0, 10, 10],
    [4, 100, 100, 110, 120],
    [5, 200, 200, 210, 210],
  ]);
});

test.each(['rows', 'columns'] as const)('with objectness in %s, scores are products', (layout) => {
  const detect = createPostprocessor({ ...detection, layout, objectness: true }, ['output0'], 1);
  // 0.8 × 0.5 = 0.4 passes; 0.8 × 0.3 = 0.24 does not, though both numbers are above 0.25; nor does 0.
  const found = detect({ output0: together(layout, [0.3, 0.5, 0]) })[0]?.boxes ?? [];
  expect(found.map(({ class: category }) => category)).toEqual([4]);
  expect(found[0]?.score).toBeCloseTo(0.4, 6);
});

test.each(['rows', 'columns'] as const)('of a single anchor in %s, every class and its box are found', (layout) => {
  const data = Float32Array.of(10, 20, 30, 40, 0.5, 0.1, 0.75);
  const output0 = { type: 'float32', dims: layout === 'rows' ? [1, 1, 7] : [1, 7, 1], data };
  const [answer] = createPostprocessor({ ...detection, layout }, ['output0'], 1)({ output0 });
  expect(answer?.boxes).toEqual([
    { box: [10, 20, 30, 40], class: 2, score: 0.75 },
    { box: [10, 20, 30, 40], class: 0, score: 0.5 },
  ]);
});

test('objectness is made a probability as the scores are', () => {
  const data = Float32Array.from([0, 0, 10, 10, odds(0.5), odds(0.8), odds(0.3)]);
  const settings = { ...detection, objectness: true, activation: 'sigmoid' } as const;
  const [answer] = createPostprocessor(settings, ['out'], 1)({ out: { type: 'float32', dims: [1, 1, 7], data } });
  expect(answer?.boxes.map(({ class: category }) => category)).toEqual([0]);
  expect(answer?.boxes[0]?.score).toBeCloseTo(0.4, 6);
});

test('each item of a batch has boxes of its own', () => {
  const detect = createPostprocessor(detection, ['boxes', 'scores'], 2);
  const answers = detect({
    boxes: { type: 'float32', dims: [2, 2, 4], data: Float32Array.from([...far.slice(0, 8), ...far.slice(4, 12)]) },
    scores: { type: 'float32', dims: [2, 2, 1], data: Float32Array.of(0.5, 0.1, 0.1, 0.75) },
  });
  expect(answers.map(({ boxes }) => boxes.map(({ box }) => box[0]))).toEqual([[0], [200]]);
  expect(answers.map(({ classCount }) => classCount)).toEqual([1, 1]);
});

test.each(['none', 'sigmoid'] as const)('with activation %s, answers are those of the plain version', (activation) => {
  const source = generator(5);
  for (let round = 0; round < 40; round++) {
    const classes = 1 + (round % 11);
    const { boxes, scores } = drawnDetections(source, 40, classes, round % 2 === 0);
    const given = activation === 'none' ? scores : scores.map(() => 12 * uniform(source) - 8);
    const probabilities = activation === 'none' ? scores : given.map(sigmoid);
    const expected = plainSuppression(boxes, probabilities, classes, detection);
    expect(detectIn({ boxes, scores: given }, classes, { activation })).toEqual(
      expected.map(({ box, category, score }) => ({ box: Array.from(box), class: category, score })),
    );
  }
});

const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

test.each(bad)('%s among boxes or scores is refused and located, wherever it stands', (value) => {
  for (const activation of ['none', 'sigmoid', 'softmax'] as const) {
    for (const place of [0, 3, 9, 21, 23]) {
      const scores = new Float32Array(24).fill(0.1);
      scores[place] = value;
      expect(() => detectIn({ boxes: Float32Array.from(far), scores }, 8, { activation })).toThrowError(
        expect.objectContaining({
          code: 'OUTPUT_NOT_FINITE',
          message: expect.stringContaining(`"scores" of item 0 of the query holds ${value} at place ${place}.`),
        }),
      );
    }
  }
  const boxes = Float32Array.from(far);
  boxes[7] = value;
  expect(() => detectIn({ boxes, scores: new Float32Array(3) }, 1)).toThrowError(/"boxes" .* at place 7\./);
  for (const layout of ['rows', 'columns'] as const) {
    const output0 = together(layout, [0, 0, 0]);
    for (let place = 0; place < output0.data.length; place++) {
      const data = output0.data.slice();
      data[place] = value;
      const detect = createPostprocessor({ ...detection, layout, objectness: true }, ['output0'], 1);
      expect(() => detect({ output0: { ...output0, data } })).toThrowError(new RegExp(`at place ${place}\\.`));
    }
  }
});

test('outputs of another shape are refused with the shape that is expected', () => {
  const run = (boxes: readonly number[], scores: readonly number[], settings: Partial<DetectSettings> = {}) => {
    const tensor = (dims: readonly number[]) => ({
      type: 'float32',
      dims,
      data: new Float32Array(dims.reduce((product, size) => product * size, 1)),
    });
    const detect = createPostprocessor({ ...detection, ...settings }, ['boxes', 'scores'], 2);
    return () => detect({ boxes: tensor(boxes), scores: tensor(scores) });
  };
  expect(run([2, 5, 4], [2, 5, 3])).not.toThrow();
  expect(run([2, 4, 5], [2, 3, 5], { layout: 'columns' })).not.toThrow();
  expect(run([2, 6, 4], [2, 5, 3])).toThrowError(
    /^postprocess boxes: expected an output of shape \[2, 5, 4\], but "boxes" is \[2, 6, 4\]/,
  );
  expect(run([1, 5, 4], [1, 5, 3])).toThrowError(/scores: expected an output of shape \[2, anchors, classes\]/);
  expect(run([2, 5, 4], [2, 15])).toThrowError(/"scores" is \[2, 15\]/);
  expect(run([2, 5, 4], [2, 5, 3], { background: 3 })).toThrowError(/background: expected a class .* 0 to 2, got 3/);
  expect(run([2, 5, 4], [2, 5, 4], { boxes: 'scores' })).toThrowError(/\[2, anchors, 4 \+ classes\]/);
});

test.each([
  [{ scoreThreshold: -0.1 }, /score_threshold: expected a number from 0 on, got -0.1/],
  [{ scoreThreshold: Number.NaN }, /score_threshold/],
  [{ iouThreshold: 1.5 }, /iou_threshold: expected a number from 0 to 1, got 1.5/],
  [{ maxDetections: 0 }, /max_detections: expected a whole number from 1 on, got 0/],
  [{ soft: { method: 'gaussian', sigma: 0 } }, /soft.sigma: expected a number above 0, got 0/],
  [{ objectness: true, activation: 'softmax' }, /objectness: expected activation none or sigmoid/],
  [{ background: -1 }, /background: expected the number of a class, from 0 on, got -1/],
  [{ boxes: 'box' }, /boxes: expected one of boxes, scores, got "box"/],
] as const)('settings %o are refused by name', (settings, message) => {
  expect(() => createPostprocessor({ ...detection, ...settings }, ['boxes', 'scores'], 1)).toThrowError(
    expect.objectContaining({ code: 'POSTPROCESS_INVALID', message: expect.stringMatching(message) }),
  );
});
