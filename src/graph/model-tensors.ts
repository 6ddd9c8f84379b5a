import { withBodies } from './bodies.ts';
import type { AttributeProto, SparseTensorProto, TensorProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';

/** Every tensor that a model holds: initialisers and attributes of nodes, sparse ones with their indices, in bodies and functions, too. */
export function modelTensors(model: OnnxModel): TensorProto[] {
  const functionNodes = model.functions.flatMap(({ node }) => node);
  const bodies = functionNodes.flatMap(({ attribute }) => attribute.flatMap(graphsOf)).flatMap(withBodies);
  const graphs = [...withBodies(model.graph), ...bodies];
  const nodes = [...graphs.flatMap(({ node }) => node), ...functionNodes];
  return [
    ...graphs.flatMap(({ initializer, sparseInitializer }) => [...initializer, ...sparseInitializer.flatMap(partsOf)]),
    ...nodes.flatMap(({ attribute }) => attribute.flatMap(tensorsOf)),
  ];
}

function graphsOf({ g, graphs }: AttributeProto) {
  return g === undefined ? graphs : [g];
}

function tensorsOf({ t, tensors, sparseTensor, sparseTensors }: AttributeProto): TensorProto[] {
  const sparse = sparseTensor === undefined ? sparseTensors : [sparseTensor];
  return [...(t === undefined ? tensors : [t]), ...sparse.flatMap(partsOf)];
}

function partsOf({ values, indices }: SparseTensorProto): TensorProto[] {
  return [values, indices].filter((part) => part !== undefined);
}
