import { join } from 'node:path';
import { writeModel } from '../graph/onnx-file.ts';
import type { CacheRecipe } from './cache.ts';
import { cachedModel } from './cached-model.ts';
import { isPacked, packImages } from './image-pack.ts';
import { photographs } from './photographs.ts';
import { buildResnet50 } from './resnet50-model.ts';
import type { Workload } from './workload.ts';

const seed = 50;

const recipe: CacheRecipe<null> = {
  name: 'resnet50',
  ingredients: { builder: 'resnet50 1', seed },
  build: (folder) => {
    writeModel(join(folder, 'model.onnx'), buildResnet50(seed));
    return null;
  },
};

/** ResNet-50 on real photographs, preprocessed as torchvision does: the speed of the real model, without its answers. */
export const resnet50: Workload = {
  name: 'resnet50',
  title: 'ResNet-50 v1.5',
  description:
    'The image classifier of MLPerf, exact in layers, with seeded random weights, on nine photographs: speed and fidelity, no accuracy.',
  model: {
    weights: 'random',
    parameters: 25_557_032,
    multiplyAdds: 4_089_184_256,
    bytes: 102_479_278,
    source: `built by Dyno, weights from seed ${seed}`,
    licence: 'Apache-2.0',
  },

  isBuilt: (cache) => cache.has(recipe) && isPacked(photographs, cache),

  async prepare(cache) {
    return {
      name: this.name,
      model: await cachedModel(this, recipe, cache),
      inputs: [{ name: 'image', type: 'float32', itemShape: [1, 3, 224, 224], batchAxis: 0 }],
      data: { kind: 'images', ...(await packImages(photographs, cache)) },
      preprocess: {
        resize: { width: 224, height: 224, mode: 'crop', kernel: 'linear', shorterSide: 256, padding: 0 },
        color: 'rgb',
        normalize: { kind: 'torchvision' },
        layout: 'nchw',
      },
      postprocess: { kind: 'classify', output: 'logits', softmax: true, topK: 5 },
      metric: { kind: null, code: 'RANDOM_WEIGHTS', need: 'trained weights and labelled images' },
    };
  },
};
