export interface PlainBox {
  readonly anchor: number;
  readonly category: number;
  readonly score: number;
  readonly box: Float32Array;
}

export function plainSuppression(
  boxes: Float32Array,
  scores: Float32Array,
  classCount: number,
  settings: { readonly scoreThreshold: number; readonly iouThreshold: number; readonly maxDetections: number },
): PlainBox[];

export function intersectionOverUnion(a: ArrayLike<number>, b: ArrayLike<number>): number;
