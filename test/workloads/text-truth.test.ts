import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTextTruth } from '../../src/workloads/text-truth.ts';

function written(...lines: string[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'dyno-truth-')), 'truth.txt');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const corners = '[[10, 20], [110, 20], [110, 40], [10, 40]]';

test('the text of each image is what stands behind the tab, in the order of the images', () => {
  const path = written('b.png\tTotal 12.50', '', 'some/folder/a.png\tInvoice');
  expect(readTextTruth(path, ['a.png', 'b.png'])).toEqual([
    [{ text: 'Invoice', box: null }],
    [{ text: 'Total 12.50', box: null }],
  ]);
});

test('an image that is named several times shows several lines', () => {
  const path = written('a.png\tfirst', 'a.png\tsecond');
  expect(readTextTruth(path, ['a.png'])[0]?.map(({ text }) => text)).toEqual(['first', 'second']);
});

test('a list as PaddleOCR labels pages has the corners of each line', () => {
  const path = written(`a.png\t[{"transcription": "Total", "points": ${corners}}]`);
  expect(readTextTruth(path, ['a.png'])).toEqual([[{ text: 'Total', box: [10, 20, 110, 20, 110, 40, 10, 40] }]]);
});

test.each([
  [
    'a line without a tab',
    ['a.png Total'],
    /truth\.txt:1: expected the name of an image, a tab and its text, got "a\.png Total"/,
  ],
  [
    'an image that is not there',
    ['a.png\tx', 'b.pmg\ty'],
    /truth\.txt:2: there is no image "b\.pmg"\. Did you mean "b\.png"\?/,
  ],
  ['an image without text', ['a.png\tx'], /"b\.png" has no text \(1 of 2 images/],
  ['a list that is no JSON', ['a.png\t[{"transcription": "x"'], /truth\.txt:1: the list of lines is no JSON/],
  [
    'a line with three corners',
    [`a.png\t[{"transcription": "x", "points": [[1, 2], [3, 4], [5, 6]]}]`],
    /line of text 1: expected \{"transcription"/,
  ],
  ['text that nobody could read', [`a.png\t[{"transcription": "###", "points": ${corners}}]`], /illegible/],
  [
    'lines with and without corners',
    ['a.png\tx', `a.png\t[{"transcription": "y", "points": ${corners}}]`],
    /truth\.txt:2: some lines of "a\.png" have corners/,
  ],
])('%s is refused with its place', (_name, lines, message) => {
  expect(() => readTextTruth(written(...lines), ['a.png', 'b.png'])).toThrow(
    expect.objectContaining({ code: 'TRUTH_INVALID', exitCode: 3, message: expect.stringMatching(message) }),
  );
});

test('a file that is not there is refused with its path', () => {
  expect(() => readTextTruth('/nowhere/truth.txt', ['a.png'])).toThrow(
    /\/nowhere\/truth\.txt: the true text cannot be read/,
  );
});
