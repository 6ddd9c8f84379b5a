import { createHash } from 'node:crypto';
import { elementType } from './element-type.ts';
import { tensorBytes } from './move-external.ts';
import { type TensorProto, TensorProtoSchema } from './onnx_pb.ts';
import { createMessage, encodeModelProto, type OnnxModel } from './onnx-message.ts';

export interface ModelContent {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Hash and size of what stands in a model but for its metadata: equal for a model and for what is read back of it, whether the data of its
 * initialisers lie in the file or beside it. The bytes are those of the message without its metadata, and of these data.
 * @param folder Folder of the model, for data that lie beside it; null: there are none.
 * @throws InputError `EXTERNAL_DATA` when such data cannot be read.
 */
export function modelContent(model: OnnxModel, folder: string | null): ModelContent {
  const hash = createHash('sha256');
  let bytes = 0;
  const add = (part: Uint8Array): void => {
    hash.update(part);
    bytes += part.length;
  };
  const { graph } = model;
  // Initialisers hash alike in whatever way their numbers are held.
  const initializer = graph.initializer.map((tensor) => (isOfNumbers(tensor) ? withoutData(tensor) : tensor));
  add(encodeModelProto({ ...model, metadataProps: [], graph: { ...graph, initializer } }));
  for (const tensor of graph.initializer) {
    if (isOfNumbers(tensor)) add(tensor.rawData.length > 0 ? tensor.rawData : tensorBytes(tensor, folder));
  }
  return { sha256: hash.digest('hex'), bytes };
}

function isOfNumbers({ dataType }: TensorProto): boolean {
  return elementType(dataType).storage !== null;
}

function withoutData({ name, dataType, dims }: TensorProto): TensorProto {
  return createMessage(TensorProtoSchema, { name, dataType, dims });
}
