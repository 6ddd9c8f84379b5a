/** From image file to tensor. */
export interface PreprocessSettings {
  readonly resize: ResizeSettings;
  readonly color: 'rgb' | 'bgr' | 'gray';
  readonly normalize: NormalizeSettings;
  readonly layout: 'nchw' | 'nhwc';
  /** Random changes of the scaled picture, before it is normalised. Absent: none, and the key of such a case says nothing of it. */
  readonly augment?: AugmentSettings;
}

/** Operators that are applied one after the other, and the seed of what they draw. */
export interface AugmentSettings {
  /** 0 ≤ seed < 2³². With the same seed, an item is changed alike whatever ran before. */
  readonly seed: number;
  readonly operators: readonly AugmentStep[];
}

/** One operator of the catalogue of augmentation. */
export interface AugmentStep {
  readonly operator: string;
  /** Share of the items that it is applied to, 0 to 1. */
  readonly probability: number;
  /**
   * Values by parameter: one, or what it is drawn from for each item (two numbers for everything between them, or a list of words). A
   * parameter that is left out has the catalogue's default.
   */
  readonly parameters: Readonly<Record<string, number | string | readonly [number, number] | readonly string[]>>;
}

export type ResizeSettings = FixedResize | DynamicResize;

/** Every image becomes one of the same size. */
export interface FixedResize {
  readonly width: number;
  readonly height: number;
  /** `stretch` changes the aspect ratio; `crop` fits the shorter side and cuts the middle; `letterbox` fits the longer side and pads. */
  readonly mode: 'stretch' | 'crop' | 'letterbox';
  readonly kernel: ResizeKernel;
  /** For `crop`: the shorter side is first scaled to this many pixels (256 for ImageNet's 224); null: to the target size itself. */
  readonly shorterSide: number | null;
  /** For `letterbox`: the value of the padding, 0–255. */
  readonly padding: number;
}

/**
 * The size follows the image: its aspect ratio is kept, a query takes the largest of its items, and what an image leaves free on the
 * right and below is padded.
 */
export interface DynamicResize {
  readonly mode: 'dynamic';
  /** The largest frame; both are whole multiples of `multiple`. */
  readonly width: number;
  readonly height: number;
  readonly kernel: ResizeKernel;
  /**
   * `height`: every image is scaled to `height`, and its width follows, up to `width` (lines of text). `both`: it is scaled down, never
   * up, until it fits into `width` × `height` (pages).
   */
  readonly side: 'height' | 'both';
  /** Both sides of a frame are whole multiples of this many pixels, as a network with strides needs them. 1: any size. */
  readonly multiple: number;
  /** The value of the padding, 0–255. */
  readonly padding: number;
}

export type ResizeKernel = 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3';

/** `torchvision`: /255, then mean and deviation of ImageNet a channel. `tf`: to −1…1. The others state their numbers. */
export type NormalizeSettings =
  | { readonly kind: 'torchvision' }
  | { readonly kind: 'tf' }
  | { readonly kind: 'none' }
  /** `(value / 255 − mean[c]) / deviation[c]` for each channel. */
  | { readonly kind: 'per_channel'; readonly mean: readonly number[]; readonly deviation: readonly number[] }
  /** `(value / 255 − mean) / deviation` for the whole tensor. */
  | { readonly kind: 'per_tensor'; readonly mean: number; readonly deviation: number };

/** What becomes of the outputs. `output`: name of the tensor that is read, null for the model's first. */
export type PostprocessSettings =
  | { readonly kind: 'none' }
  | ClassifySettings
  | CtcSettings
  | DbSettings
  | DetectSettings;

/** Scores of classes, `[N, classes]`, to the best classes of each item. */
export interface ClassifySettings {
  readonly kind: 'classify';
  readonly output: string | null;
  /** Whether scores are turned into probabilities. */
  readonly softmax: boolean;
  readonly topK: number;
}

/** Scores of characters a step, `[N, steps, 1 + characters]` with the blank first, to a line of text for each item. */
export interface CtcSettings {
  readonly kind: 'ctc';
  readonly output: string | null;
  /** The character of class 1, 2, …; class 0 is the blank. */
  readonly characters: readonly string[];
  /** Whether scores are turned into probabilities (false where the model ends in a softmax). */
  readonly softmax: boolean;
  /** 1: the best class of each step (greedy). More: prefix beam search that keeps this many. */
  readonly beamWidth: number;
}

/** A map of probabilities, `[N, 1, height, width]`, to the regions that stand out in it (differentiable binarisation). */
export interface DbSettings {
  readonly kind: 'db';
  readonly output: string | null;
  /** Pixels above this belong to a region. */
  readonly threshold: number;
  /** Regions whose mean is below this are dropped. */
  readonly boxThreshold: number;
  /** Regions grow outwards by area · ratio / perimeter. */
  readonly unclipRatio: number;
  /** Regions whose shorter side has fewer pixels are dropped. */
  readonly minSize: number;
  /** At most this many regions are looked at. */
  readonly maxCandidates: number;
}

/** Boxes `[N, anchors, 4]` and scores `[N, anchors, classes]` to the objects of each item, by non-maximum suppression. */
export interface DetectSettings {
  readonly kind: 'detect';
  /** Output with the boxes; null: the model's first. */
  readonly boxes: string | null;
  /** Output with the scores; null: the model's second. The same output as `boxes`: scores follow the four coordinates (YOLO). */
  readonly scores: string | null;
  /** `rows`: an anchor is a row, `[N, anchors, values]`. `columns`: a column, `[N, values, anchors]` (YOLOv8). */
  readonly layout: 'rows' | 'columns';
  /** Whether the scores begin with one of there being an object at all, by which the others are multiplied (YOLOv5). */
  readonly objectness: boolean;
  readonly boxFormat: 'xyxy' | 'xywh' | 'cxcywh';
  /** Whether coordinates are shares of the picture's size; otherwise they are its pixels. */
  readonly normalized: boolean;
  readonly scoreThreshold: number;
  readonly iouThreshold: number;
  readonly maxDetections: number;
  /** Whether boxes suppress only those of their own class. */
  readonly perClass: boolean;
  /** How the scores of suppressed boxes fall instead of to nothing; null: to nothing. */
  readonly soft: null | SoftSuppression;
  readonly activation: 'none' | 'sigmoid' | 'softmax';
  /** Class that means no object, which is never answered; null: there is none. */
  readonly background: number | null;
}

/** `gaussian`: by exp(−IoU² / sigma). `linear`: by 1 − IoU, where the IoU is above the threshold. */
export type SoftSuppression = { readonly method: 'gaussian'; readonly sigma: number } | { readonly method: 'linear' };
