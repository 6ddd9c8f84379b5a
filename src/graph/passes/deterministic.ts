import { bodiesOf } from '../bodies.ts';
import { integerAttribute } from '../node-attributes.ts';
import type { NodeProto } from '../onnx_pb.ts';
import { operatorName } from '../operator-counts.ts';

const random = /^(Bernoulli|Dropout|Multinomial|Random\w+)$/;

/**
 * Whether a node is known to give the same outputs for the same inputs, so that two alike may be one and one on constants a constant.
 * Of the standard operators only: others may draw, or be a function of the model that does. Nodes with bodies are left alone.
 */
export function isDeterministic(node: NodeProto): boolean {
  const operator = operatorName(node);
  if (operator.includes(':') || random.test(operator) || bodiesOf(node).length > 0) return false;
  // BatchNormalization that trains updates its statistics.
  return operator !== 'BatchNormalization' || integerAttribute(node, 'training_mode', 0) === 0;
}
