import type { Scores } from './softmax.ts';

/** Text read from scores, and how sure that is. */
export interface ReadText {
  readonly text: string;
  readonly score: number;
}

/**
 * The text of a line by greedy decoding of connectionist temporal classification (Graves et al., 2006): the best class of each step,
 * repetitions merged into one, then blanks (class 0) dropped. The score is the mean probability of the characters that are left, each
 * taken at its first step; 0 for a text without any. Of equal scores the lower class wins.
 *
 * @param scores Probability of class c in step t at `offset + t * classes + c`, all finite.
 * @param characters The character of class 1, 2, …, `classes − 1` of them.
 */
export function decodeCtc(
  scores: Scores,
  offset: number,
  steps: number,
  classes: number,
  characters: readonly string[],
): ReadText {
  let text = '';
  let sum = 0;
  let count = 0;
  let previous = 0;
  for (let step = 0; step < steps; step++) {
    const first = offset + step * classes;
    const best = bestClass(scores, first, classes);
    if (best !== 0 && best !== previous) {
      text += characters[best - 1] ?? '';
      sum += scores[first + best] as number;
      count += 1;
    }
    previous = best;
  }
  return { text, score: count === 0 ? 0 : sum / count };
}

function bestClass(scores: Scores, first: number, classes: number): number {
  let best = 0;
  let largest = scores[first] as number;
  for (let category = 1; category < classes; category++) {
    const score = scores[first + category] as number;
    if (score > largest) {
      largest = score;
      best = category;
    }
  }
  return best;
}
