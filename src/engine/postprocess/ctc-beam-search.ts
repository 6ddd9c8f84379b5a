import type { ReadText } from './ctc-greedy.ts';
import type { Scores } from './softmax.ts';
import { topK } from './top-k.ts';

/** Classes a step that prefixes are extended by: the best ones. The others have next to no part in the probability. */
const classesPerStep = 40;

/** A text read so far, a node in the tree of all of them. Probabilities are natural logarithms. */
class Prefix {
  readonly parent: Prefix | null;
  /** Class of its last character, 0 for the empty text. */
  readonly last: number;
  /** Of all alignments up to the step before that end in a blank, and of those that end in the last character. */
  blank = impossible;
  character = impossible;
  /** The same up to this step, as far as they are added up; they take the place of those when the step is done. */
  nextBlank = impossible;
  nextCharacter = impossible;
  #longer: Map<number, Prefix> | null = null;

  constructor(parent: Prefix | null, last: number) {
    this.parent = parent;
    this.last = last;
  }

  get total(): number {
    return logSum(this.blank, this.character);
  }

  /** This text and one character: the same node whenever it is asked for, so that alignments of a text meet. */
  longer(category: number): Prefix {
    this.#longer ??= new Map();
    let child = this.#longer.get(category);
    if (child === undefined) {
      child = new Prefix(this, category);
      this.#longer.set(category, child);
    }
    return child;
  }
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
  const empty = new Prefix(null, 0);
  empty.blank = 0;
  let beam = [empty];
  for (let step = 0; step < steps; step++) {
    const reached = extendAll(beam, scores, offset + step * classes, classes);
    for (const prefix of reached) {
      prefix.blank = prefix.nextBlank;
      prefix.character = prefix.nextCharacter;
      prefix.nextBlank = impossible;
      prefix.nextCharacter = impossible;
    }
    // Stable: of equally probable prefixes the one that was met first stays ahead.
    const ranked = Array.from(reached, (prefix) => ({ prefix, total: prefix.total }));
    ranked.sort((a, b) => (a.total === b.total ? 0 : b.total - a.total));
    beam = ranked.slice(0, width).map(({ prefix }) => prefix);
  }
  const [winner = empty] = beam;
  return { text: textOf(winner, characters), score: Math.exp(winner.total) };
}

/** The prefixes that are left or reached by one more step, whose scores begin at `first`. */
function extendAll(beam: readonly Prefix[], scores: Scores, first: number, classes: number): Set<Prefix> {
  const reached = new Set<Prefix>();
  const best = topK(scores, first + 1, classes - 1, classesPerStep).map((index) => ({
    category: index + 1,
    probability: log(scores[first + index + 1] as number),
  }));
  const blank = log(scores[first] as number);
  for (const prefix of beam) {
    const { total, last } = prefix;
    reached.add(prefix);
    prefix.nextBlank = logSum(prefix.nextBlank, total + blank);
    // The last character again, without a blank between: it is the same one.
    if (last !== 0) {
      prefix.nextCharacter = logSum(prefix.nextCharacter, prefix.character + log(scores[first + last] as number));
    }
    for (const { category, probability } of best) {
      // A repeated character counts as a second one only after a blank.
      const before = category === last ? prefix.blank : total;
      const longer = prefix.longer(category);
      reached.add(longer);
      longer.nextCharacter = logSum(longer.nextCharacter, before + probability);
    }
  }
  return reached;
}

function textOf(prefix: Prefix, characters: readonly string[]): string {
  const text: string[] = [];
  for (let at: Prefix | null = prefix; at !== null && at.last !== 0; at = at.parent) {
    text.push(characters[at.last - 1] ?? '');
  }
  return text.reverse().join('');
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
