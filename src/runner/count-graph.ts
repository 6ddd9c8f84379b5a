import { inferValues } from '../graph/graph-values.ts';
import { graphWork } from '../graph/node-work.ts';
import { readModel } from '../graph/onnx-file.ts';
import type { PreparedWorkload } from '../workloads/prepared-workload.ts';
import type { GraphCount } from './job.ts';

/** What the graph of a workload's model, as it is in its file, has to do for one item. Reads the whole file. */
export function countGraph({ model, inputs, chain }: PreparedWorkload): GraphCount {
  if (chain !== null) {
    return {
      code: 'CHAIN',
      message:
        'it is a chain of models, of which the later ones run as often as an item has something for them; bench its models one by one',
    };
  }
  const shapes = Object.fromEntries(inputs.map(({ name, itemShape }) => [name, itemShape]));
  const graph = readModel(model.path);
  return { work: graphWork(graph, inferValues(graph, shapes)), parameters: model.parameters };
}
