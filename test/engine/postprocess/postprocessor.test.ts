import { expect, test } from 'vitest';
import type { Tensors } from '../../../src/engine/backends/backend.ts';
import { createPostprocessor } from '../../../src/engine/postprocess/postprocessor.ts';
import { softmax } from '../../../src/engine/postprocess/softmax.ts';
import { topK } from '../../../src/engine/postprocess/top-k.ts';
import type { ClassifySettings } from '../../../src/engine/settings.ts';

function softmaxOf(values: readonly number[]): number[] {
  const target = new Float64Array(values.length);
  softmax(Float64Array.from(values), 0, values.length, target);
  return Array.from(target);
}

test('softmax of logarithms gives back their proportions', () => {
  // exp(ln 1) : exp(ln 2) : exp(ln 5) = 1 : 2 : 5, of 8
  const result = softmaxOf([0, Math.log(2), Math.log(5)]);
  [0.125, 0.25, 0.625].forEach((value, index) => {
    expect(result[index]).toBeCloseTo(value, 14);
  });
});

test('softmax neither overflows nor vanishes for scores that exp cannot hold', () => {
  expect(softmaxOf([1000, 1000])).toEqual([0.5, 0.5]);
  expect(softmaxOf([-1000, -1000, -1000, -1000])).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(softmaxOf([5000, -5000])).toEqual([1, 0]);
});

test('topK orders by falling score, and equal scores by rising index', () => {
  const scores = Float32Array.from([9, 1, 5, 3, 5, 2, 5]);
  expect(topK(scores, 1, 6, 3)).toEqual([1, 3, 5]); // counted from the offset: the three fives
  expect(topK(scores, 0, 7, 2)).toEqual([0, 2]);
  expect(topK(scores, 0, 3, 10)).toEqual([0, 2, 1]);
});

test('topK agrees with a full stable sort on many drawn lists', () => {
  let state = 7;
  const draw = (below: number): number => {
    state = (state * 48271) % 2147483647; // Lehmer's generator, MINSTD
    return state % below;
  };
  for (let round = 0; round < 200; round++) {
    const scores = Float32Array.from({ length: 1 + draw(60) }, () => draw(12) - 6);
    const k = 1 + draw(12);
    const sorted = Array.from(scores.keys()).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    expect(topK(scores, 0, scores.length, k)).toEqual(sorted.slice(0, k));
  }
});

const classify: ClassifySettings = { kind: 'classify', output: null, softmax: false, topK: 2 };

function outputs(data: Float32Array | Int32Array, dims: readonly number[], type = 'float32'): Tensors {
  return { scores: { type, dims, data } };
}

test('each item of a batch gets the classes of its own row', () => {
  const postprocess = createPostprocessor(classify, ['scores'], 2);
  expect(postprocess(outputs(Float32Array.from([1, 2, 3, 6, 5, 4]), [2, 3]))).toMatchObject([
    { classes: [2, 1], scores: [3, 2], classCount: 3 },
    { classes: [0, 1], scores: [6, 5], classCount: 3 },
  ]);
});

test('softmax makes probabilities of the scores and leaves their order', () => {
  const postprocess = createPostprocessor({ ...classify, softmax: true }, ['scores'], 1);
  const [answer] = postprocess(outputs(Float32Array.from([0, 100, 100, 0]), [1, 4, 1, 1]));
  expect(answer?.classes).toEqual([1, 2]);
  expect(answer?.scores[0]).toBeCloseTo(0.5, 12);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a score of %s is refused and located',
  (bad) => {
    const postprocess = createPostprocessor(classify, ['scores'], 2);
    expect(() => postprocess(outputs(Float32Array.from([1, 2, 3, 4, 5, bad]), [2, 3]))).toThrowError(
      expect.objectContaining({ code: 'OUTPUT_NOT_FINITE', message: expect.stringMatching(/item 1 .*at place 2/) }),
    );
  },
);

test('outputs that hold no classes are refused', () => {
  const postprocess = createPostprocessor(classify, ['scores'], 2);
  expect(() => postprocess(outputs(new Float32Array(6), [3, 2]))).toThrowError(
    expect.objectContaining({ code: 'POSTPROCESS_INVALID' }),
  );
  expect(() => postprocess(outputs(new Int32Array(6), [2, 3], 'int32'))).toThrowError(/is int32/);
  expect(() => createPostprocessor({ ...classify, output: 'boxes' }, ['scores'], 1)).toThrowError(
    /expected one of scores, got "boxes"/,
  );
});

test('kind none answers nothing for every item', () => {
  expect(createPostprocessor({ kind: 'none' }, ['scores'], 2)({})).toEqual([
    { classes: [], scores: [], classCount: 0, boxes: [], quads: [], lines: [] },
    { classes: [], scores: [], classCount: 0, boxes: [], quads: [], lines: [] },
  ]);
});
