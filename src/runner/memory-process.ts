/** Works out what memory the graph of a model needs, in a process of its own: memory is what there may be too little of. */
import { memoryOf } from '../graph/graph-memory.ts';
import { inferValues } from '../graph/graph-values.ts';
import { readModel } from '../graph/onnx-file.ts';
import { DynoError } from '../kernel/errors.ts';
import { childMain } from './child-main.ts';
import type { MemoryAnswer, MemoryJob } from './job.ts';

await childMain<MemoryJob, MemoryAnswer>(async ({ workload, batchSizes }) => {
  if (workload.chain !== null) {
    throw new DynoError('CHAIN', 'It is a chain of models: how much the later ones get depends on what is in an item.');
  }
  const model = readModel(workload.model.path);
  const needs = batchSizes.map((batchSize) => {
    const shapes = workload.inputs.map(({ name, itemShape, batchAxis }): [string, readonly number[]] => [
      name,
      itemShape.map((dimension, axis) => (axis === batchAxis ? batchSize : dimension)),
    ]);
    return memoryOf(model, inferValues(model, Object.fromEntries(shapes)));
  });
  return {
    weightBytes: needs[0]?.weightBytes ?? 0,
    valueBytes: needs.map(({ activationBytes }) => activationBytes),
  };
});
