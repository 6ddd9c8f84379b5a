import { join } from 'node:path';
import { writeModel } from '../graph/onnx-file.ts';
import type { CacheRecipe } from './cache.ts';
import { cachedModel } from './cached-model.ts';
import { isPacked, packImages } from './image-pack.ts';
import { packedCalibration } from './packed-calibration.ts';
import { photographCrops, photographs } from './photographs.ts';
import { buildSsdlite, ssdliteSize } from './ssdlite-model.ts';
import type { Workload } from './workload.ts';

const seed = 320;

const recipe: CacheRecipe<null> = {
  name: 'ssdlite-mobilenet-v2',
  ingredients: { builder: 'ssdlite-mobilenet-v2 1', seed },
  build: (folder) => {
    writeModel(join(folder, 'model.onnx'), buildSsdlite(seed));
    return null;
  },
};

/** SSDLite on MobileNetV2, with non-maximum suppression as postprocessing. */
export const ssdlite: Workload = {
  name: 'ssdlite-mobilenet-v2',
  title: 'SSDLite MobileNetV2',
  description:
    'An object detector with its non-maximum suppression, exact in layers, with seeded random weights, on nine photographs: speed and fidelity, no accuracy.',
  model: {
    weights: 'random',
    parameters: 4_345_149,
    multiplyAdds: 788_830_144,
    bytes: 17_647_823,
    source: `built by Dyno, weights from seed ${seed}`,
    licence: 'Apache-2.0',
  },

  isBuilt: (cache) => cache.has(recipe) && isPacked(photographs, cache),

  async prepare(cache) {
    return {
      name: this.name,
      model: await cachedModel(this, recipe, cache),
      inputs: [{ name: 'image', type: 'float32', itemShape: [1, 3, ssdliteSize, ssdliteSize], batchAxis: 0 }],
      data: { kind: 'images', ...(await packImages(photographs, cache)) },
      chain: null,
      preprocess: {
        resize: {
          width: ssdliteSize,
          height: ssdliteSize,
          mode: 'stretch',
          kernel: 'linear',
          shorterSide: null,
          padding: 0,
        },
        color: 'rgb',
        normalize: { kind: 'tf' },
        layout: 'nchw',
      },
      postprocess: {
        kind: 'detect',
        boxes: 'boxes',
        scores: 'scores',
        layout: 'rows',
        objectness: false,
        boxFormat: 'cxcywh',
        normalized: true,
        scoreThreshold: 0.25,
        iouThreshold: 0.45,
        maxDetections: 300,
        perClass: true,
        soft: null,
        activation: 'sigmoid',
        background: 0,
      },
      metric: { kind: null, code: 'RANDOM_WEIGHTS', need: 'trained weights and images with known boxes' },
    };
  },

  calibration: (cache) => packedCalibration(photographCrops, 'squares cut out of the photographs', cache),
};
