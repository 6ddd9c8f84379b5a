import type { Quad } from '../quad.ts';

/** A line of text in an image; `box` is null when the image shows this line and nothing else. */
export interface TruthLine {
  readonly text: string;
  readonly box: Quad | null;
}
