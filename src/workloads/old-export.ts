import { type ValueInfoProto, ValueInfoProtoSchema } from '../graph/onnx_pb.ts';
import { createMessage, type OnnxModel } from '../graph/onnx-message.ts';

/**
 * Until IR 3 every initialiser had to be an input, too; from IR 4 on one that is listed may be overridden by whoever runs the model
 * (onnx/docs/IR.md, "Graphs"), and engines believe it: in a model of IR 3 ONNX Runtime folds such weights, in one of IR 4 it does not.
 * PyTorch 1.2 wrote IR 4 with opset 9 and went on listing its weights; `keep_initializers_as_inputs` came with 1.3.
 */
const oldVersions = { ir: 4n, opset: 9n };

/**
 * Writes a model down as exporters did in 2019: all weights are inputs as well, which keeps an engine from folding them. What the model computes stays the same. Changes the model in place.
 *
 * For graphs of operators that read alike from opset 9 to the model's own, as those of convolutional classifiers do: that is not checked here.
 */
export function asOldExport(model: OnnxModel): OnnxModel {
  const { graph } = model;
  graph.input.push(...graph.initializer.map(({ name, dataType, dims }) => valueInfo(name, dataType, dims)));
  model.irVersion = oldVersions.ir;
  for (const imported of model.opsetImport) if (imported.domain === '') imported.version = oldVersions.opset;
  return model;
}

function valueInfo(name: string, elemType: number, dims: readonly bigint[]): ValueInfoProto {
  const dim = dims.map((size) => ({ value: { case: 'dimValue' as const, value: size } }));
  return createMessage(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } },
  });
}
