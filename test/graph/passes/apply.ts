import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { operatorName } from '../../../src/graph/operator-counts.ts';
import type { Pass } from '../../../src/graph/passes/pass.ts';
import { type PassesOptions, runPasses } from '../../../src/graph/passes/run-passes.ts';
import { readTensor } from '../../../src/graph/tensor-proto.ts';

/** Runs one pass to its end; answers the nodes, such as `y = Add(x, one)`, and what was noted. */
export async function apply(model: OnnxModel, pass: Pass, options: PassesOptions = {}) {
  const { changes } = await runPasses(model, [pass], options);
  return { nodes: nodesOf(model), changes };
}

export function nodesOf({ graph }: OnnxModel): string[] {
  return graph.node.map((node) => `${node.output.join(', ')} = ${operatorName(node)}(${node.input.join(', ')})`);
}

/** Shape and elements of a constant. */
export function constantOf({ graph }: OnnxModel, name: string) {
  const tensor = graph.initializer.find((constant) => constant.name === name);
  if (tensor === undefined) throw new Error(`there is no constant "${name}"`);
  const { dims, data } = readTensor(tensor);
  return { dims, data: Array.from(data, Number) };
}
