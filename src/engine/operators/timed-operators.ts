import { catalogue } from '../augment/catalogue.ts';
import { type Parameter, whole } from '../augment/specification.ts';
import type { ImageFormat } from '../preprocess/formats/image-format.ts';
import type { NormalizeSettings, PreprocessSettings, ResizeKernel } from '../settings.ts';

/** A single step of preprocessing that can be timed on its own. Pure data: its code is in `create-operator.ts`. */
export type TimedOperator = { readonly parameters: Readonly<Record<string, Parameter>> } & (
  | { readonly stage: 'decode'; readonly format: ImageFormat }
  | { readonly stage: 'resize'; readonly kernel: ResizeKernel }
  | ({ readonly stage: 'tensor' } & TensorForm)
  | { readonly stage: 'augment' }
);

/** What a picture becomes: normalised and laid out in one pass. */
export interface TensorForm {
  readonly normalize: NormalizeSettings;
  readonly layout: PreprocessSettings['layout'];
  readonly color: PreprocessSettings['color'];
  readonly type: 'float32' | 'uint8';
}

const formats = [
  'jpeg',
  'png',
  'webp',
  'gif',
  'tiff',
  'avif',
  'svg',
  'bmp',
  'pnm',
  'tga',
  'qoi',
  'ico',
] as const satisfies readonly ImageFormat[];

const kernels = [
  'nearest',
  'linear',
  'cubic',
  'mitchell',
  'lanczos2',
  'lanczos3',
] as const satisfies readonly ResizeKernel[];

const size = {
  width: whole(1, 32_767, 224, 'Of the result, in pixels.'),
  height: whole(1, 32_767, 224, 'Of the result, in pixels.'),
};

const form = { layout: 'nchw', color: 'rgb', type: 'float32', normalize: { kind: 'torchvision' } } as const;
const tensors: Readonly<Record<string, TensorForm>> = {
  tensor_nchw: form,
  tensor_nhwc: { ...form, layout: 'nhwc' },
  tensor_bgr: { ...form, color: 'bgr' },
  tensor_tf: { ...form, normalize: { kind: 'tf' } },
  tensor_gray: { ...form, color: 'gray', normalize: { kind: 'per_tensor', mean: 0.5, deviation: 0.5 } },
  tensor_bytes: { ...form, layout: 'nhwc', type: 'uint8', normalize: { kind: 'none' } },
};

/** Every operator by name: decoding by format, scaling by kernel, normalisation with layout, and the operators of augmentation. */
export const timedOperators: ReadonlyMap<string, TimedOperator> = new Map<string, TimedOperator>([
  ...formats.map((format) => [`decode_${format}`, { stage: 'decode', format, parameters: {} }] as const),
  ...kernels.map((kernel) => [`resize_${kernel}`, { stage: 'resize', kernel, parameters: size }] as const),
  ...Object.entries(tensors).map(([name, one]) => [name, { stage: 'tensor', ...one, parameters: {} }] as const),
  ...Object.entries(catalogue).map(
    ([name, { parameters }]) =>
      [name, { stage: 'augment', parameters: parameters as TimedOperator['parameters'] }] as const,
  ),
]);

export const timedOperatorNames: readonly string[] = [...timedOperators.keys()];
