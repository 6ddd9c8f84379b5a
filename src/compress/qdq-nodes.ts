import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type NodeProto,
  NodeProtoSchema,
} from '../graph/onnx_pb.ts';
import { createMessage } from '../graph/onnx-message.ts';

interface QdqNode {
  readonly name: string;
  /** `''` of ONNX, or `com.microsoft`. */
  readonly domain: string;
  /** The value, its scale, and its zero point where it is not 0. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** The axis of the channels that have a scale each; left out: one scale for all. */
  readonly axis?: number;
}

export function quantizeNode(node: QdqNode): NodeProto {
  return qdqNode('QuantizeLinear', node);
}

export function dequantizeNode(node: QdqNode): NodeProto {
  return qdqNode('DequantizeLinear', node);
}

function qdqNode(opType: string, { name, domain, inputs, output, axis }: QdqNode): NodeProto {
  return createMessage(NodeProtoSchema, {
    name,
    opType,
    domain,
    input: [...inputs],
    output: [output],
    attribute:
      axis === undefined
        ? []
        : [createMessage(AttributeProtoSchema, { name: 'axis', type: AttributeType.INT, i: BigInt(axis) })],
  });
}
