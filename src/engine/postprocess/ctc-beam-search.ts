import type { ReadText } from './ctc-greedy.ts';
import type { Scores } from './softmax.ts';
import { topK } from './top-k.ts';

/** Classes a step that prefixes are extended by: the best ones. The others have next to no part in the probability. */
const classesPerStep = 40;

/** A text read so far. Probabilities are natural logarithms. */
interface Prefix {
  /** Classes of its characters, joined: the key under which alignments of the same text meet. */
  readonly key: string;
  readonly parent: Prefix | null;
  readonly last: number;
  /** Of all alignments so far that end in a blank, and of those that end in the last character. */
  blank: number;
  character: number;
}

const impossible = Number.NEGATIVE_INFINITY;

/**
 * The most probable text of a line by prefix beam search (Hannun et al., "First-Pass Large Vocabulary Continuous Speech Recognition using
 * Bi-Directional Recurrent DNNs", 2014, without a language model): sums the probabilities of all alignments of a text, where greedy
 * decoding takes the one best alignment, and keeps the `width` best prefixes a step. The score is the probability of the text.
 *
 * @param scores Probability of class c in step t at `offset + t * classes + c`, all finite; class 0 is the blank.
 * @param characters The character of class 1, 2, …
 * @see https://arxiv.org/abs/1408.2873, algorithm 1
 */
export function decodeCtcByBeamSearch(
  scores: Scores,
  offset: number,
  steps: number,
  classes: number,
  characters: readonly string[],
  width: number,
): ReadText {
  let beam: Prefix[] = [{ key: '', parent: null, last: 0, blank: 0, character: impossible }];
  for (let step = 0; step < steps; step++) {
    const first = offset + step * classes;
    const next = new Map<string, Prefix>();
    const best = topK(scores, first + 1, classes - 1, classesPerStep);
    const logBlank = log(scores[first] as number);
    for (const prefix of beam) {
      const same = prefixOf(next, prefix);
      same.blank = logSum(same.blank, total(prefix) + logBlank);
      // The last character again, without a blank between: it is the same one.
      if (prefix.last !== 0) {
        const again = log(scores[first + prefix.last] as number);
        same.character = logSum(same.character, prefix.character + again);
      }
      for (const index of best) {
        const category = index + 1;
        const longer = extend(next, prefix, category);
        // A repeated character counts as a second one only after a blank.
        const before = category === prefix.last ? prefix.blank : total(prefix);
        longer.character = logSum(longer.character, before + log(scores[first + category] as number));
      }
    }
    // Stable: of equally probable prefixes the one that was met first stays ahead.
    beam = [...next.values()].sort((a, b) => descending(total(a), total(b))).slice(0, width);
  }
  const [winner] = beam;
  return winner === undefined
    ? { text: '', score: 0 }
    : { text: textOf(winner, characters), score: Math.exp(total(winner)) };
}

function prefixOf(next: Map<string, Prefix>, { key, parent, last }: Prefix): Prefix {
  const known = next.get(key);
  if (known !== undefined) return known;
  const made: Prefix = { key, parent, last, blank: impossible, character: impossible };
  next.set(key, made);
  return made;
}

function extend(next: Map<string, Prefix>, parent: Prefix, category: number): Prefix {
  return prefixOf(next, {
    key: `${parent.key} ${category}`,
    parent,
    last: category,
    blank: impossible,
    character: impossible,
  });
}

function textOf(prefix: Prefix, characters: readonly string[]): string {
  const text: string[] = [];
  for (let at: Prefix | null = prefix; at !== null && at.last !== 0; at = at.parent) {
    text.push(characters[at.last - 1] ?? '');
  }
  return text.reverse().join('');
}

function total({ blank, character }: Prefix): number {
  return logSum(blank, character);
}

/** Logarithm of a probability; a model's rounding may leave it a little below 0. */
function log(probability: number): number {
  return probability > 0 ? Math.log(probability) : impossible;
}

/** `ln(exp(a) + exp(b))`. */
function logSum(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === impossible ? impossible : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}

function descending(a: number, b: number): number {
  return a === b ? 0 : b - a;
}
