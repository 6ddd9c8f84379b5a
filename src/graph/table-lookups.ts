import { constantTensors } from './constants.ts';
import { integerAttribute } from './node-attributes.ts';
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
        const bound = table?.at(integerAttribute(node, 'axis', 0));
        if (bound !== undefined) rows.set(name, Math.min(bound, rows.get(name) ?? bound));
      }
    }
  }
  return rows;
}

/** Shapes of the constants and of what DequantizeLinear, Cast and Identity make of them. */
function constantShapes(model: OnnxModel): Map<string, number[]> {
  const shapes = new Map([...constantTensors(model.graph)].map(([name, { dims }]) => [name, dims.map(Number)]));
  for (const { opType, input, output } of model.graph.node) {
    const source = shapes.get(input[0] ?? '');
    if (source !== undefined && ['DequantizeLinear', 'Cast', 'Identity'].includes(opType))
      shapes.set(output[0] ?? '', source);
  }
  return shapes;
}
