import type { NodeProto, TensorProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';
import { attributesKey, tensorKey } from './attribute-key.ts';
import { isDeterministic } from './deterministic.ts';
import { passOverGraphs } from './pass.ts';
import type { Rewrite } from './rewrite.ts';

/** Of these, a ∘ b is b ∘ a to the bit. */
const commutative = new Set(['Add', 'And', 'Equal', 'Mul', 'Or', 'Xor']);

/**
 * Where several constants are equal to the bit, or several nodes do the same with the same inputs, the first one serves all. A later one that
 * is itself an output of the graph stays, as its name is promised to the caller. Equal parts of any size are found in one walk, since nodes
 * are compared by what their inputs are called after the merging so far.
 */
export const commonSubexpressions = passOverGraphs(
  'common-subexpressions',
  'Of constants and nodes that are alike, one is kept.',
  (rewrite) => {
    mergeConstants(rewrite);
    mergeNodes(rewrite);
  },
);

function mergeConstants(rewrite: Rewrite): void {
  const { graph, index } = rewrite;
  // Contents are hashed only where several have the same type and shape: most weights are the only ones.
  const alike = new Map<string, TensorProto[]>();
  for (const tensor of graph.initializer) {
    if (index.isGraphInput(tensor.name)) continue;
    const key = `${tensor.dataType}:${tensor.dims}`;
    const group = alike.get(key);
    if (group === undefined) alike.set(key, [tensor]);
    else group.push(tensor);
  }
  const gone = new Set<TensorProto>();
  for (const group of alike.values()) {
    if (group.length < 2) continue;
    const first = new Map<string, string>();
    for (const tensor of group) {
      const key = tensorKey(tensor);
      const kept = first.get(key);
      if (kept === undefined) {
        first.set(key, tensor.name);
      } else if (!index.isGraphOutput(tensor.name) && rewrite.canRedirect(tensor.name, kept)) {
        rewrite.redirect(tensor.name, kept);
        rewrite.note(tensor.name, `constant is "${kept}"`);
        gone.add(tensor);
      }
    }
  }
  if (gone.size > 0) graph.initializer = graph.initializer.filter((tensor) => !gone.has(tensor));
}

function mergeNodes(rewrite: Rewrite): void {
  const { graph, index } = rewrite;
  const first = new Map<string, NodeProto>();
  for (const node of graph.node) {
    const key = nodeKey(node, rewrite);
    if (key === null) continue;
    const kept = first.get(key);
    if (kept === undefined) {
      first.set(key, node);
      continue;
    }
    const pairs = node.output.map((name, place): [string, string] => [name, kept.output[place] ?? '']);
    const canMerge = pairs.every(
      // The kept node must make every output that the other one makes.
      ([name, other]) =>
        name === '' || (other !== '' && !index.isGraphOutput(name) && rewrite.canRedirect(name, other)),
    );
    if (!canMerge) continue;
    for (const [name, other] of pairs) if (name !== '') rewrite.redirect(name, other);
    rewrite.remove(node);
    rewrite.note(node.name, `${operatorName(node)} is "${kept.name}"`);
  }
}

function nodeKey(node: NodeProto, rewrite: Rewrite): string | null {
  if (!isDeterministic(node) || node.overload !== '') return null;
  const attributes = attributesKey(node.attribute);
  if (attributes === null) return null;
  const operator = operatorName(node);
  const inputs = node.input.map((name) => rewrite.current(name));
  if (commutative.has(operator)) inputs.sort();
  return JSON.stringify([operator, inputs, node.output.length, attributes]);
}
