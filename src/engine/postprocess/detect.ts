import type { DetectSettings } from '../settings.ts';
import { type Answer, type FoundBox, noAnswer } from './answer.ts';
import { writeEdges } from './box-format.ts';
import { type Candidates, createCandidateFinder, type ScoreTable } from './candidates.ts';
import { refuseNonFinite } from './finite.ts';
import { chosenOutput, type FloatOutput, floatOutput, invalid, type Outputs, wrongShape } from './outputs.ts';
import { createSoftSuppression } from './soft-suppression.ts';
import { createSuppression } from './suppression.ts';

/** Where the four numbers of the boxes of one item are: number n of anchor a at `data[start + a * anchorStride + n * numberStride]`. */
interface BoxTable {
  readonly data: FloatOutput['data'];
  readonly start: number;
  readonly anchorStride: number;
  readonly numberStride: number;
}

/**
 * The objects of each item, best first: score filter, then non-maximum suppression. Reads boxes `[N, anchors, 4]` and scores
 * `[N, anchors, classes]` of two outputs, or both side by side, `[N, anchors, 4 + classes]`, of one; with `layout: columns` the last two
 * dimensions are swapped; with `objectness` one more number precedes the classes.
 *
 * Boxes are answered as edges in the unit that the model gives: pixels of its picture, or shares of it where the settings say `normalized`.
 * @throws InputError `POSTPROCESS_INVALID`; the function made throws it, too, and `OUTPUT_NOT_FINITE`.
 */
export function createDetect(
  settings: DetectSettings,
  outputNames: readonly string[],
  batchSize: number,
): (outputs: Outputs) => readonly Answer[] {
  checkSettings(settings);
  const boxesName = chosenOutput('boxes', settings.boxes, outputNames, 0);
  const scoresName = chosenOutput('scores', settings.scores, outputNames, Math.min(1, outputNames.length - 1));
  const find = createCandidateFinder(settings);
  const suppress = settings.soft === null ? createSuppression(settings) : createSoftSuppression(settings);
  let edges = new Float64Array(0);

  return (outputs) => {
    const boxes = floatOutput('detect', outputs, boxesName);
    const scores = floatOutput('detect', outputs, scoresName);
    const sizes = sizesOf(boxes, scores, settings, batchSize);
    const answers = new Array<Answer>(batchSize);
    for (let item = 0; item < batchSize; item++) {
      const { scoreTable, boxTable } = tablesOf(boxes, scores, settings, sizes, item);
      refuseNonFiniteBoxes(boxes, boxTable, sizes.anchors, boxes.data.length / batchSize, item);
      const candidates = find(scoreTable);
      if (edges.length < 4 * candidates.count) edges = new Float64Array(4 * candidates.scores.length);
      writeCandidateEdges(candidates, boxTable, settings, edges);
      const kept = suppress(candidates, edges, sizes.classes);
      answers[item] = { ...noAnswer, classCount: sizes.classes, boxes: foundBoxes(kept, candidates, edges) };
    }
    return answers;
  };
}

function checkSettings(settings: DetectSettings): void {
  const { scoreThreshold, iouThreshold, maxDetections, soft, objectness, activation, background } = settings;
  if (!(scoreThreshold >= 0 && scoreThreshold < Number.POSITIVE_INFINITY))
    throw invalid('score_threshold', `expected a number from 0 on, got ${scoreThreshold}.`);
  if (!(iouThreshold >= 0 && iouThreshold <= 1))
    throw invalid('iou_threshold', `expected a number from 0 to 1, got ${iouThreshold}.`);
  if (!Number.isInteger(maxDetections) || maxDetections < 1)
    throw invalid('max_detections', `expected a whole number from 1 on, got ${maxDetections}.`);
  if (soft?.method === 'gaussian' && !(soft.sigma > 0))
    throw invalid('soft.sigma', `expected a number above 0, got ${soft.sigma}.`);
  if (objectness && activation === 'softmax')
    throw invalid('objectness', 'expected activation none or sigmoid beside it, got softmax. Change one of them.');
  if (background !== null && (!Number.isInteger(background) || background < 0))
    throw invalid('background', `expected the number of a class, from 0 on, got ${background}.`);
}

interface Sizes {
  readonly anchors: number;
  readonly classes: number;
  /** Numbers an anchor in the output of the scores, and how many of them precede those of the classes. */
  readonly values: number;
  readonly preceding: number;
}

function sizesOf(boxes: FloatOutput, scores: FloatOutput, settings: DetectSettings, batchSize: number): Sizes {
  const { layout, objectness, background } = settings;
  const isTogether = boxes.name === scores.name;
  const preceding = (isTogether ? 4 : 0) + (objectness ? 1 : 0);
  const [anchorAxis, valueAxis] = layout === 'rows' ? [1, 2] : [2, 1];
  const text = (values: string) => `[${batchSize}, ${layout === 'rows' ? `anchors, ${values}` : `${values}, anchors`}]`;
  const values = scores.dims[valueAxis] ?? 0;
  const anchors = scores.dims[anchorAxis] ?? 0;
  const classes = values - preceding;
  if (scores.dims.length !== 3 || scores.dims[0] !== batchSize || classes < 1)
    throw wrongShape('scores', scores, text(preceding === 0 ? 'classes' : `${preceding} + classes`));
  if (!isTogether) {
    const { dims } = boxes;
    const fits = dims.length === 3 && dims[0] === batchSize && dims[valueAxis] === 4 && dims[anchorAxis] === anchors;
    if (!fits) throw wrongShape('boxes', boxes, text('4').replace('anchors', String(anchors)));
  }
  if (background !== null && background >= classes)
    throw invalid('background', `expected a class of the model, from 0 to ${classes - 1}, got ${background}.`);
  return { anchors, classes, values, preceding };
}

function tablesOf(
  boxes: FloatOutput,
  scores: FloatOutput,
  settings: DetectSettings,
  { anchors, classes, values, preceding }: Sizes,
  item: number,
): { scoreTable: ScoreTable; boxTable: BoxTable } {
  // Columns of a single anchor are a row: as columns, their classes could not be told from anchors.
  const isRows = settings.layout === 'rows' || anchors === 1;
  const itemStart = item * anchors * values;
  const valueStride = isRows ? 1 : anchors;
  const scoreTable: ScoreTable = {
    data: scores.data,
    start: itemStart + preceding * valueStride,
    anchors,
    classes,
    anchorStride: isRows ? values : 1,
    classStride: valueStride,
    objectness: settings.objectness ? itemStart + (preceding - 1) * valueStride : null,
    output: scores.name,
    item,
    itemStart,
  };
  const boxValues = boxes.name === scores.name ? values : 4;
  const boxTable: BoxTable = {
    data: boxes.data,
    start: item * anchors * boxValues,
    anchorStride: isRows ? boxValues : 1,
    numberStride: valueStride,
  };
  return { scoreTable, boxTable };
}

/** Boxes of their own, or the first four rows of columns, are looked at in one go; those beside their scores anchor by anchor. */
function refuseNonFiniteBoxes(
  output: FloatOutput,
  table: BoxTable,
  anchors: number,
  perItem: number,
  item: number,
): void {
  const { data, start, anchorStride, numberStride } = table;
  if (numberStride !== 1 || anchorStride === 4) {
    refuseNonFinite(data, start, 4 * anchors, output.name, item);
    return;
  }
  for (let anchor = 0; anchor < anchors; anchor++) {
    const first = start + anchor * anchorStride;
    const sum =
      (data[first] as number) + (data[first + 1] as number) + (data[first + 2] as number) + (data[first + 3] as number);
    // A sum of finite numbers may overflow 32 bits, not 64.
    if (sum - sum !== 0) refuseNonFinite(data, start, perItem, output.name, item);
  }
}

function writeCandidateEdges(
  { count, anchors }: Candidates,
  { data, start, anchorStride, numberStride }: BoxTable,
  { boxFormat }: DetectSettings,
  edges: Float64Array,
): void {
  for (let index = 0; index < count; index++) {
    writeEdges(boxFormat, data, start + (anchors[index] as number) * anchorStride, numberStride, edges, 4 * index);
  }
}

function foundBoxes(kept: Uint32Array, { scores, classes }: Candidates, edges: Float64Array): FoundBox[] {
  return Array.from(kept, (place) => ({
    box: [
      edges[4 * place] as number,
      edges[4 * place + 1] as number,
      edges[4 * place + 2] as number,
      edges[4 * place + 3] as number,
    ],
    class: classes[place] as number,
    score: scores[place] as number,
  }));
}
