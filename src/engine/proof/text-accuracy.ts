import { DynoError } from '../../kernel/errors.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Answer, TextLine } from '../postprocess/answer.ts';
import type { Quad } from '../quad.ts';
import { answeredItems, type ProofItems } from './answered-items.ts';
import { editDistance } from './edit-distance.ts';
import { matchQuads } from './match-quads.ts';
import type { TruthLine } from './truth.ts';

/** Items with the lines of text that each shows; null: not known. */
export interface ItemsWithText extends ProofItems {
  truth(index: number): readonly TruthLine[] | null;
}

export interface TextAccuracy {
  readonly metric: 'character_accuracy' | 'box_recall';
  /** `character_accuracy`: 1 − errors / characters, at least 0. `box_recall`: share of the true boxes that were found. */
  readonly value: number;
  readonly items: number;
  /** Characters less errors, or boxes that were found. */
  readonly correct: number;
}

/** A line was found when its box and the true one share at least this part of what they cover together. */
const foundFrom = 0.5;

/** Lines go together from here on: a box that is too wide may still hold the right text. */
const matchedFrom = 0.1;

/**
 * Reads at most `limit` items and compares the text with the true one, over all items together: `1 − edit distance / length`, in
 * Unicode code points of composed text (NFC). Blanks between words are characters like others, several in a row are one; those at the ends of a line, which
 * nobody sees, are none. (PaddleOCR's own metric leaves all of them out, which flatters: words that run together are an error to a reader.)
 *
 * The lines of a page are matched by the overlap of their boxes: one that was not found counts with all its characters, and so does one
 * that is not there. Where the true lines have no boxes, they are compared with the lines in reading order, one after the other.
 * @see https://github.com/PaddlePaddle/PaddleOCR/blob/v2.8.1/ppocr/metrics/rec_metric.py
 * `onAnswer` is told each answer.
 * @throws DynoError `LABELS_MISSING` when an item has no true text or none has a character, and what the pipeline throws.
 */
export async function measureCharacterAccuracy(
  pipeline: Pipeline,
  batchSize: number,
  items: ItemsWithText,
  limit: number,
  onAnswer: (answer: Answer) => void = () => {},
): Promise<TextAccuracy> {
  const counted = { items: 0, errors: 0, characters: 0 };
  for await (const { index, answer } of answeredItems(pipeline, batchSize, items, limit)) {
    const truth = truthOf(items, index);
    counted.items += 1;
    counted.errors += textErrors(truth, answer.lines);
    counted.characters += lengthOf(truth);
    onAnswer(answer);
  }
  if (counted.characters === 0)
    throw missing('Expected true text with at least one character, but all of it is empty.');
  const correct = Math.max(0, counted.characters - counted.errors);
  return { metric: 'character_accuracy', value: correct / counted.characters, items: counted.items, correct };
}

/**
 * Looks for the lines of at most `limit` items and counts the true boxes that were found: for which there is a box with an
 * intersection over union of at least 0.5, each for one. `onAnswer` is told each answer.
 * @throws DynoError `LABELS_MISSING` when an item has no true boxes, and what the pipeline throws.
 */
export async function measureBoxRecall(
  pipeline: Pipeline,
  batchSize: number,
  items: ItemsWithText,
  limit: number,
  onAnswer: (answer: Answer) => void = () => {},
): Promise<TextAccuracy> {
  const counted = { items: 0, boxes: 0, found: 0 };
  for await (const { index, answer } of answeredItems(pipeline, batchSize, items, limit)) {
    const boxes = truthOf(items, index).map(({ box }) => {
      if (box === null) throw missing(`Expected a box for every true line, but one of item ${index} has none.`);
      return box;
    });
    counted.items += 1;
    counted.boxes += boxes.length;
    counted.found += matchQuads(boxes, quadsOf(answer), foundFrom).length;
    onAnswer(answer);
  }
  if (counted.boxes === 0) throw missing('Expected at least one true box, but no item has any.');
  return {
    metric: 'box_recall',
    value: counted.found / counted.boxes,
    items: counted.items,
    correct: counted.found,
  };
}

/** Errors in the text of one item. */
function textErrors(truth: readonly TruthLine[], lines: readonly TextLine[]): number {
  const boxes = truth.map(({ box }) => box);
  if (!boxes.every((box) => box !== null)) {
    return editDistance(joined(lines), joined(truth));
  }
  const placed = lines.filter((line): line is TextLine & { readonly box: Quad } => line.box !== null);
  const matches = matchQuads(
    boxes,
    placed.map(({ box }) => box),
    matchedFrom,
  );
  const readOf = new Map(matches.map((match) => [match.truth, placed[match.found]?.text ?? '']));
  const matched = new Set(matches.map(({ found }) => placed[found]));
  const spurious = lines.filter((line) => !matched.has(line as (typeof placed)[number]));
  const inTruth = truth.reduce(
    (sum, { text }, index) => sum + editDistance(asSeen(readOf.get(index) ?? ''), asSeen(text)),
    0,
  );
  return inTruth + lengthOf(spurious);
}

function quadsOf({ quads }: Answer): Quad[] {
  return quads.map(({ quad }) => quad);
}

function joined(lines: readonly { readonly text: string }[]): string {
  return lines.map(({ text }) => asSeen(text)).join('');
}

function asSeen(text: string): string {
  // Composed: truth from some file systems and editors has accents as characters of their own (Unicode Annex 15).
  return text.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

function lengthOf(lines: readonly { readonly text: string }[]): number {
  return lines.reduce((sum, { text }) => sum + Array.from(asSeen(text)).length, 0);
}

function truthOf(items: ItemsWithText, index: number): readonly TruthLine[] {
  const truth = items.truth(index);
  if (truth === null) throw missing(`Expected the true text of every item, but item ${index} has none.`);
  return truth;
}

function missing(message: string): DynoError {
  return new DynoError('LABELS_MISSING', message);
}
