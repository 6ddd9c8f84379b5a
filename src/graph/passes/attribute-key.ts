import { createHash } from 'node:crypto';
import { type AttributeProto, type TensorProto, TensorProto_DataLocation } from '../onnx_pb.ts';

/** A text that is the same for equal attributes and differs for others, whatever their order; null where one holds what is not compared (bodies, sparse tensors, types). */
export function attributesKey(attributes: readonly AttributeProto[]): string | null {
  const keys: string[] = [];
  for (const attribute of attributes) {
    const { g, graphs, sparseTensor, sparseTensors, tp, typeProtos, refAttrName } = attribute;
    if (g || sparseTensor || tp || refAttrName !== '') return null;
    if (graphs.length + sparseTensors.length + typeProtos.length > 0) return null;
    const tensors = [...(attribute.t ? [attribute.t] : []), ...attribute.tensors].map(tensorKey);
    const texts = [attribute.s, ...attribute.strings].map(hexadecimal);
    const numbers = [attribute.f, ...attribute.floats].map(exact);
    const integers = [attribute.i, ...attribute.ints];
    keys.push(JSON.stringify([attribute.name, attribute.type, numbers, integers.map(String), texts, tensors]));
  }
  return keys.sort().join();
}

/** A text that is the same for tensors with the same stored elements, shape and type; equal elements in different encodings count as different. */
export function tensorKey(tensor: TensorProto): string {
  const { dataType, dims, rawData, floatData, doubleData, int32Data, int64Data, uint64Data, stringData } = tensor;
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    const place = tensor.externalData.map(({ key, value }) => `${key}=${value}`).sort();
    return JSON.stringify([dataType, dims.map(String), 'external', place]);
  }
  const hash = createHash('sha256').update(rawData);
  const lists = [floatData.map(exact), doubleData.map(exact), int32Data, int64Data.map(String), uint64Data.map(String)];
  for (const list of lists) hash.update(`${list.length}:${list.join()};`);
  for (const text of stringData) hash.update(`${text.length}:`).update(text);
  return JSON.stringify([dataType, dims.map(String), hash.digest('hex')]);
}

/** −0 and 0 are different numbers here: 1 / x tells them apart. */
function exact(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function hexadecimal(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
