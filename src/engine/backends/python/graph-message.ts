import { dirname } from 'node:path';
import { modelInputs, modelOutputs } from '../../../graph/model-values.ts';
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  type TensorProto,
} from '../../../graph/onnx_pb.ts';
import { readModel } from '../../../graph/onnx-file.ts';
import { readTensor } from '../../../graph/tensor-proto.ts';
import { InputError } from '../../../kernel/errors.ts';
import type { TensorSpec } from '../backend.ts';

/** A graph as a message says it: nodes in JSON, weights as raw bytes. */
export interface GraphMessage {
  readonly graph: {
    /** Of the standard operators. */
    readonly opset: number;
    readonly inputs: readonly string[];
    readonly outputs: readonly string[];
    readonly nodes: readonly {
      readonly operator: string;
      readonly domain: string;
      readonly name: string;
      readonly inputs: readonly string[];
      readonly outputs: readonly string[];
      /** Numbers, texts, lists of numbers; `{ tensor }` is the position of a tensor among `tensors`. */
      readonly attributes: Readonly<Record<string, unknown>>;
    }[];
    /** What the parts hold, in their order. Those of attributes have no name. */
    readonly tensors: readonly { readonly name: string; readonly type: string; readonly dims: readonly number[] }[];
  };
  readonly parts: readonly Uint8Array[];
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * Reads an ONNX file, external data included, into the message that a worker builds its own network from. Throws what reading it throws, and
 * `OPERATOR_UNSUPPORTED` for a node that holds a graph, `TENSOR_UNSUPPORTED` for weights of types that cannot be sent.
 */
export function graphMessage(path: string): GraphMessage {
  const model = readModel(path);
  const folder = dirname(path);
  const tensors: { name: string; type: string; dims: readonly number[] }[] = [];
  const parts: Uint8Array[] = [];
  const add = (tensor: TensorProto, name: string): number => {
    const { type, dims, data } = readTensor(tensor, folder);
    tensors.push({ name, type, dims });
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return tensors.length - 1;
  };
  for (const tensor of model.graph.initializer) add(tensor, tensor.name);
  const nodes = model.graph.node.map(({ opType, domain, name, input, output, attribute }) => ({
    operator: opType,
    domain,
    name,
    inputs: input,
    outputs: output,
    attributes: Object.fromEntries(
      attribute.map((one) => [
        one.name,
        attributeValue(one, `${path}: ${opType} "${name}"`, (tensor) => add(tensor, '')),
      ]),
    ),
  }));
  const inputs = modelInputs(model);
  const outputs = modelOutputs(model);
  return {
    graph: {
      opset: Number(model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 1),
      inputs: inputs.map(({ name }) => name),
      outputs: outputs.map(({ name }) => name),
      nodes,
      tensors,
    },
    parts,
    inputs: inputs.map(({ name, type, shape }) => ({ name, type, shape: shape ?? [] })),
    outputs: outputs.map(({ name, type, shape }) => ({ name, type, shape: shape ?? [] })),
  };
}

function attributeValue(attribute: AttributeProto, where: string, add: (tensor: TensorProto) => number): unknown {
  switch (attribute.type) {
    case AttributeType.FLOAT:
      return attribute.f;
    case AttributeType.INT:
      return Number(attribute.i);
    case AttributeType.STRING:
      return Buffer.from(attribute.s).toString('utf8');
    case AttributeType.FLOATS:
      return attribute.floats;
    case AttributeType.INTS:
      return attribute.ints.map(Number);
    case AttributeType.STRINGS:
      return attribute.strings.map((text) => Buffer.from(text).toString('utf8'));
    case AttributeType.TENSOR:
      if (attribute.t !== undefined) return { tensor: add(attribute.t) };
  }
  throw new InputError(
    'OPERATOR_UNSUPPORTED',
    `${where}: its attribute "${attribute.name}" holds a graph or a kind of value that PyTorch's part of Dyno does not build. Measure this model with python-onnxruntime.`,
  );
}
