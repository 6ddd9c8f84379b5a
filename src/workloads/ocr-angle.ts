import { calibrationTurnedLines, turnedLines } from './drawn-lines.ts';
import { isPacked, packImages } from './image-pack.ts';
import { angleClassifier, hasOcrModels, ocrModelsMissing, prepareOcrModel } from './ocr-models.ts';
import { anglePostprocess, anglePreprocess, inputFor } from './ocr-settings.ts';
import { packedCalibration } from './packed-calibration.ts';
import type { Workload } from './workload.ts';

/** Telling lines of text that are upside down: a small trained network with normalisations beside its convolutions. */
export const ocrAngle: Workload = {
  name: 'ocr-angle',
  title: 'Text angle',
  description:
    'The angle classifier of PP-OCR (mobile 2.0) on 200 drawn lines, half of them upside down: how many it tells. Multiply-adds: 48 × 192.',
  model: angleClassifier.description,

  isBuilt: (cache) => hasOcrModels(cache, angleClassifier) && isPacked(turnedLines, cache),
  missing: ocrModelsMissing,

  async prepare(cache) {
    return {
      name: this.name,
      model: await prepareOcrModel(angleClassifier, cache),
      inputs: [inputFor(anglePreprocess)],
      data: { kind: 'images', ...(await packImages(turnedLines, cache)) },
      chain: null,
      preprocess: anglePreprocess,
      postprocess: anglePostprocess,
      metric: { kind: 'top1' },
    };
  },

  calibration: (cache) => packedCalibration(calibrationTurnedLines, 'lines drawn from another seed', cache),
};
