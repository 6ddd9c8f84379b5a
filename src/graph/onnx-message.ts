import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type GraphProto, type ModelProto, ModelProtoSchema } from './onnx_pb.ts';

/** The one file that uses the protobuf runtime; `onnx_pb.ts`, generated from `onnx.proto`, is only its description of the messages. */
export { create as createMessage, toBinary as encodeMessage };

/** A model that has a graph, as every model that was read or built here has. */
export type OnnxModel = ModelProto & { graph: GraphProto };

/** Decodes a model. Raw data of the tensors are views into `bytes`. Throws what the runtime throws on bytes that are no protobuf. */
export function decodeModelProto(bytes: Uint8Array): ModelProto {
  return fromBinary(ModelProtoSchema, bytes);
}

export function encodeModelProto(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}
