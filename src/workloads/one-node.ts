import { join } from 'node:path';
import { GraphBuilder } from '../graph/builder.ts';
import { writeModel } from '../graph/onnx-file.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import type { CacheRecipe } from './cache.ts';
import { cachedModel } from './cached-model.ts';
import type { Workload } from './workload.ts';

const width = 8;

/** `y = max(x, 0)` on a few numbers: what a query takes is what the harness and the engine take by themselves. */
export function buildOneNodeModel(): OnnxModel {
  const graph = new GraphBuilder('one-node');
  const x = graph.input('x', 'float32', ['batch', width]);
  graph.output(graph.node('Relu', [x], { outputs: ['y'] }), 'float32', ['batch', width]);
  return graph.model();
}

const recipe: CacheRecipe<null> = {
  name: 'one-node',
  ingredients: { builder: 'one-node 1' },
  build: (folder) => {
    writeModel(join(folder, 'model.onnx'), buildOneNodeModel());
    return null;
  },
};

/** A graph of one Relu, for measuring the harness. */
export const oneNode: Workload = {
  name: 'one-node',
  title: 'One node',
  description: `A single Relu on ${width} numbers: shows what a query costs without a model.`,
  model: {
    weights: 'random',
    parameters: 0,
    multiplyAdds: 0,
    bytes: 111,
    source: 'built by Dyno',
    licence: 'Apache-2.0',
  },

  isBuilt: (cache) => cache.has(recipe),

  async prepare(cache) {
    return {
      name: this.name,
      model: await cachedModel(this, recipe, cache),
      inputs: [{ name: 'x', type: 'float32', itemShape: [1, width], batchAxis: 0 }],
      data: { kind: 'generated', seed: 1, items: 64, ranges: { x: { kind: 'uniform', low: -1, high: 1 } } },
      chain: null,
      preprocess: null,
      postprocess: { kind: 'none' },
      metric: { kind: null, code: 'NO_METRIC', need: 'a model that decides something' },
    };
  },
};
