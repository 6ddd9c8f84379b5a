import { calibrationDrawnLines, drawnLines } from './drawn-lines.ts';
import { isPacked, packImages } from './image-pack.ts';
import {
  hasOcrCharacters,
  hasOcrModels,
  ocrCharacters,
  ocrModelsMissing,
  prepareOcrModel,
  textRecogniser,
} from './ocr-models.ts';
import { inputFor, recognisePostprocess, recognisePreprocess } from './ocr-settings.ts';
import { packedCalibration } from './packed-calibration.ts';
import type { Workload } from './workload.ts';

/** Reading lines of text: a trained network on images whose width follows the text. */
export const ocrRecognise: Workload = {
  name: 'ocr-recognise',
  title: 'Text recognition',
  description:
    'The recogniser of PP-OCRv4 (mobile) on 200 lines that were drawn from known text: how many characters it gets right. Multiply-adds: 48 × 1920.',
  model: textRecogniser.description,

  isBuilt: (cache) => hasOcrModels(cache, textRecogniser) && hasOcrCharacters(cache) && isPacked(drawnLines, cache),
  missing: ocrModelsMissing,

  async prepare(cache) {
    return {
      name: this.name,
      model: await prepareOcrModel(textRecogniser, cache),
      inputs: [inputFor(recognisePreprocess)],
      data: { kind: 'images', ...(await packImages(drawnLines, cache)) },
      chain: null,
      preprocess: recognisePreprocess,
      postprocess: recognisePostprocess(await ocrCharacters(cache)),
      metric: { kind: 'character_accuracy' },
    };
  },

  calibration: (cache) => packedCalibration(calibrationDrawnLines, 'lines drawn from another seed', cache),
};
