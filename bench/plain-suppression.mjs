/**
 * Non-maximum suppression as a textbook has it, class by class: keep those above the threshold, sort, take the best, drop what overlaps
 * it, and so on: O(n²) a class. What the engine's is compared with, in its results (tests) and its speed.
 */
export function plainSuppression(boxes, scores, classCount, { scoreThreshold, iouThreshold, maxDetections }) {
  const byClass = Array.from({ length: classCount }, () => []);
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place];
    if (!(score > scoreThreshold)) continue;
    const anchor = Math.floor(place / classCount);
    const category = place % classCount;
    byClass[category].push({ anchor, category, score, box: boxes.slice(4 * anchor, 4 * anchor + 4) });
  }
  const found = [];
  for (const candidates of byClass) {
    candidates.sort((a, b) => b.score - a.score || a.anchor - b.anchor);
    const dropped = new Array(candidates.length).fill(false);
    for (let first = 0; first < candidates.length; first++) {
      if (dropped[first]) continue;
      found.push(candidates[first]);
      for (let second = first + 1; second < candidates.length; second++) {
        if (intersectionOverUnion(candidates[first].box, candidates[second].box) > iouThreshold) dropped[second] = true;
      }
    }
  }
  found.sort((a, b) => b.score - a.score || a.anchor - b.anchor || a.category - b.category);
  return found.slice(0, maxDetections);
}

/** Intersection over union of two boxes of left, top, right and bottom edge; 0 where they share nothing. */
export function intersectionOverUnion([left, top, right, bottom], [otherLeft, otherTop, otherRight, otherBottom]) {
  const width = Math.min(right, otherRight) - Math.max(left, otherLeft);
  const height = Math.min(bottom, otherBottom) - Math.max(top, otherTop);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  const area = Math.max(0, right - left) * Math.max(0, bottom - top);
  const otherArea = Math.max(0, otherRight - otherLeft) * Math.max(0, otherBottom - otherTop);
  return shared / (area + otherArea - shared);
}
