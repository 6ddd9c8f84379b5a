import { createHash } from 'node:crypto';
import type { Answer } from '../postprocess/answer.ts';
import type { PostprocessSettings } from '../settings.ts';

/** What a model answered to each item of the data, so short that it can be stored, and comparable with what another version answered. */
export interface ItemAnswers {
  /** Of all answers, in hex. */
  readonly sha256: string;
  readonly items: number;
  /**
   * Seven characters an item: three of the hash of what it was answered and a mark, two of where that lies and a mark. `~`: the last bits of the scores
   * could have made another answer of it; `?`: they could have done so in the other version without its being seen there; `.` elsewhere.
   */
  readonly codes: string;
}

/** Items that are kept; of more, they are taken at even distances. */
export const mostItems = 512;

/**
 * How far apart two scores lie, as a share of the larger, below which the order of additions may decide between them. Of the models of the hub, 1,
 * or 2 threads and batches of 1 or 4 answer bit for bit alike; without fusion, without the layout change, or without any optimisation of the graph
 * scores and the distances between them change by up to 5.5e-6 (MobileNetV2; ResNet-50 1.2e-6, digits 1.1e-6, SSDLite 2.3e-6), where nodes round to
 * 16 bits in between by 2.8e-3 (digits). No top class of 1,000 digits and 113 photographs changed with any of these; but 3 of 40 answers of an 8-bit ResNet-50
 * with random weights are exact ties.
 */
const tieGap = { rounded: 1e-2, usual: 1e-4 } as const;

/** With at most 10 bits of fraction in products. */
const roundedPrecisions: ReadonlySet<string> = new Set(['tf32', 'fp16', 'bf16']);

interface Code {
  readonly what: string;
  readonly mark: '~' | '?' | '.';
  readonly where: string;
  readonly whereMark: '~' | '?' | '.';
}

/**
 * Takes down the answers of a pass over the data. What is equal per kind of answer, which is what somebody who uses the answer would notice:
 *
 * - classes: the best one. The order behind it changes with the last bits.
 * - boxes: how many of which class, and where they lie on the whole: the mean edges, in cells of 1/16 to 1/8 of the largest of them.
 * - regions: how many, and where on the whole.
 * - lines: their texts in reading order, and as many.
 *
 * Raw scores are no part of it: a legal reordering of additions changes them. Where such a change could change even this, the item is marked. Best
 * classes that tie, and mean edges at the border of a cell, do so in both versions: marked in both, their answers count as equal. Of a box or region at
 * the threshold one version may have nothing to show: marked in either, they count as equal. Texts tell no close calls: one character that another order
 * of additions turns is another answer.
 */
export class AnswerRecorder {
  readonly #codes: Code[] = [];
  readonly #gap: number;
  readonly #threshold: number | null;

  constructor({ precision, postprocess }: { readonly precision: string; readonly postprocess: PostprocessSettings }) {
    this.#gap = roundedPrecisions.has(precision) ? tieGap.rounded : tieGap.usual;
    this.#threshold = thresholdOf(postprocess);
  }

  /** The next item's. Of classes, the answer has to hold the second best one. */
  add({ classes, scores, boxes, quads, lines }: Answer): void {
    const what = {
      class: classes[0] ?? null,
      boxes: boxes.map((box) => box.class).sort((a, b) => a - b),
      regions: quads.length,
      texts: lines.map(({ text }) => text),
    };
    const isUnseen = [...boxes, ...quads].some(({ score }) => this.#isAtThreshold(score));
    const where = placeOf([...boxes.map(({ box }) => box), ...quads.map(({ quad }) => quad)], this.#gap);
    this.#codes.push({
      what: shortHash(what, 3),
      mark: isUnseen ? '?' : this.#isTie(scores) ? '~' : '.',
      where: shortHash(where.cells, 2),
      whereMark: isUnseen ? '?' : where.isClose ? '~' : '.',
    });
  }

  /** null: no item was answered. */
  result(): ItemAnswers | null {
    const step = Math.ceil(this.#codes.length / mostItems);
    const kept = this.#codes.filter((_, index) => index % step === 0);
    if (kept.length === 0) return null;
    return {
      sha256: hash(kept.map(({ what, where }) => what + where).join(''), 'hex'),
      items: kept.length,
      codes: kept.map(({ what, mark, where, whereMark }) => what + mark + where + whereMark).join(''),
    };
  }

  #isTie([first, second]: readonly number[]): boolean {
    return first !== undefined && second !== undefined && first - second <= this.#gap * Math.abs(first);
  }

  #isAtThreshold(score: number): boolean {
    return this.#threshold !== null && Math.abs(score - this.#threshold) <= this.#gap * this.#threshold;
  }
}

/** The score below which nothing is shown; null: all is. */
function thresholdOf(postprocess: PostprocessSettings): number | null {
  switch (postprocess.kind) {
    case 'detect':
      return postprocess.scoreThreshold;
    case 'db':
      return postprocess.boxThreshold;
    default:
      return null;
  }
}

const cellsAcross = 16;

/** The cell that the mean of each coordinate lies in, and whether one lies at a border. */
function placeOf(shapes: readonly (readonly number[])[], gap: number): { cells: number[]; isClose: boolean } {
  const [first] = shapes;
  if (first === undefined) return { cells: [], isClose: false };
  const means = first.map((_, index) => shapes.reduce((sum, shape) => sum + (shape[index] ?? 0), 0) / shapes.length);
  const extent = Math.max(...means.map(Math.abs), Number.MIN_VALUE);
  // A power of two, so that the grid does not change with the last bits of what it is of.
  const scale = 2 ** Math.floor(Math.log2(extent));
  const places = means.map((mean) => (mean / scale) * (cellsAcross / 2));
  const distance = (place: number) => Math.abs(place - Math.round(place));
  const isAtBorder = places.some((place) => distance(place) <= gap * cellsAcross);
  return {
    cells: [Math.log2(scale), ...places.map(Math.floor)],
    isClose: isAtBorder || extent / scale <= 1 + gap || extent / scale >= 2 - 2 * gap,
  };
}

function shortHash(value: unknown, length: number): string {
  return hash(JSON.stringify(value), 'base64url').slice(0, length);
}

function hash(text: string, encoding: 'hex' | 'base64url'): string {
  return createHash('sha256').update(text).digest(encoding);
}
