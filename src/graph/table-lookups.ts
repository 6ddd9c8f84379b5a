import type { NodeProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';

/** Operators that hand indices on as they are, in another type or shape. */
const passOn = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Unsqueeze',
  'Squeeze',
  'Flatten',
  'Expand',
  'Slice',
  'Transpose',
]);

/**
 * For each input that looks up rows of a constant table (the token ids of an embedding), the number of rows: ids must be below
 * it. The smallest, where there are several tables.
 */
export function tableRows(model: OnnxModel): Map<string, number> {
  const tables = constantShapes(model);
  const consumers = new Map<string, NodeProto[]>();
  for (const node of model.graph.node) {
    for (const input of new Set(node.input)) consumers.set(input, [...(consumers.get(input) ?? []), node]);
  }

  const rows = new Map<string, number>();
  for (const { name } of model.graph.input) {
    const visited = new Set<string>();
    const pending = [name];
    for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
      if (visited.has(value)) continue;
      visited.add(value);
      for (const node of consumers.get(value) ?? []) {
        if (passOn.has(node.opType) && node.input[0] === value) pending.push(...node.output);
        if (node.opType !== 'Gather' || node.input[1] !== value) continue;
        const table = tables.get(node.input[0] ?? '');
        const axis = Number(node.attribute.find((attribute) => attribute.name === 'axis')?.i ?? 0n);
        const bound = table?.at(axis);
        if (bound !== undefined) rows.set(name, Math.min(bound, rows.get(name) ?? bound));
      }
    }
  }
  return rows;
}

/** Shapes of all constants: initialisers, outputs of Constant nodes, and what DequantizeLinear and Cast make of them. */
function constantShapes(model: OnnxModel): Map<string, number[]> {
  const shapes = new Map(model.graph.initializer.map(({ name, dims }) => [name, dims.map(Number)]));
  for (const node of model.graph.node) {
    const value = node.attribute.find(({ name }) => name === 'value')?.t;
    const output = node.output[0] ?? '';
    if (node.opType === 'Constant' && value !== undefined) shapes.set(output, value.dims.map(Number));
    const source = shapes.get(node.input[0] ?? '');
    if (source !== undefined && ['DequantizeLinear', 'Cast', 'Identity'].includes(node.opType))
      shapes.set(output, source);
  }
  return shapes;
}
