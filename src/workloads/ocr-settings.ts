import type {
  ClassifySettings,
  CtcSettings,
  DbSettings,
  DynamicResize,
  PreprocessSettings,
} from '../engine/settings.ts';
import type { PreparedInput } from './prepared-workload.ts';

/**
 * What goes into the models of PP-OCR and what is made of their answers, as PaddleOCR 2.8 does it. Pictures come from OpenCV there, blue
 * first; the detector's mean and deviation are ImageNet's for red, green and blue, applied in that order to blue, green and red all the same.
 * @see https://github.com/PaddlePaddle/PaddleOCR/blob/v2.8.1/tools/infer/predict_det.py
 * @see https://github.com/PaddlePaddle/PaddleOCR/blob/v2.8.1/tools/infer/predict_rec.py
 * @see https://github.com/PaddlePaddle/PaddleOCR/blob/v2.8.1/tools/infer/predict_cls.py
 */
const fromOpenCv = { color: 'bgr', layout: 'nchw' } as const;

/** `(v / 255 − 0.5) / 0.5` */
const toMinusOneToOne = { kind: 'per_tensor', mean: 0.5, deviation: 0.5 } as const;

/**
 * Where PaddleOCR pads, it pads after the normalisation, with 0: the byte in the middle. (A byte cannot hit it exactly: 127 is -0.004.)
 */
const middle = 127;

/**
 * Pages: scaled down until the longer side has 960 pixels (`det_limit_side_len`). PaddleOCR then stretches both sides to multiples of 32;
 * here they are padded, so that the aspect ratio stays.
 */
export const detectPreprocess: PreprocessSettings & { readonly resize: DynamicResize } = {
  ...fromOpenCv,
  resize: { mode: 'dynamic', side: 'both', width: 960, height: 960, multiple: 32, kernel: 'linear', padding: middle },
  normalize: { kind: 'per_channel', mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
};

/** `det_db_thresh` 0.3, `det_db_box_thresh` 0.6, `det_db_unclip_ratio` 1.5, `max_candidates` 1000, and `min_size` 3 of its DBPostProcess. */
export const detectPostprocess: DbSettings = {
  kind: 'db',
  output: 'sigmoid_0.tmp_0',
  threshold: 0.3,
  boxThreshold: 0.6,
  unclipRatio: 1.5,
  minSize: 3,
  maxCandidates: 1000,
};

/**
 * For reading what was found: `unclip_ratio` 2, as PaddleX sets it before PP-OCRv4's recognisers. In the tighter boxes of 1.5 the
 * recogniser loses the blanks between words: on 12 drawn pages of another seed than the workload's, 85.6 % of the characters came out right
 * with 1.5 and 94.0 % with 2. Boxes are then wider than the ink, which `box_recall` compares them with.
 * @see https://github.com/PaddlePaddle/PaddleX/blob/release/3.0/paddlex/configs/pipelines/PP-ChatOCRv3-doc.yaml (`TextDetection`)
 * @see https://github.com/PaddlePaddle/PaddleX/issues/3519 (blanks that are lost)
 */
export const detectForReading: DbSettings = { ...detectPostprocess, unclipRatio: 2 };

/**
 * Lines to be read: 48 pixels high (`rec_image_shape`), the width follows, at most 1,920 for lines that are 40 times as wide as high.
 * The network halves the width three times, hence the multiple.
 *
 * OpenCV's bilinear scaling, which PaddleOCR takes, does not average over the pixels that it leaves out; ours does and is softer. Cubic is as
 * sharp, and read 98.1 % instead of 94.0 % on the 12 pages above.
 */
export const recognisePreprocess: PreprocessSettings & { readonly resize: DynamicResize } = {
  ...fromOpenCv,
  resize: { mode: 'dynamic', side: 'height', width: 1920, height: 48, multiple: 8, kernel: 'cubic', padding: middle },
  normalize: toMinusOneToOne,
};

/** The model ends in a softmax. */
export function recognisePostprocess(characters: readonly string[]): CtcSettings {
  return { kind: 'ctc', output: 'softmax_11.tmp_0', characters, softmax: false, beamWidth: 1 };
}

/** Lines to be told upside down: 48 × 192 (`cls_image_shape`); longer ones are squeezed into that, shorter ones padded. */
export const anglePreprocess: PreprocessSettings & { readonly resize: DynamicResize } = {
  ...fromOpenCv,
  resize: { mode: 'dynamic', side: 'height', width: 192, height: 48, multiple: 48, kernel: 'linear', padding: middle },
  normalize: toMinusOneToOne,
};

/** Class 1: upside down. The model ends in a softmax. */
export const anglePostprocess: ClassifySettings = {
  kind: 'classify',
  output: 'softmax_0.tmp_0',
  softmax: false,
  topK: 1,
};

/** The only input of each of the models, of the largest size that the preprocessing makes. */
export function inputFor({ resize }: { readonly resize: DynamicResize }): PreparedInput {
  return { name: 'x', type: 'float32', itemShape: [1, 3, resize.height, resize.width], batchAxis: 0 };
}
