import { join } from 'node:path';
import { writeModel } from '../graph/onnx-file.ts';
import { bertBaseSizes, buildBert } from './bert-model.ts';
import type { CacheRecipe } from './cache.ts';
import { cachedModel } from './cached-model.ts';
import type { PreparedInput } from './prepared-workload.ts';
import type { Workload } from './workload.ts';

const seed = 12;
const tokens = 128;

const recipe: CacheRecipe<null> = {
  name: 'bert-base',
  ingredients: { builder: 'bert-base 1', seed, tokens },
  build: (folder) => {
    writeModel(join(folder, 'model.onnx'), buildBert(bertBaseSizes, seed, tokens));
    return null;
  },
};

/** BERT-base on made-up token ids: the speed of the real model, without its answers. */
export const bertBase: Workload = {
  name: 'bert-base',
  title: 'BERT-base, 128 tokens',
  description: `The text encoder, exact in layers, with seeded random weights, on synthetic ids of ${tokens} tokens: speed and fidelity, no accuracy.`,
  model: {
    weights: 'random',
    parameters: 109_482_240,
    multiplyAdds: 11_174_215_680,
    bytes: 438_011_764,
    source: `built by Dyno, weights from seed ${seed}`,
    licence: 'Apache-2.0',
  },

  isBuilt: (cache) => cache.has(recipe),

  async prepare(cache) {
    const input = (name: string): PreparedInput => ({ name, type: 'int64', itemShape: [1, tokens], batchAxis: 0 });
    return {
      name: this.name,
      model: await cachedModel(this, recipe, cache),
      inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map(input),
      data: {
        kind: 'generated',
        seed: 1,
        items: 64,
        ranges: {
          input_ids: { kind: 'integers', low: 0, high: bertBaseSizes.vocabulary - 1 },
          // Full length, one sentence: every item takes the same work.
          attention_mask: { kind: 'constant', value: 1 },
          token_type_ids: { kind: 'constant', value: 0 },
        },
      },
      chain: null,
      preprocess: null,
      postprocess: { kind: 'none' },
      metric: { kind: null, code: 'RANDOM_WEIGHTS', need: 'trained weights and labelled text' },
    };
  },
};
