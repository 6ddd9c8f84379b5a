import * as z from 'zod';
import { augment } from './augment-schema.ts';
import { calibration } from './calibration-schema.ts';
import { operatorModel } from './operator-schema.ts';
import { postprocess } from './postprocess-schema.ts';

/** A name that may stand in identifiers and file names. */
export const name = z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, {
  error:
    'expected a name of at most 64 letters, digits, dots, dashes or underscores that begins with a letter or digit',
});

const path = z.string().min(1).meta({ description: 'A path, relative to the suite file.' });
const pixels = z.int().min(1).max(32_767);

const data = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('images').meta({ description: 'A folder of images; each is an item.' }),
    folder: path,
    labels: path.optional().meta({ description: 'A text file with a line "file-name class-index" for each image.' }),
  }),
  z.strictObject({
    kind: z.literal('npy').meta({ description: 'A folder of .npy files; each is an item.' }),
    folder: path,
    inputs: z
      .record(z.string().min(1), path)
      .optional()
      .meta({ description: 'For several inputs: the folder of each by the name of the input, within "folder".' }),
    labels: path.optional().meta({ description: 'A text file with a line "file-name class-index" for each item.' }),
  }),
]);

const normalizeByNumbers = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('per_channel').meta({ description: '(value / 255 - mean) / deviation for each channel.' }),
    mean: z.array(z.number()).min(1).max(3),
    deviation: z.array(z.number().positive()).min(1).max(3),
  }),
  z.strictObject({
    kind: z.literal('per_tensor').meta({ description: '(value / 255 - mean) / deviation for all channels alike.' }),
    mean: z.number(),
    deviation: z.number().positive(),
  }),
]);

const preprocess = z.strictObject({
  resize: z.strictObject({
    width: pixels,
    height: pixels,
    mode: z.enum(['crop', 'letterbox', 'stretch', 'dynamic']).optional().meta({
      description:
        'crop (default): the middle. letterbox: all of it, padded. stretch: changes the aspect ratio. dynamic: the size follows the image.',
    }),
    kernel: z
      .enum(['nearest', 'linear', 'cubic', 'mitchell', 'lanczos2', 'lanczos3'])
      .optional()
      .meta({ description: 'Default: linear.' }),
    shorter_side: pixels
      .optional()
      .meta({ description: 'For crop: the shorter side is scaled to this first (256 for ImageNet).' }),
    padding: z
      .int()
      .min(0)
      .max(255)
      .optional()
      .meta({ description: 'For letterbox and dynamic: the value of the padding.' }),
    side: z.enum(['both', 'height']).optional().meta({
      description:
        'For dynamic: both (default): scaled down until it fits into width × height. height: to this height, and the width follows up to width.',
    }),
    multiple: pixels
      .optional()
      .meta({ description: 'For dynamic: both sides are padded to whole multiples of this. Default: 1.' }),
  }),
  color: z.enum(['rgb', 'bgr', 'gray']).optional().meta({ description: 'Default: rgb.' }),
  normalize: z.union([z.enum(['torchvision', 'tf', 'none']), normalizeByNumbers]).meta({
    description: 'torchvision: mean and deviation of ImageNet. tf: to -1…1. none: 0…255. Or numbers of your own.',
  }),
  layout: z.enum(['nchw', 'nhwc']).optional().meta({ description: 'Default: nchw.' }),
  augment: augment.optional().meta({ description: 'Random changes of the scaled images, before they are normalised.' }),
});

/** A workload of the user's own, as it stands in a suite. */
export const ownWorkload = z.strictObject({
  name,
  model: z.union([path, operatorModel]).meta({
    description:
      'ONNX file, relative to the suite file; or a single operator of preprocessing, for the backend operators.',
  }),
  dimensions: z
    .record(z.string().min(1), z.int().min(1))
    .optional()
    .meta({ description: 'Values of dynamic dimensions by the name that the model gives them.' }),
  shapes: z
    .record(z.string().min(1), z.array(z.int().min(1)))
    .optional()
    .meta({ description: 'Whole shapes by the name of the input.' }),
  data: data
    .optional()
    .meta({ description: 'What is fed; left out: generated from what the model says of its inputs.' }),
  calibration: calibration.optional().meta({
    description:
      'What int8 takes its ranges from: other items than those of data, without labels. 100 to 500 are usual.',
  }),
  preprocess: preprocess.optional().meta({ description: 'For images: from file to tensor.' }),
  postprocess: postprocess.optional(),
  metric: z.enum(['top1', 'top5']).optional().meta({ description: 'Needs labels. Default with labels: top1.' }),
});

/** A workload of the hub that is fed images of the user's own. */
export const hubWorkload = z.strictObject({
  name,
  hub: name.meta({ description: 'Name of a workload of the hub that takes images (see: dyno model list).' }),
  data: z.strictObject({
    kind: z.literal('images').meta({ description: 'A folder of images; each is an item.' }),
    folder: path,
    labels: path.optional().meta({ description: 'A text file with a line "file-name class-index" for each image.' }),
    truth: path.optional().meta({
      description: 'A text file with lines "file-name<tab>text": what each image shows, for workloads that read.',
    }),
  }),
});

export type HubWorkloadFile = z.infer<typeof hubWorkload>;
export type OwnWorkloadFile = z.infer<typeof ownWorkload>;
