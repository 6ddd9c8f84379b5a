import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../kernel/errors.ts';
import { makeFolder } from '../kernel/make-folder.ts';
import { elementType } from './element-type.ts';
import { externalBytes, isExternal } from './external-data.ts';
import { modelTensors } from './model-tensors.ts';
import {
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
} from './onnx_pb.ts';
import { writeModel } from './onnx-file.ts';
import { createMessage, type OnnxModel } from './onnx-message.ts';
import { packedLength } from './packed-elements.ts';
import { elementCount, makeTensor, readTensor } from './tensor-proto.ts';

/** Where a page begins, so that engines can map a tensor instead of reading it (onnx.proto, `external_data`). */
const alignment = 4096;

/** A protobuf message ends at 2 GiB; some of that is the graph. */
const largestInside = 2 ** 31 - 2 ** 24;

/**
 * Brings the data of other files into the model, in place, so that it can be written to another folder; answers how many tensors were moved.
 * @param folder Folder that the model was read from.
 * @param stay Tensors whose data stay where they are.
 * @throws InputError `EXTERNAL_DATA` when a file cannot be read, `MODEL_TOO_LARGE` (nothing is changed then) when the whole does not fit into one file.
 */
export function inlineExternalData(
  model: OnnxModel,
  folder: string,
  stay: ReadonlySet<TensorProto> = new Set(),
): number {
  const external = modelTensors(model).filter((tensor) => isExternal(tensor) && !stay.has(tensor));
  const total = external.reduce((sum, tensor) => sum + dataBytes(tensor), 0);
  if (total > largestInside) {
    throw new InputError(
      'MODEL_TOO_LARGE',
      `${total} bytes of external data do not fit into one ONNX file (2 GiB). Write the model with external data.`,
    );
  }
  // All are read before any is changed: a file that is missing leaves the model as it was.
  const read = external.map((tensor) => ({ tensor, rawData: externalBytes(tensor, folder, dataBytes(tensor)) }));
  for (const { tensor, rawData } of read) {
    Object.assign(tensor, { rawData, externalData: [], dataLocation: TensorProto_DataLocation.DEFAULT });
  }
  return read.length;
}

/**
 * Writes a model and, beside it, one file with the data of its larger initialisers, each at the start of a page. That file carries a hash of its
 * content in its name, `model.onnx.0123456789ab.data`, and is there before the model that names it: whatever is interrupted, a model at `path`
 * is whole. The model itself stays as it is; one tensor at a time is in memory besides. Only initialisers of the main graph are moved: external data of
 * bodies and attributes have to be in the model before (`inlineExternalData`).
 * @param options.folder Folder that the model was read from, for data that are external already; null: there are none.
 * @param options.smallest Bytes from which on a tensor is moved; default 1024.
 * @returns The path of the data file, null when no tensor was large enough.
 */
export function writeModelWithExternalData(
  path: string,
  model: OnnxModel,
  options: { readonly folder: string | null; readonly smallest?: number },
): string | null {
  const folder = dirname(path);
  makeFolder(folder);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.data.tmp`);
  try {
    const places = writeData(temporary, model, options.folder, options.smallest ?? 1024);
    const location = `${basename(path)}.${places.hash}.data`;
    const initializer = model.graph.initializer.map((tensor) => {
      const place = places.byTensor.get(tensor);
      return place === undefined ? tensor : externalTensor(tensor, location, place);
    });
    if (places.byTensor.size > 0) renameSync(temporary, join(folder, location));
    writeModel(path, { ...model, graph: { ...model.graph, initializer } });
    return places.byTensor.size > 0 ? join(folder, location) : null;
  } finally {
    rmSync(temporary, { force: true });
  }
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

function writeData(path: string, model: OnnxModel, folder: string | null, smallest: number) {
  const byTensor = new Map<TensorProto, Place>();
  const hash = createHash('sha256');
  const file = openSync(path, 'w');
  let end = 0;
  const write = (bytes: Uint8Array): void => {
    hash.update(bytes);
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    end += bytes.length;
  };
  try {
    for (const tensor of model.graph.initializer) {
      if (elementType(tensor.dataType).storage === null || (!isExternal(tensor) && dataBytes(tensor) < smallest))
        continue;
      write(new Uint8Array((alignment - (end % alignment)) % alignment));
      const bytes = tensorBytes(tensor, folder);
      byTensor.set(tensor, { offset: end, length: bytes.length });
      write(bytes);
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return { byTensor, hash: hash.digest('hex').slice(0, 12) };
}

/**
 * The data of a tensor of numbers as raw bytes, whatever its encoding is and wherever they lie.
 * @throws InputError `EXTERNAL_DATA` when they cannot be read, `TENSOR_INVALID` when they do not fill the shape.
 */
export function tensorBytes(tensor: TensorProto, folder: string | null): Uint8Array {
  if (isExternal(tensor)) return externalBytes(tensor, folder, dataBytes(tensor));
  const { name, type, dims, data } = readTensor(tensor);
  return makeTensor(name, type, dims, data).rawData;
}

function externalTensor(tensor: TensorProto, location: string, place: Place): TensorProto {
  const { name, dataType, dims, docString, metadataProps } = tensor;
  const entries = { location, offset: String(place.offset), length: String(place.length) };
  return createMessage(TensorProtoSchema, {
    name,
    dataType,
    dims,
    metadataProps,
    ...(docString === '' ? {} : { docString }),
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) =>
      createMessage(StringStringEntryProtoSchema, { key, value }),
    ),
  });
}

function dataBytes(tensor: TensorProto): number {
  return packedLength(elementCount(tensor.dims.map(Number)), elementType(tensor.dataType).storage?.bits ?? 0);
}
