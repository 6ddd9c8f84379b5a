import type { DetectSettings } from '../settings.ts';
import type { Suppression } from './suppression.ts';

/**
 * Soft non-maximum suppression (Bodla et al., "Soft-NMS", 2017): the best candidate is kept, the scores of those that overlap it (of its
 * class, with `perClass`) fall, and so on with the best of the rest, until `maxDetections` are kept or none is above `scoreThreshold`.
 * Scores fall by `exp(−IoU² / sigma)` (`gaussian`), or by `1 − IoU` where the IoU is above `iouThreshold` (`linear`).
 *
 * Writes the fallen scores into `candidates`. Equal scores are kept in their order.
 * @see https://arxiv.org/abs/1704.04503, equations 2 and 3
 */
export function createSoftSuppression(settings: DetectSettings): Suppression {
  const { scoreThreshold, maxDetections, perClass } = settings;
  const kept = new Uint32Array(maxDetections);
  // The places of candidates that are neither kept nor dropped, in their order.
  let rest = new Uint32Array(0);

  return (candidates, edges) => {
    const { count, scores, classes } = candidates;
    if (rest.length < count) rest = new Uint32Array(Math.max(count, 2 * rest.length));
    for (let index = 0; index < count; index++) rest[index] = index;
    let left = count;
    let keptCount = 0;
    while (left > 0 && keptCount < maxDetections) {
      const best = bestOf(rest, left, scores);
      kept[keptCount] = best;
      keptCount += 1;
      let staying = 0;
      for (let index = 0; index < left; index++) {
        const candidate = rest[index] as number;
        if (candidate === best) continue;
        if (!perClass || classes[candidate] === classes[best]) {
          const overlap = intersectionOverUnion(edges, best, candidate);
          scores[candidate] = (scores[candidate] as number) * weight(overlap, settings);
        }
        if (!((scores[candidate] as number) > scoreThreshold)) continue;
        rest[staying] = candidate;
        staying += 1;
      }
      left = staying;
    }
    return kept.subarray(0, keptCount);
  };
}

function bestOf(rest: Uint32Array, count: number, scores: Float32Array): number {
  let best = rest[0] as number;
  for (let index = 1; index < count; index++) {
    const candidate = rest[index] as number;
    if ((scores[candidate] as number) > (scores[best] as number)) best = candidate;
  }
  return best;
}

function weight(overlap: number, { soft, iouThreshold }: DetectSettings): number {
  if (soft?.method === 'gaussian') return Math.exp((-overlap * overlap) / soft.sigma);
  return overlap > iouThreshold ? 1 - overlap : 1;
}

/** Intersection over union of boxes a and b, whose edges are at `4 * a` and `4 * b`; 0 where neither has an area. */
function intersectionOverUnion(edges: Float64Array, a: number, b: number): number {
  const width =
    Math.min(edges[4 * a + 2] as number, edges[4 * b + 2] as number) -
    Math.max(edges[4 * a] as number, edges[4 * b] as number);
  const height =
    Math.min(edges[4 * a + 3] as number, edges[4 * b + 3] as number) -
    Math.max(edges[4 * a + 1] as number, edges[4 * b + 1] as number);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(edges, a) + area(edges, b) - shared);
}

function area(edges: Float64Array, box: number): number {
  return (
    Math.max(0, (edges[4 * box + 2] as number) - (edges[4 * box] as number)) *
    Math.max(0, (edges[4 * box + 3] as number) - (edges[4 * box + 1] as number))
  );
}
