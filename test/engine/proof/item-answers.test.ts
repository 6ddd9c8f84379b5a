import { expect, test } from 'vitest';
import { type Answer, noAnswer } from '../../../src/engine/postprocess/answer.ts';
import { AnswerRecorder, mostItems } from '../../../src/engine/proof/item-answers.ts';
import type { PostprocessSettings } from '../../../src/engine/settings.ts';

const classify: PostprocessSettings = { kind: 'classify', output: null, softmax: true, topK: 2 };

function recorded(answers: readonly Partial<Answer>[], precision = 'fp32', postprocess = classify) {
  const recorder = new AnswerRecorder({ precision, postprocess });
  for (const answer of answers) recorder.add({ ...noAnswer, ...answer });
  const result = recorder.result();
  if (result === null) throw new Error('Nothing was recorded.');
  return result;
}

const marks = ({ codes }: { codes: string }) => codes.match(/.{7}/g)?.map((code) => `${code[3]}${code[6]}`);

const cat = { classes: [3, 5], scores: [0.6, 0.3] };

test('scores that differ in their last bits are the same answer', () => {
  const moved = { classes: [3, 5], scores: [0.6 + 1e-7, 0.3 - 1e-7] };
  expect(recorded([cat])).toEqual(recorded([moved]));
  expect(marks(recorded([cat]))).toEqual(['..']);
});

test('the best class is the answer, and what stands behind it is none', () => {
  expect(recorded([{ ...cat, classes: [3, 7] }]).sha256).toBe(recorded([cat]).sha256);
  expect(recorded([{ ...cat, classes: [5, 3] }]).sha256).not.toBe(recorded([cat]).sha256);
});

test('best classes within 1e-4 of each other are a close call, and within 1e-2 where nodes round to 16 bits', () => {
  const near = { classes: [3, 5], scores: [0.6, 0.6 * (1 - 5e-5)] };
  const further = { classes: [3, 5], scores: [0.6, 0.6 * (1 - 5e-3)] };
  expect(marks(recorded([near, further]))).toEqual(['~.', '..']);
  expect(marks(recorded([near, further], 'fp16'))).toEqual(['~.', '~.']);
});

const detect: PostprocessSettings = {
  kind: 'detect',
  boxes: null,
  scores: null,
  layout: 'rows',
  boxFormat: 'xyxy',
  objectness: false,
  activation: 'none',
  background: null,
  scoreThreshold: 0.5,
  iouThreshold: 0.5,
  maxDetections: 10,
  perClass: true,
  soft: null,
  normalized: false,
} as PostprocessSettings;

const box = (edges: readonly [number, number, number, number], score = 0.9, of = 1) => ({
  box: edges,
  class: of,
  score,
});

test('boxes in another order are the same answer, one of another class or elsewhere is not', () => {
  const [left, right] = [box([10, 20, 90, 130]), box([200, 210, 300, 330], 0.8, 2)];
  const { sha256 } = recorded([{ boxes: [left, right] }], 'fp32', detect);
  expect(recorded([{ boxes: [right, left] }], 'fp32', detect).sha256).toBe(sha256);
  expect(recorded([{ boxes: [left, { ...right, class: 1 }] }], 'fp32', detect).sha256).not.toBe(sha256);
  expect(recorded([{ boxes: [left] }], 'fp32', detect).sha256).not.toBe(sha256);
  // All edges divided by 4: another scale of the whole.
  const small = [left, right].map((one) => ({ ...one, box: one.box.map((edge) => edge / 4) as never }));
  expect(recorded([{ boxes: small }], 'fp32', detect).sha256).not.toBe(sha256);
});

test('a box at the threshold is marked as one that the other version may not have', () => {
  const answer = { boxes: [box([10, 20, 90, 130], 0.50001)] };
  expect(marks(recorded([answer], 'fp32', detect))).toEqual(['??']);
});

test('so is a region at the threshold of its kind', () => {
  const regions = { kind: 'db', threshold: 0.3, boxThreshold: 0.6 } as PostprocessSettings;
  const found = (score: number) => ({ quads: [{ quad: [10, 20, 90, 20, 90, 60, 10, 60] as never, score }] });
  expect(marks(recorded([found(0.60003), found(0.7)], 'fp32', regions))).toEqual([
    '??',
    expect.stringMatching(/^\.[.~]$/),
  ]);
});

test('a mean edge at the border of its cell is a close call', () => {
  // The largest edge is 192: cells of 128 / 8 = 16, so that 32 is a border and 40 the middle of a cell.
  expect(marks(recorded([{ boxes: [box([40, 40, 104, 192 - 8])] }], 'fp32', detect))).toEqual(['..']);
  expect(marks(recorded([{ boxes: [box([32.001, 40, 104, 192 - 8])] }], 'fp32', detect))).toEqual(['.~']);
});

test('texts are compared as they are', () => {
  const line = (text: string) => ({ lines: [{ text, score: 1, box: null }] });
  expect(recorded([line('total 12')]).sha256).not.toBe(recorded([line('total 17')]).sha256);
});

test('of more items than are kept, those at even distances are', () => {
  const many = Array.from({ length: 2 * mostItems }, (_, index) => ({ ...cat, classes: [index, -1] }));
  const kept = recorded(many);
  expect(kept.items).toBe(mostItems);
  expect(kept.codes).toBe(recorded(many.filter((_, index) => index % 2 === 0)).codes);
});
