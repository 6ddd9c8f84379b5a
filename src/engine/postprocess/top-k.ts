import type { Scores } from './softmax.ts';

/**
 * Indices of the `k` largest of `count` scores from `offset` on, the largest first, counted from `offset`; of equal scores the
 * lower index comes first. Fewer when there are fewer than `k` scores.
 *
 * A partial selection: keeps the best `k` in order and inserts into them, which for the small `k` of a classifier is one
 * comparison for almost every score.
 */
export function topK(scores: Scores, offset: number, count: number, k: number): number[] {
  const best: number[] = [];
  let worst = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    const score = scores[offset + index] as number;
    if (best.length === k && !(score > worst)) continue;
    let place = best.length;
    while (place > 0 && score > (scores[offset + (best[place - 1] as number)] as number)) place -= 1;
    best.splice(place, 0, index);
    if (best.length > k) best.pop();
    worst = scores[offset + (best[best.length - 1] as number)] as number;
  }
  return best;
}
