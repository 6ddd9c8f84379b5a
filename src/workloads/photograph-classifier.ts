import { join } from 'node:path';
import { writeModel } from '../graph/onnx-file.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import type { CacheRecipe } from './cache.ts';
import { cachedModel } from './cached-model.ts';
import { isPacked, packImages } from './image-pack.ts';
import { packedCalibration } from './packed-calibration.ts';
import { photographCrops, photographs } from './photographs.ts';
import type { ModelDescription, Workload } from './workload.ts';

/** An image classifier for ImageNet's 1,000 classes that is built with random weights. */
export interface BuiltClassifier {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly model: Pick<ModelDescription, 'parameters' | 'multiplyAdds' | 'bytes'>;
  /** As of `Workload`. */
  readonly publishedAs?: string;
  readonly seed: number;
  /** Raised when the builder makes another graph or other weights, so that cached ones are built anew. */
  readonly version: number;
  readonly build: (seed: number) => OnnxModel;
}

/**
 * The workload of such a classifier on real photographs, preprocessed as torchvision does (shorter side 256, middle 224 × 224): the speed
 * of the real model, without its answers. The graph takes `image` [batch, 3, 224, 224] and gives `logits` [batch, 1000].
 */
export function photographClassifier(built: BuiltClassifier): Workload {
  const { name, title, description, seed } = built;
  const recipe: CacheRecipe<null> = {
    name,
    ingredients: { builder: `${name} ${built.version}`, seed },
    build: (folder) => {
      writeModel(join(folder, 'model.onnx'), built.build(seed));
      return null;
    },
  };
  return {
    name,
    title,
    description,
    model: {
      weights: 'random',
      ...built.model,
      source: `built by Dyno, weights from seed ${seed}`,
      licence: 'Apache-2.0',
    },
    ...(built.publishedAs === undefined ? {} : { publishedAs: built.publishedAs }),

    isBuilt: (cache) => cache.has(recipe) && isPacked(photographs, cache),

    async prepare(cache) {
      return {
        name,
        model: await cachedModel(this, recipe, cache),
        inputs: [{ name: 'image', type: 'float32', itemShape: [1, 3, 224, 224], batchAxis: 0 }],
        data: { kind: 'images', ...(await packImages(photographs, cache)) },
        chain: null,
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

    calibration: (cache) => packedCalibration(photographCrops, 'squares cut out of the photographs', cache),
  };
}
