import { type Generator, integer, uniform } from '../../../src/stats/random.ts';

/** Boxes in clusters and their scores, as a detector gives them; with `ties`, many scores are equal and boxes on a grid. */
export function drawnDetections(
  source: Generator,
  anchors: number,
  classes: number,
  ties: boolean,
): { boxes: Float32Array; scores: Float32Array } {
  const boxes = new Float32Array(4 * anchors);
  const scores = new Float32Array(anchors * classes);
  const centres = Array.from({ length: 1 + integer(source, 6) }, () => [100 * uniform(source), 100 * uniform(source)]);
  for (let anchor = 0; anchor < anchors; anchor++) {
    const [x = 0, y = 0] = centres[integer(source, centres.length)] ?? [];
    const spread = () => (ties ? integer(source, 4) * 4 : 12 * uniform(source));
    const [left, top] = [Math.floor(x) + spread(), Math.floor(y) + spread()];
    boxes.set([left, top, left + 12 + spread(), top + 12 + spread()], 4 * anchor);
  }
  for (let place = 0; place < scores.length; place++) {
    scores[place] = ties ? integer(source, 5) / 4 : uniform(source);
  }
  return { boxes, scores };
}
