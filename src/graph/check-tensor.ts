import { statSync } from 'node:fs';
import { errorText } from '../kernel/errors.ts';
import { type ElementStorage, elementType } from './element-type.ts';
import { externalFile, externalLocation, externalRange, isExternal } from './external-data.ts';
import { TensorProto_DataType as DataType, type SparseTensorProto, type TensorProto } from './onnx_pb.ts';
import { packedLength } from './packed-elements.ts';

/** What is wrong with a tensor. */
export interface TensorProblem {
  readonly code: 'TYPE_UNKNOWN' | 'SHAPE_INVALID' | 'DATA_SIZE' | 'EXTERNAL_DATA';
  readonly problem: string;
}

/** What a process can address on x86-64 and arm64: a value that is larger exists nowhere. */
const addressableBytes = 2 ** 47;

/** Why sizes are no shape of a value of this type that can exist; null when they are. Unknown dimensions are left out by the caller. */
export function shapeProblem(sizes: readonly bigint[], dataType: number): string | null {
  if (sizes.some((size) => size < 0n)) return `the shape [${sizes.slice(0, 16)}] has a negative size`;
  if (sizes.includes(0n)) return null;
  const bytes = sizes.reduce((product, size) => product * Number(size), (elementType(dataType).storage?.bits ?? 8) / 8);
  if (bytes <= addressableBytes) return null;
  return `the shape [${sizes.slice(0, 16)}] would take ${bytes.toExponential(1)} bytes, more than a process can address`;
}

/** Whether a number stands for an element type that ONNX has. */
export function isKnownType(dataType: number): boolean {
  return elementType(dataType).storage !== null || dataType === DataType.STRING;
}

/**
 * Checks type, shape and data of a constant against each other. No data are read or allocated; of external data, the place is checked and,
 * with a folder, that the file is there and long enough.
 */
export function tensorProblem(tensor: TensorProto, folder: string | null): TensorProblem | null {
  if (!isKnownType(tensor.dataType)) {
    return { code: 'TYPE_UNKNOWN', problem: `its elements are of type ${tensor.dataType}, which ONNX does not have` };
  }
  const shape = shapeProblem(tensor.dims, tensor.dataType);
  if (shape !== null) return { code: 'SHAPE_INVALID', problem: shape };
  if (isExternal(tensor)) return externalProblem(tensor, folder);
  const problem = dataProblem(tensor);
  return problem === null ? null : { code: 'DATA_SIZE', problem };
}

/** Checks the values of a sparse constant and that there are as many places as values. */
export function sparseTensorProblem(
  { values, indices, dims }: SparseTensorProto,
  folder: string | null,
): TensorProblem | null {
  if (values === undefined || indices === undefined) {
    return { code: 'DATA_SIZE', problem: `a sparse constant without ${values === undefined ? 'values' : 'indices'}` };
  }
  const shape = shapeProblem(dims, values.dataType);
  if (shape !== null) return { code: 'SHAPE_INVALID', problem: shape };
  const [places, rank] = indices.dims;
  if (values.dims.length !== 1 || values.dims[0] !== places || (rank !== undefined && rank !== BigInt(dims.length))) {
    const problem = `indices of shape [${indices.dims}] for values of shape [${values.dims}] in a shape of ${dims.length} dimensions`;
    return { code: 'DATA_SIZE', problem };
  }
  return tensorProblem(values, folder) ?? tensorProblem(indices, folder);
}

function externalProblem(tensor: TensorProto, folder: string | null): TensorProblem | null {
  try {
    externalLocation(tensor);
    const { offset, length } = externalRange(tensor);
    const expected = packedLength(elements(tensor), elementType(tensor.dataType).storage?.bits ?? 0);
    const problem = (text: string): TensorProblem => ({ code: 'EXTERNAL_DATA', problem: text });
    if (tensor.dataType === DataType.STRING) return problem('strings cannot stand in another file');
    if (length !== null && length !== expected)
      return problem(`its shape needs ${expected} bytes, the model gives it ${length}`);
    if (folder === null) return null;
    const { size } = statSync(externalFile(tensor, folder));
    if (offset + expected <= size) return null;
    return problem(`its data would end at byte ${offset + expected} of a file of ${size}`);
  } catch (error) {
    return { code: 'EXTERNAL_DATA', problem: errorText(error) };
  }
}

function dataProblem(tensor: TensorProto): string | null {
  const count = elements(tensor);
  const { storage } = elementType(tensor.dataType);
  const lists = { string_data: tensor.stringData.length, ...numberLists(tensor) };
  const filled = Object.entries({ ...lists, raw_data: tensor.rawData.length }).filter(([, length]) => length > 0);
  if (filled.length > 1) return `its data stand in ${filled.map(([name]) => name).join(' and ')}; expected one of them`;
  const [[name, has] = ['nowhere', 0]] = filled;
  if (count === 0 && has === 0) return null;
  const expected = expectedEntries(count, storage);
  if (expected[name] === has) return null;
  const wanted = Object.entries(expected).map(([list, entries]) => `${entries} in ${list}`);
  return `its shape [${tensor.dims}] needs ${wanted.join(' or ')}, but there are ${has} ${name === 'nowhere' ? 'values' : `in ${name}`}`;
}

/** Entries (of raw data, bytes) that each encoding that the type allows would have. */
function expectedEntries(count: number, storage: ElementStorage | null): Record<string, number> {
  if (storage === null) return { string_data: count };
  const { bits, numbers, list } = storage;
  const isPacked = bits === 2 || bits === 4;
  return {
    raw_data: packedLength(count, bits),
    [listNames[list]]: isPacked ? packedLength(count, bits) : count * numbers,
  };
}

const listNames = {
  floatData: 'float_data',
  doubleData: 'double_data',
  int32Data: 'int32_data',
  int64Data: 'int64_data',
  uint64Data: 'uint64_data',
} as const;

function numberLists(tensor: TensorProto): Record<string, number> {
  const { floatData, doubleData, int32Data, int64Data, uint64Data } = tensor;
  const lists = { floatData, doubleData, int32Data, int64Data, uint64Data };
  return Object.fromEntries(
    Object.entries(lists).map(([list, entries]) => [listNames[list as keyof typeof listNames], entries.length]),
  );
}

function elements({ dims }: TensorProto): number {
  return dims.reduce((product, size) => product * Number(size), 1);
}
