/** From image file to tensor. */
export interface PreprocessSettings {
  readonly resize: {
    readonly width: number;
    readonly height: number;
    /** `stretch` changes the aspect ratio; `crop` fits the shorter side and cuts the middle; `letterbox` fits the longer side and pads. */
    readonly mode: 'stretch' | 'crop' | 'letterbox';
    readonly kernel: 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos2' | 'lanczos3';
    /** For `crop`: the shorter side is first scaled to this many pixels (256 for ImageNet's 224); null: to the target size itself. */
    readonly shorterSide: number | null;
    /** For `letterbox`: the value of the padding, 0–255. */
    readonly padding: number;
  };
  readonly color: 'rgb' | 'bgr' | 'gray';
  readonly normalize: NormalizeSettings;
  readonly layout: 'nchw' | 'nhwc';
}

/** `torchvision`: /255, then mean and deviation of ImageNet a channel. `tf`: to −1…1. The others state their numbers. */
export type NormalizeSettings =
  | { readonly kind: 'torchvision' }
  | { readonly kind: 'tf' }
  | { readonly kind: 'none' }
  /** `(value / 255 − mean[c]) / deviation[c]` for each channel. */
  | { readonly kind: 'per_channel'; readonly mean: readonly number[]; readonly deviation: readonly number[] }
  /** `(value / 255 − mean) / deviation` for the whole tensor. */
  | { readonly kind: 'per_tensor'; readonly mean: number; readonly deviation: number };

/** What becomes of the output. `output`: name of the tensor that holds the scores, null for the first. */
export interface PostprocessSettings {
  readonly kind: 'none' | 'classify';
  readonly output: string | null;
  readonly softmax: boolean;
  readonly topK: number;
}
