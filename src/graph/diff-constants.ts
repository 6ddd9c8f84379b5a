import { elementType } from './element-type.ts';
import { tensorBytes } from './move-external.ts';
import type { TensorProto } from './onnx_pb.ts';
import type { OnnxModel } from './onnx-message.ts';
import { decodeFloats, isSmallFloat } from './small-floats.ts';
import { readStrings, readTensor } from './tensor-proto.ts';

/** A model, and the folder of its external data; null: it has none. */
export interface ModelInFolder {
  readonly model: OnnxModel;
  readonly folder: string | null;
}

export interface ChangedConstant {
  readonly name: string;
  /** Type and shape in each, such as `float32 [64, 3, 7, 7]`. */
  readonly a: string;
  readonly b: string;
  /** Elements that differ; null where types or shapes do. */
  readonly differing: number | null;
  readonly elements: number;
  /** The largest difference of two elements; null where types or shapes differ, and of strings; NaN is never in it. */
  readonly largestDifference: number | null;
}

/** Which initialisers one of two models has and the other has not, and which differ, by name. */
export function diffConstants(a: ModelInFolder, b: ModelInFolder) {
  const [inA, inB] = [byName(a), byName(b)];
  const only = (from: ReadonlyMap<string, TensorProto>, other: ReadonlyMap<string, TensorProto>) =>
    [...from.values()]
      .filter(({ name }) => !other.has(name))
      .map((tensor) => ({ name: tensor.name, what: described(tensor) }));
  const changed = [...inA.values()].flatMap((before) => {
    const after = inB.get(before.name);
    return after === undefined ? [] : changeOf(before, after, a.folder, b.folder);
  });
  return { onlyA: only(inA, inB), onlyB: only(inB, inA), changed };
}

function byName({ model }: ModelInFolder): ReadonlyMap<string, TensorProto> {
  return new Map(model.graph.initializer.map((tensor) => [tensor.name, tensor]));
}

function described({ dataType, dims }: TensorProto): string {
  return `${elementType(dataType).name} [${dims.join(', ')}]`;
}

function changeOf(a: TensorProto, b: TensorProto, folderA: string | null, folderB: string | null): ChangedConstant[] {
  const change = {
    name: a.name,
    a: described(a),
    b: described(b),
    elements: b.dims.map(Number).reduce((x, y) => x * y, 1),
  };
  if (change.a !== change.b) return [{ ...change, differing: null, largestDifference: null }];
  if (elementType(a.dataType).storage === null) {
    const [textsA, textsB] = [readStrings(a), readStrings(b)];
    const differing = textsA.filter((text, place) => text !== textsB[place]).length;
    return differing === 0 ? [] : [{ ...change, differing, largestDifference: null }];
  }
  if (Buffer.compare(tensorBytes(a, folderA), tensorBytes(b, folderB)) === 0) return [];
  const [numbersA, numbersB] = [numbersOf(a, folderA), numbersOf(b, folderB)];
  let [differing, largest] = [0, 0];
  for (let place = 0; place < numbersA.length; place++) {
    const [x, y] = [numbersA[place] ?? 0, numbersB[place] ?? 0];
    if (Object.is(x, y)) continue;
    differing++;
    const difference = Math.abs(Number(x) - Number(y));
    if (difference > largest) largest = difference;
  }
  return [{ ...change, differing, largestDifference: largest }];
}

function numbersOf(tensor: TensorProto, folder: string | null): ArrayLike<number | bigint> {
  const { type, data } = readTensor(tensor, folder);
  return isSmallFloat(type) ? decodeFloats(type, data as Uint16Array) : data;
}
