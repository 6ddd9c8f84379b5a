import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { postprocess } from '../../src/suite/postprocess-schema.ts';
import { settlePostprocess } from '../../src/suite/settle-postprocess.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-postprocess-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Settled from what a suite says, as far as the schema takes it. */
function settled(file: unknown) {
  return settlePostprocess(postprocess.parse(file), null, folder);
}

test('without a word, a metric makes it classify with as many answers as it needs', () => {
  expect(settlePostprocess(undefined, null, folder)).toEqual({ kind: 'none' });
  const classify = { kind: 'classify', output: null, softmax: true };
  expect(settlePostprocess(undefined, 'top1', folder)).toEqual({ ...classify, topK: 1 });
  expect(settlePostprocess(undefined, 'top5', folder)).toEqual({ ...classify, topK: 5 });
  expect(settlePostprocess({ kind: 'classify', softmax: false }, 'top5', folder)).toEqual({
    ...classify,
    softmax: false,
    topK: 5,
  });
});

test('the defaults of text regions and objects are those of PaddleOCR and YOLO', () => {
  expect(settled({ kind: 'db' })).toEqual({
    kind: 'db',
    output: null,
    threshold: 0.3,
    boxThreshold: 0.6,
    unclipRatio: 1.5,
    minSize: 3,
    maxCandidates: 1000,
  });
  expect(settled({ kind: 'detect' })).toEqual({
    kind: 'detect',
    boxes: null,
    scores: null,
    layout: 'rows',
    objectness: false,
    boxFormat: 'xyxy',
    normalized: false,
    scoreThreshold: 0.25,
    iouThreshold: 0.45,
    maxDetections: 300,
    perClass: true,
    soft: null,
    activation: 'none',
    background: null,
  });
});

test('every key reaches its setting', () => {
  expect(
    settled({
      kind: 'db',
      output: 'm',
      threshold: 0.1,
      box_threshold: 0.2,
      unclip_ratio: 2,
      min_size: 4,
      max_candidates: 5,
    }),
  ).toEqual({
    kind: 'db',
    output: 'm',
    threshold: 0.1,
    boxThreshold: 0.2,
    unclipRatio: 2,
    minSize: 4,
    maxCandidates: 5,
  });
  const detect = {
    kind: 'detect',
    boxes: 'b',
    scores: 's',
    layout: 'columns',
    objectness: true,
    box_format: 'cxcywh',
    normalized: true,
    score_threshold: 0.1,
    iou_threshold: 0.2,
    max_detections: 7,
    per_class: false,
    soft: { method: 'gaussian' },
    activation: 'sigmoid',
    background: 0,
  };
  expect(settled(detect)).toEqual({
    kind: 'detect',
    boxes: 'b',
    scores: 's',
    layout: 'columns',
    objectness: true,
    boxFormat: 'cxcywh',
    normalized: true,
    scoreThreshold: 0.1,
    iouThreshold: 0.2,
    maxDetections: 7,
    perClass: false,
    soft: { method: 'gaussian', sigma: 0.5 },
    activation: 'sigmoid',
    background: 0,
  });
  expect(settled({ ...detect, soft: { method: 'linear' } })).toMatchObject({ soft: { method: 'linear' } });
  expect(settled({ kind: 'ctc', output: 't', characters: 'ab', softmax: true, beam_width: 9 })).toEqual({
    kind: 'ctc',
    output: 't',
    characters: ['a', 'b'],
    softmax: true,
    beamWidth: 9,
  });
});

test('characters are those of a string, also outside of the basic plane, or the lines of a file', () => {
  expect(settled({ kind: 'ctc', characters: 'aß😀' })).toMatchObject({ characters: ['a', 'ß', '😀'] });
  writeFileSync(join(folder, 'keys.txt'), '\uFEFFa\r\n \r\nfi\r\n');
  expect(settled({ kind: 'ctc', characters: { file: 'keys.txt' } })).toMatchObject({ characters: ['a', ' ', 'fi'] });
  writeFileSync(join(folder, 'open.txt'), 'a\nb');
  expect(settled({ kind: 'ctc', characters: { file: 'open.txt', space: true } })).toMatchObject({
    characters: ['a', 'b', ' '],
  });
});

test('a list that cannot be read, is empty or has an empty line is refused by file and line', () => {
  const refusal = (file: string) => expect(() => settled({ kind: 'ctc', characters: { file } }));
  refusal('absent.txt').toThrowError(
    expect.objectContaining({
      code: 'CHARACTERS_INVALID',
      message: expect.stringContaining(`${join(folder, 'absent.txt')}: the characters cannot be read (ENOENT`),
    }),
  );
  writeFileSync(join(folder, 'empty.txt'), '');
  refusal('empty.txt').toThrowError(/empty.txt: expected a character a line, got an empty file/);
  writeFileSync(join(folder, 'gap.txt'), 'a\n\nb\n');
  refusal('gap.txt').toThrowError(/gap.txt:2: expected a character, got an empty line/);
});
