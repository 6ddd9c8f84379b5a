import { calibrationDrawnPages, drawnPages } from './drawn-pages.ts';
import { isPacked, packImages } from './image-pack.ts';
import {
  angleClassifier,
  hasOcrCharacters,
  hasOcrModels,
  ocrCharacters,
  ocrModelsMissing,
  prepareOcrModel,
  textDetector,
  textRecogniser,
} from './ocr-models.ts';
import {
  anglePostprocess,
  anglePreprocess,
  detectForReading,
  detectPreprocess,
  inputFor,
  recognisePostprocess,
  recognisePreprocess,
} from './ocr-settings.ts';
import { packedCalibration } from './packed-calibration.ts';
import type { Workload } from './workload.ts';

const models = [textDetector, angleClassifier, textRecogniser];

/** As many lines go through the smaller models at once as in PaddleOCR (`cls_batch_num`, `rec_batch_num`). */
const linesAtOnce = 6;

/** Reading whole pages: finding the lines, turning those that are upside down, and reading them, as one request. */
export const ocr: Workload = {
  name: 'ocr',
  title: 'OCR of pages',
  description:
    'Detector, angle classifier and recogniser of PP-OCR as one request, on 24 pages that were drawn from known text: how many characters come out right.',
  model: {
    ...textDetector.description,
    parameters: models.reduce((sum, { description }) => sum + description.parameters, 0),
    // They depend on the lines that are found.
    multiplyAdds: null,
    bytes: models.reduce((sum, { description }) => sum + description.bytes, 0),
  },

  isBuilt: (cache) => hasOcrModels(cache, ...models) && hasOcrCharacters(cache) && isPacked(drawnPages, cache),
  missing: ocrModelsMissing,

  async prepare(cache) {
    return {
      name: this.name,
      model: await prepareOcrModel(textDetector, cache),
      inputs: [inputFor(detectPreprocess)],
      data: { kind: 'images', ...(await packImages(drawnPages, cache)) },
      preprocess: detectPreprocess,
      postprocess: detectForReading,
      chain: {
        kind: 'ocr',
        angle: {
          model: await prepareOcrModel(angleClassifier, cache),
          inputs: [inputFor(anglePreprocess)],
          preprocess: anglePreprocess,
          postprocess: anglePostprocess,
          maxBatch: linesAtOnce,
        },
        recognise: {
          model: await prepareOcrModel(textRecogniser, cache),
          inputs: [inputFor(recognisePreprocess)],
          preprocess: recognisePreprocess,
          postprocess: recognisePostprocess(await ocrCharacters(cache)),
          maxBatch: linesAtOnce,
        },
      },
      metric: { kind: 'character_accuracy' },
    };
  },

  calibration: (cache) => packedCalibration(calibrationDrawnPages, 'pages drawn from another seed', cache),
};
