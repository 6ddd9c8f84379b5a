import type { DetectSettings } from '../settings.ts';
import type { Scores } from './softmax.ts';

/**
 * Writes a box as its left, top, right and bottom edge into `target` from `to` on. Its four numbers are at `from`, `from + stride`, …
 * in `source`: the edges themselves (`xyxy`), the left and top edge with width and height (`xywh`), or the centre with width and height
 * (`cxcywh`). A box whose right edge lies left of its left one comes out as it is; its area counts as 0.
 */
export function writeEdges(
  format: DetectSettings['boxFormat'],
  source: Scores,
  from: number,
  stride: number,
  target: Float64Array,
  to: number,
): void {
  const a = source[from] as number;
  const b = source[from + stride] as number;
  const c = source[from + 2 * stride] as number;
  const d = source[from + 3 * stride] as number;
  const left = format === 'cxcywh' ? a - c / 2 : a;
  const top = format === 'cxcywh' ? b - d / 2 : b;
  target[to] = left;
  target[to + 1] = top;
  target[to + 2] = format === 'xyxy' ? c : left + c;
  target[to + 3] = format === 'xyxy' ? d : top + d;
}
