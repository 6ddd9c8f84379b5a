import type { DetectSettings } from '../settings.ts';
import type { Candidates } from './candidates.ts';
import { createScoreOrder } from './order-by-score.ts';

/**
 * Chooses among candidates: their places, best first, at most `maxDetections`. The edges (left, top, right, bottom) of candidate i are at
 * `4 * i` of `edges`. Memory is kept; what is returned is valid until the next call.
 */
export type Suppression = (candidates: Candidates, edges: Float64Array, classCount: number) => Uint32Array;

/**
 * Greedy non-maximum suppression: candidates are taken by falling score, equal ones in their order, and each is kept unless it overlaps
 * one that was kept by more than `iouThreshold` (and is of its class, with `perClass`). Boxes without an area overlap nothing.
 *
 * All classes are gone through in one order of scores, so that it ends when `maxDetections` are kept, and a candidate is compared with
 * the kept boxes of its class alone, a chain through an array. Of a class this gives what suppression class by class gives.
 */
export function createSuppression(
  settings: Pick<DetectSettings, 'iouThreshold' | 'maxDetections' | 'perClass'>,
): Suppression {
  const { iouThreshold, maxDetections, perClass } = settings;
  const { order } = createScoreOrder();
  const kept = new Uint32Array(maxDetections);
  const keptEdges = new Float64Array(4 * maxDetections);
  const keptAreas = new Float64Array(maxDetections);
  /** The box of the same class that was kept before this one, −1 for the first; and the last one of each class. */
  const before = new Int32Array(maxDetections);
  let lastOfClass = new Int32Array(0);

  return (candidates, edges, classCount) => {
    const { count, scores, classes } = candidates;
    const chains = perClass ? classCount : 1;
    if (lastOfClass.length < chains) lastOfClass = new Int32Array(chains);
    lastOfClass.fill(-1, 0, chains);
    const byScore = order(scores, count);
    let keptCount = 0;
    for (let rank = 0; rank < count && keptCount < maxDetections; rank++) {
      const candidate = byScore[rank] as number;
      const left = edges[4 * candidate] as number;
      const top = edges[4 * candidate + 1] as number;
      const right = edges[4 * candidate + 2] as number;
      const bottom = edges[4 * candidate + 3] as number;
      const area = Math.max(0, right - left) * Math.max(0, bottom - top);
      const chain = perClass ? (classes[candidate] as number) : 0;

      let other = lastOfClass[chain] as number;
      for (; other >= 0; other = before[other] as number) {
        const from = 4 * other;
        const width = Math.min(right, keptEdges[from + 2] as number) - Math.max(left, keptEdges[from] as number);
        if (width <= 0) continue;
        const height = Math.min(bottom, keptEdges[from + 3] as number) - Math.max(top, keptEdges[from + 1] as number);
        if (height <= 0) continue;
        const shared = width * height;
        // shared / union > threshold, without the division.
        if (shared > iouThreshold * (area + (keptAreas[other] as number) - shared)) break;
      }
      if (other >= 0) continue;

      kept[keptCount] = candidate;
      keptEdges[4 * keptCount] = left;
      keptEdges[4 * keptCount + 1] = top;
      keptEdges[4 * keptCount + 2] = right;
      keptEdges[4 * keptCount + 3] = bottom;
      keptAreas[keptCount] = area;
      before[keptCount] = lastOfClass[chain] as number;
      lastOfClass[chain] = keptCount;
      keptCount += 1;
    }
    return kept.subarray(0, keptCount);
  };
}
