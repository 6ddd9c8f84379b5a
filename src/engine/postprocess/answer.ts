import type { Quad } from '../quad.ts';

export type { Quad };

/**
 * A line of text that was read. `score` is the mean probability of its characters, 0 where there are none; with beam search that of the
 * whole text.
 */
export interface TextLine {
  readonly text: string;
  readonly score: number;
  /** Where it stands; null when the whole image is the line. */
  readonly box: Quad | null;
}

/** An object that was found. Its box is in the unit of the model's own, and in pixels of the image once a pipeline that has it is through. */
export interface FoundBox {
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number];
  readonly class: number;
  readonly score: number;
}

/** A region that was found, with the mean score within it. */
export interface FoundQuad {
  readonly quad: Quad;
  readonly score: number;
}

/** What the postprocessing makes of one item. Every field is always there; it is empty where the kind makes none of it. */
export interface Answer {
  /** Classes by falling score. */
  readonly classes: readonly number[];
  readonly scores: readonly number[];
  /** How many classes there are scores for. */
  readonly classCount: number;
  readonly boxes: readonly FoundBox[];
  readonly quads: readonly FoundQuad[];
  readonly lines: readonly TextLine[];
}

/** An answer that says nothing: what `none` gives, and what the other kinds start from. */
export const noAnswer: Answer = { classes: [], scores: [], classCount: 0, boxes: [], quads: [], lines: [] };
