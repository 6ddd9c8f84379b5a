import { calibrationDrawnPages, drawnPages } from './drawn-pages.ts';
import { isPacked, packImages } from './image-pack.ts';
import { hasOcrModels, ocrModelsMissing, prepareOcrModel, textDetector } from './ocr-models.ts';
import { detectPostprocess, detectPreprocess, inputFor } from './ocr-settings.ts';
import { packedCalibration } from './packed-calibration.ts';
import type { Workload } from './workload.ts';

/** Finding lines of text on pages: a trained network on images of any size. */
export const ocrDetect: Workload = {
  name: 'ocr-detect',
  title: 'Text detection',
  description:
    'The detector of PP-OCRv4 (mobile) on 24 pages that were drawn from known text: how many lines it finds. Multiply-adds: 960 × 960.',
  model: textDetector.description,

  isBuilt: (cache) => hasOcrModels(cache, textDetector) && isPacked(drawnPages, cache),
  missing: ocrModelsMissing,

  async prepare(cache) {
    return {
      name: this.name,
      model: await prepareOcrModel(textDetector, cache),
      inputs: [inputFor(detectPreprocess)],
      data: { kind: 'images', ...(await packImages(drawnPages, cache)) },
      chain: null,
      preprocess: detectPreprocess,
      postprocess: detectPostprocess,
      metric: { kind: 'box_recall' },
    };
  },

  calibration: (cache) => packedCalibration(calibrationDrawnPages, 'pages drawn from another seed', cache),
};
