import type { DetectSettings } from '../settings.ts';
import { notFinite } from './finite.ts';
import { appendPlacesAbove, type Places } from './places-above.ts';
import { logit, sigmoid } from './sigmoid.ts';
import type { Scores } from './softmax.ts';

/** The scores of one item: that of class c at anchor a is `data[start + a * anchorStride + c * classStride]`. */
export interface ScoreTable {
  readonly data: Scores;
  readonly start: number;
  readonly anchors: number;
  readonly classes: number;
  readonly anchorStride: number;
  readonly classStride: number;
  /** Where the score of there being an object at anchor 0 is; null: there is none. */
  readonly objectness: number | null;
  /** For errors: name of the output, position of the item in the query, and where in `data` the item begins. */
  readonly output: string;
  readonly item: number;
  readonly itemStart: number;
}

/** Pairs of an anchor and a class whose score is above the threshold, in the order in which the output holds them. */
export interface Candidates {
  count: number;
  scores: Float32Array;
  anchors: Uint32Array;
  classes: Uint32Array;
}

export function noCandidates(): Candidates {
  return { count: 0, scores: new Float32Array(0), anchors: new Uint32Array(0), classes: new Uint32Array(0) };
}

/** Finds candidates, in memory that is kept; what it returns is valid until the next call. */
export type CandidateFinder = (table: ScoreTable) => Candidates;

type Filter = Pick<DetectSettings, 'scoreThreshold' | 'activation' | 'background' | 'perClass'>;

/**
 * The first step of detection, which looks at every score once: the activation is applied to those only that can pass the threshold.
 * Scores are rounded to 32-bit floats after the activation, as a model that holds it would give them. Without `perClass`, an anchor is
 * a candidate for its best class only (the first of equal ones): its others would be suppressed by it, their boxes being the same.
 *
 * The finder throws `OUTPUT_NOT_FINITE` when any score is NaN or infinite.
 */
export function createCandidateFinder(filter: Filter): CandidateFinder {
  const candidates = noCandidates();
  const places: Places = { list: new Uint32Array(0), count: 0 };
  return (table) => {
    candidates.count = 0;
    places.count = 0;
    if (filter.activation === 'softmax') findBySoftmax(table, filter, candidates);
    else findByScore(table, filter, places, candidates);
    if (!filter.perClass) keepBestClasses(candidates, table.anchors);
    return candidates;
  };
}

function findByScore(table: ScoreTable, filter: Filter, places: Places, candidates: Candidates): void {
  const { data, start, anchorStride, classStride, objectness } = table;
  const isSigmoid = filter.activation === 'sigmoid';
  collectPlaces(table, filter.scoreThreshold, isSigmoid, places);
  const isRows = classStride === 1;
  const lineStride = isRows ? anchorStride : classStride;
  for (let index = 0; index < places.count; index++) {
    const place = places.list[index] as number;
    const raw = data[place] as number;
    if (raw - raw !== 0) throw notFinite(table.output, table.item, place - table.itemStart, raw);
    const line = Math.floor((place - start) / lineStride);
    const within = place - start - line * lineStride;
    const anchor = isRows ? line : within;
    const category = isRows ? within : line;
    if (category === filter.background) continue;
    let score = isSigmoid ? sigmoid(raw) : raw;
    if (objectness !== null) {
      const object = data[objectness + anchor * anchorStride] as number;
      score *= isSigmoid ? sigmoid(object) : object;
    }
    score = Math.fround(score);
    if (score > filter.scoreThreshold) append(candidates, score, anchor, category);
  }
}

/** The places of all scores that can pass, a few more (what passes is decided on the rounded score), and of all that are not finite. */
function collectPlaces(table: ScoreTable, threshold: number, isSigmoid: boolean, places: Places): void {
  const { data, start, anchors, classes, anchorStride, classStride, objectness } = table;
  const isRows = classStride === 1;
  if (objectness === null && (isRows ? anchorStride === classes : classStride === anchors)) {
    // All scores of the item follow each other without a gap.
    appendPlacesAbove(data, start, anchors * classes, rawThreshold(threshold, isSigmoid), places);
    return;
  }
  const largestObject = objectness === null || isRows ? 1 : largest(table, objectness, isSigmoid);
  for (let line = 0; line < (isRows ? anchors : classes); line++) {
    let factor = largestObject;
    if (objectness !== null && isRows) factor = objectAt(table, objectness, line, isSigmoid);
    // Where there is no object at all, no class can pass, but every score must be finite still.
    const passing = factor > 0 ? rawThreshold(threshold / factor, isSigmoid) : Number.MAX_VALUE;
    const first = start + line * (isRows ? anchorStride : classStride);
    appendPlacesAbove(data, first, isRows ? classes : anchors, passing, places);
  }
}

/** A little below the value whose activation is the threshold: rounding must not lose a score that passes. */
function rawThreshold(threshold: number, isSigmoid: boolean): number {
  const raw = isSigmoid ? logit(threshold) : threshold;
  const finite = Math.min(Math.max(raw, -Number.MAX_VALUE), Number.MAX_VALUE);
  return finite - Math.abs(finite) * 1e-6 - (isSigmoid ? 1e-6 : 0);
}

function objectAt(table: ScoreTable, objectness: number, anchor: number, isSigmoid: boolean): number {
  const place = objectness + anchor * table.anchorStride;
  const raw = table.data[place] as number;
  if (raw - raw !== 0) throw notFinite(table.output, table.item, place - table.itemStart, raw);
  return isSigmoid ? sigmoid(raw) : raw;
}

function largest(table: ScoreTable, objectness: number, isSigmoid: boolean): number {
  let most = 0;
  for (let anchor = 0; anchor < table.anchors; anchor++) {
    const object = objectAt(table, objectness, anchor, isSigmoid);
    if (object > most) most = object;
  }
  return most;
}

function findBySoftmax(table: ScoreTable, filter: Filter, candidates: Candidates): void {
  const { data, start, anchors, classes, anchorStride, classStride } = table;
  const { scoreThreshold, background } = filter;
  const hopeless = logit(scoreThreshold) - 1e-6;
  for (let anchor = 0; anchor < anchors; anchor++) {
    const first = start + anchor * anchorStride;
    let largestScore = Number.NEGATIVE_INFINITY;
    let largestObject = Number.NEGATIVE_INFINITY;
    for (let category = 0; category < classes; category++) {
      const place = first + category * classStride;
      const raw = data[place] as number;
      if (raw - raw !== 0) throw notFinite(table.output, table.item, place - table.itemStart, raw);
      if (raw > largestScore) largestScore = raw;
      if (raw > largestObject && category !== background) largestObject = raw;
    }
    // exp(x) / Σ exp ≤ exp(x) / (exp(x) + exp(background)) = sigmoid(x − background): most anchors end here, without an exp.
    if (background !== null && largestObject - (data[first + background * classStride] as number) < hopeless) continue;
    let sum = 0;
    for (let category = 0; category < classes; category++) {
      sum += Math.exp((data[first + category * classStride] as number) - largestScore);
    }
    for (let category = 0; category < classes; category++) {
      if (category === background) continue;
      const score = Math.fround(Math.exp((data[first + category * classStride] as number) - largestScore) / sum);
      if (score > scoreThreshold) append(candidates, score, anchor, category);
    }
  }
}

function append(candidates: Candidates, score: number, anchor: number, category: number): void {
  const { count } = candidates;
  if (count === candidates.scores.length) grow(candidates);
  candidates.scores[count] = score;
  candidates.anchors[count] = anchor;
  candidates.classes[count] = category;
  candidates.count = count + 1;
}

function grow(candidates: Candidates): void {
  const room = Math.max(1024, 2 * candidates.scores.length);
  const scores = new Float32Array(room);
  scores.set(candidates.scores);
  const anchors = new Uint32Array(room);
  anchors.set(candidates.anchors);
  const classes = new Uint32Array(room);
  classes.set(candidates.classes);
  Object.assign(candidates, { scores, anchors, classes });
}

/** Leaves the candidate with the largest score of each anchor; of equal scores that of the lowest class. */
function keepBestClasses(candidates: Candidates, anchors: number): void {
  const { count, scores, anchors: anchorOf, classes } = candidates;
  const best = new Int32Array(anchors).fill(-1);
  for (let index = 0; index < count; index++) {
    const anchor = anchorOf[index] as number;
    const other = best[anchor] as number;
    if (other < 0 || (scores[index] as number) > (scores[other] as number)) best[anchor] = index;
  }
  let kept = 0;
  for (let index = 0; index < count; index++) {
    if (best[anchorOf[index] as number] !== index) continue;
    scores[kept] = scores[index] as number;
    anchorOf[kept] = anchorOf[index] as number;
    classes[kept] = classes[index] as number;
    kept += 1;
  }
  candidates.count = kept;
}
