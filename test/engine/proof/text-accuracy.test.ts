import { expect, test } from 'vitest';
import type { Pipeline } from '../../../src/engine/pipeline.ts';
import { noAnswer, type TextLine } from '../../../src/engine/postprocess/answer.ts';
import { measureBoxRecall, measureCharacterAccuracy } from '../../../src/engine/proof/text-accuracy.ts';
import type { TruthLine } from '../../../src/engine/proof/truth.ts';
import type { Quad } from '../../../src/engine/quad.ts';
import { page, smallOcr } from '../chain/small-ocr.ts';

function box(x: number, y: number): Quad {
  return [x, y, x + 100, y, x + 100, y + 20, x, y + 20];
}

function line(text: string, at: Quad | null = null): TextLine {
  return { text, score: 1, box: at };
}

/** A pipeline whose answer to item i, one byte, is known. */
function answering(lines: readonly (readonly TextLine[])[]): Pipeline {
  return {
    stages: { preprocess: 0, inference: 0, postprocess: 0 },
    request: async (items) =>
      items.map((item) => {
        const found = lines[item instanceof Uint8Array ? (item[0] ?? 0) : 0] ?? [];
        const quads = found.flatMap(({ box: quad, score }) => (quad === null ? [] : [{ quad, score }]));
        return { ...noAnswer, lines: found, quads };
      }),
    prepare: async () => ({ feeds: {}, shape: 0 }),
    infer: async () => ({}),
    bareCall: () => null,
    answers: () => [],
    effective: () => ({}),
  };
}

function itemsOf(truth: readonly (readonly TruthLine[] | null)[]) {
  return {
    count: truth.length,
    item: (index: number) => Uint8Array.of(index),
    truth: (index: number) => truth[index] ?? null,
  };
}

test('characters are counted over all items together, not item by item', async () => {
  const truth = [[{ text: 'abcdefgh', box: null }], [{ text: 'xy', box: null }]];
  // Two errors of ten characters; the mean over the items would be (1 + 0) / 2.
  const pipeline = answering([[line('abcdefgh')], [line('')]]);
  expect(await measureCharacterAccuracy(pipeline, 1, itemsOf(truth), 10)).toEqual({
    metric: 'character_accuracy',
    value: 0.8,
    items: 2,
    correct: 8,
  });
});

test('a blank between words is a character, one at the end of a line is none', async () => {
  const truth = [[{ text: 'a b  c', box: null }], [{ text: 'e f', box: box(0, 0) }]];
  // "a b c" and "e f" are eight characters; two blanks are lost in the first, none is won in the second.
  const pipeline = answering([[line('abc')], [line(' e f ', box(0, 0))]]);
  expect(await measureCharacterAccuracy(pipeline, 1, itemsOf(truth), 10)).toMatchObject({ value: 6 / 8, correct: 6 });
});

test('an accent counts alike as part of a letter and as a character behind it', async () => {
  // Truth as some systems write it: e, then U+0301. The same on paper as U+00E9, and four characters.
  const truth = [[{ text: 'cafe\u0301', box: null }]];
  const pipeline = answering([[line('caf\u00e9')]]);
  expect(await measureCharacterAccuracy(pipeline, 1, itemsOf(truth), 10)).toMatchObject({ value: 1, correct: 4 });
});

test('lines of a page are compared with those at their place, whatever their order', async () => {
  const truth = [
    [
      { text: 'first', box: box(0, 0) },
      { text: 'other', box: box(0, 50) },
    ],
  ];
  const pipeline = answering([[line('other', box(2, 51)), line('first', box(1, 1))]]);
  expect((await measureCharacterAccuracy(pipeline, 1, itemsOf(truth), 10)).value).toBe(1);
});

test('a line that was missed counts whole, and so does one that is not there', async () => {
  const truth = [
    [
      { text: 'abcde', box: box(0, 0) },
      { text: 'fghij', box: box(0, 50) },
    ],
  ];
  // 5 deletions and 2 insertions of 10 characters
  const pipeline = answering([[line('abcde', box(0, 0)), line('zz', box(500, 500))]]);
  expect(await measureCharacterAccuracy(pipeline, 1, itemsOf(truth), 10)).toMatchObject({ correct: 3, value: 0.3 });
});

test('more errors than characters are no accuracy below 0', async () => {
  const pipeline = answering([[line('something else')]]);
  expect(await measureCharacterAccuracy(pipeline, 1, itemsOf([[{ text: 'a', box: null }]]), 10)).toMatchObject({
    value: 0,
    correct: 0,
  });
});

test('an item is counted once where the last query is filled up', async () => {
  const truth = [0, 1, 2].map(() => [{ text: 'ab', box: null }]);
  const pipeline = answering([[line('ab')], [line('ab')], [line('a')]]);
  expect(await measureCharacterAccuracy(pipeline, 2, itemsOf(truth), 10)).toMatchObject({ items: 3, correct: 5 });
});

test('box recall is the share of true boxes that were found, each by another one', async () => {
  const truth = [
    [
      { text: '', box: box(0, 0) },
      { text: '', box: box(0, 50) },
    ],
    [
      { text: '', box: box(0, 0) },
      { text: '', box: box(30, 0) },
    ],
  ];
  // The second page has two true boxes and one that was found near both.
  const pipeline = answering([[line('', box(3, 0)), line('', box(0, 52))], [line('', box(15, 0))]]);
  expect(await measureBoxRecall(pipeline, 1, itemsOf(truth), 10)).toEqual({
    metric: 'box_recall',
    value: 0.75,
    items: 2,
    correct: 3,
  });
});

test('an item without truth is refused by its number', async () => {
  const items = itemsOf([[{ text: 'a', box: null }], null]);
  await expect(measureCharacterAccuracy(answering([]), 1, items, 10)).rejects.toMatchObject({
    code: 'LABELS_MISSING',
    message: expect.stringContaining('item 1'),
  });
  await expect(measureBoxRecall(answering([]), 1, items, 10)).rejects.toMatchObject({
    code: 'LABELS_MISSING',
    message: expect.stringContaining('item 0'),
  });
});

test('a real chain of models is measured on pages with known text', async () => {
  const images = [
    await page(320, 96, { text: 'abc', x: 10, y: 10 }, { text: 'caba', x: 40, y: 60 }),
    await page(320, 96, { text: 'b-bb', x: 20, y: 20 }),
  ];
  const place = (x: number, y: number, letters: number): Quad => {
    const [right, bottom] = [x + 32 * letters, y + 16];
    return [x, y, right, y, right, bottom, x, bottom];
  };
  const truth: readonly (readonly TruthLine[])[] = [
    [
      { text: 'caba', box: place(40, 60, 4) },
      { text: 'abc', box: place(10, 10, 3) },
    ],
    // Letters beside themselves are read as one: 'bb' for 'bbb'.
    [{ text: 'bbb', box: place(20, 20, 4) }],
  ];
  const items = {
    count: 2,
    item: (index: number) => images[index] ?? new Uint8Array(),
    truth: (index: number) => truth[index] ?? null,
  };
  const ocr = await smallOcr({ batchSize: 1 });
  expect(await measureCharacterAccuracy(ocr, 1, items, 10)).toMatchObject({ value: 0.9, correct: 9 });
  expect(await measureBoxRecall(ocr, 1, items, 10)).toMatchObject({ value: 1, correct: 3 });
});
