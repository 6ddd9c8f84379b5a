import { expect, test } from 'vitest';
import { decodeCtcByBeamSearch } from '../../../src/engine/postprocess/ctc-beam-search.ts';
import { decodeCtc } from '../../../src/engine/postprocess/ctc-greedy.ts';
import { createPostprocessor } from '../../../src/engine/postprocess/postprocessor.ts';
import type { CtcSettings } from '../../../src/engine/settings.ts';
import { generator, integer, uniform } from '../../../src/stats/random.ts';

const letters = ['a', 'b', 'c'];

/** Probabilities of steps in which one class has 0.7 and the others 0.1 each; blank, a, b, c. */
function stepsOf(best: string): Float32Array {
  return Float32Array.from(
    Array.from(best).flatMap((letter) => ['-', ...letters].map((each) => (each === letter ? 0.7 : 0.1))),
  );
}

test.each([
  ['aab-', 'ab'],
  ['a-ab', 'aab'],
  ['--a--', 'a'],
  ['abcba', 'abcba'],
  ['cc--cc', 'cc'],
  ['----', ''],
])('greedy decoding of %s gives "%s": repetitions merged, then blanks dropped', (best, text) => {
  const { text: read, score } = decodeCtc(stepsOf(best), 0, best.length, 4, letters);
  expect(read).toBe(text);
  expect(score).toBeCloseTo(text === '' ? 0 : 0.7, 6);
});

test('the score of greedy decoding is the mean over the characters that are left, each at its first step', () => {
  // a 0.5, a 0.9 (the same a), blank 0.8, b 0.7: (0.5 + 0.7) / 2
  const scores = Float64Array.from([0.3, 0.5, 0.2, 0.1, 0.9, 0, 0.8, 0.1, 0.1, 0.2, 0.1, 0.7]);
  expect(decodeCtc(scores, 0, 4, 3, ['a', 'b'])).toEqual({ text: 'ab', score: (0.5 + 0.7) / 2 });
});

test('beam search finds the text whose alignments are together more probable than the one best alignment', () => {
  // Blank 0.6, a 0.4 in both steps: "--" has 0.36, but "a" has a-, -a and aa: 0.24 + 0.24 + 0.16 = 0.64.
  const scores = Float64Array.from([0.6, 0.4, 0.6, 0.4]);
  expect(decodeCtc(scores, 0, 2, 2, ['a'])).toEqual({ text: '', score: 0 });
  const { text, score } = decodeCtcByBeamSearch(scores, 0, 2, 2, ['a'], 8);
  expect(text).toBe('a');
  expect(score).toBeCloseTo(0.64, 12);
});

test('a wide beam gives the most probable of all texts with its exact probability', () => {
  const source = generator(3);
  let unlikeGreedy = 0;
  for (let round = 0; round < 60; round++) {
    const [steps, classes] = [1 + integer(source, 5), 2 + integer(source, 3)];
    const scores = new Float64Array(steps * classes);
    for (let step = 0; step < steps; step++) {
      const weights = Array.from({ length: classes }, () => uniform(source) + 1e-3);
      const sum = weights.reduce((total, weight) => total + weight);
      weights.forEach((weight, category) => {
        scores[step * classes + category] = weight / sum;
      });
    }
    const best = mostProbable(scores, steps, classes);
    const { text, score } = decodeCtcByBeamSearch(scores, 0, steps, classes, letters, 1000);
    expect(text).toBe(best.text);
    expect(score).toBeCloseTo(best.probability, 12);
    if (decodeCtc(scores, 0, steps, classes, letters).text !== text) unlikeGreedy += 1;
  }
  expect(unlikeGreedy).toBeGreaterThan(5);
});

/** By definition: the probability of every sequence of classes is added to that of the text that it stands for. */
function mostProbable(scores: Float64Array, steps: number, classes: number): { text: string; probability: number } {
  const texts = new Map<string, number>();
  for (let sequence = 0; sequence < classes ** steps; sequence++) {
    let [text, previous, probability, rest] = ['', 0, 1, sequence];
    for (let step = 0; step < steps; step++, rest = Math.floor(rest / classes)) {
      const category = rest % classes;
      probability *= scores[step * classes + category] ?? 0;
      if (category !== 0 && category !== previous) text += letters[category - 1];
      previous = category;
    }
    texts.set(text, (texts.get(text) ?? 0) + probability);
  }
  const [[text = '', probability = 0] = []] = [...texts].toSorted(([, a], [, b]) => b - a);
  return { text, probability };
}

const ctc: CtcSettings = { kind: 'ctc', output: null, characters: letters, softmax: false, beamWidth: 1 };

function read(data: Float32Array, dims: readonly number[], settings: Partial<CtcSettings> = {}) {
  const [batch = 0] = dims;
  return createPostprocessor({ ...ctc, ...settings }, ['text'], batch)({ text: { type: 'float32', dims, data } });
}

test('each item of a batch gets the line of its own rows', () => {
  const data = Float32Array.from([...stepsOf('a-b'), ...stepsOf('cc-')]);
  expect(read(data, [2, 3, 4]).map(({ lines }) => lines)).toEqual([
    [{ text: 'ab', score: expect.closeTo(0.7, 6), box: null }],
    [{ text: 'c', score: expect.closeTo(0.7, 6), box: null }],
  ]);
  expect(read(data, [2, 3, 4], { beamWidth: 20 }).map(({ lines }) => lines[0]?.text)).toEqual(['ab', 'c']);
});

test('softmax makes probabilities of logits, step by step', () => {
  // 2 : 5 : 1 : 2 of ten, then 8 : 1 : 0.5 : 0.5 of ten.
  const logits = Float32Array.from([2, 5, 1, 2, 8, 1, 0.5, 0.5].map((weight) => Math.log(weight) + 30));
  const [answer] = read(logits, [1, 2, 4], { softmax: true });
  expect(answer?.lines[0]?.text).toBe('a');
  expect(answer?.lines[0]?.score).toBeCloseTo(0.5, 5);
});

test('scores that are not finite and character lists of another length are refused', () => {
  const data = stepsOf('abc');
  data[6] = Number.NaN;
  expect(() => read(data, [1, 3, 4])).toThrowError(
    expect.objectContaining({
      code: 'OUTPUT_NOT_FINITE',
      message: expect.stringMatching(/"text" of item 0 .* at place 6\./),
    }),
  );
  expect(() => read(stepsOf('abc'), [1, 3, 4], { characters: ['a', 'b'] })).toThrowError(
    /^postprocess characters: expected 3 characters, .* 4 classes of the output "text" but the blank, got 2/,
  );
  expect(() => read(stepsOf('abc'), [1, 12])).toThrowError(/expected an output of shape \[1, steps, classes\]/);
  expect(() => read(stepsOf('a'), [1, 1, 4], { beamWidth: 0 })).toThrowError(/beam_width: expected a whole number/);
  expect(() => read(stepsOf('a'), [1, 1, 4], { characters: [] })).toThrowError(/characters: expected at least one/);
});
