/** The feature maps of an image of 320 × 320, and how many anchors stand at each of their places. */
export const featureMaps = [
  { side: 20, anchors: 3 },
  { side: 10, anchors: 6 },
  { side: 5, anchors: 6 },
  { side: 3, anchors: 6 },
  { side: 2, anchors: 6 },
  { side: 1, anchors: 6 },
] as const;

const smallestScale = 0.2;
const largestScale = 0.95;
const aspectRatios = [1, 2, 1 / 2, 3, 1 / 3] as const;

/**
 * The anchors of SSD on six feature maps, map by map, row by row, place by place: centre x, centre y, width and height as shares
 * of the image, 2034 × 4 numbers.
 *
 * The scales grow evenly from 0.2 to 0.95. At each place stand the ratios 1, 2, 1/2, 3 and 1/3 and a square of the geometric mean of
 * this scale and the next; on the first map three only: a square of half the scale, and the ratios 2 and 1/2.
 * @see Liu et al., "SSD: Single Shot MultiBox Detector", section 2.2; TensorFlow's Object Detection API, `multiple_grid_anchor_generator.py`
 *   (`create_ssd_anchors`, `reduce_boxes_in_lowest_layer`) for the first map.
 */
export function anchorBoxes(): Float32Array {
  const boxes: number[] = [];
  for (const [index, { side }] of featureMaps.entries()) {
    const shapes = shapesOf(index);
    for (let place = 0; place < side * side; place++) {
      const x = ((place % side) + 0.5) / side;
      const y = (Math.floor(place / side) + 0.5) / side;
      for (const { scale, ratio } of shapes) boxes.push(x, y, scale * Math.sqrt(ratio), scale / Math.sqrt(ratio));
    }
  }
  return Float32Array.from(boxes);
}

function shapesOf(map: number): readonly { scale: number; ratio: number }[] {
  const scale = scaleOf(map);
  if (map === 0) {
    return [
      { scale: scale / 2, ratio: 1 },
      { scale, ratio: 2 },
      { scale, ratio: 1 / 2 },
    ];
  }
  const next = map + 1 < featureMaps.length ? scaleOf(map + 1) : 1;
  return [...aspectRatios.map((ratio) => ({ scale, ratio })), { scale: Math.sqrt(scale * next), ratio: 1 }];
}

function scaleOf(map: number): number {
  return smallestScale + ((largestScale - smallestScale) * map) / (featureMaps.length - 1);
}
