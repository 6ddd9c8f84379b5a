import { readFileSync, statSync } from 'node:fs';
import { writeFileAtomic } from '../kernel/atomic-write.ts';
import { errorText, InputError } from '../kernel/errors.ts';
import { encodeInParts } from './encode-parts.ts';
import { recogniseFile } from './file-signature.ts';
import type { ModelProto } from './onnx_pb.ts';
import { decodeModelProto, type OnnxModel } from './onnx-message.ts';

/** A protobuf message, and so an ONNX file without external data, ends at 2 GiB. */
const largestModelBytes = 2 ** 31;

/**
 * Reads an ONNX model from a file or from bytes. External data are not read: tensors keep naming their file.
 * Throws `MODEL_NOT_FOUND`, or `MODEL_INVALID` with what the file is instead where that can be told.
 */
export function readModel(source: string | Uint8Array): OnnxModel {
  const name = typeof source === 'string' ? source : `model of ${source.length} bytes`;
  const bytes = typeof source === 'string' ? readModelBytes(source) : source;
  if (bytes.length === 0) {
    throw new InputError(
      'MODEL_INVALID',
      `${name}: expected an ONNX model, got an empty file. Fetch or export it again.`,
    );
  }
  const other = recogniseFile(bytes);
  if (other !== null) {
    throw new InputError('MODEL_INVALID', `${name}: expected an ONNX model, but ${other.is}. ${other.remedy}`);
  }
  return checked(decode(bytes, name), name);
}

/** Writes the model atomically. Throws `MODEL_TOO_LARGE` above the 2 GiB that one protobuf message can hold. */
export function writeModel(path: string, model: ModelProto): void {
  const parts = encodeInParts(model);
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  if (bytes >= largestModelBytes) {
    throw new InputError(
      'MODEL_TOO_LARGE',
      `${path}: ${bytes} bytes do not fit into one ONNX file (2 GiB). Move weights to external data.`,
    );
  }
  writeFileAtomic(path, parts);
}

/** The bytes that `writeModel` would write. */
export function modelBytes(model: ModelProto): Uint8Array {
  const parts = encodeInParts(model);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

function readModelBytes(path: string): Uint8Array {
  try {
    const status = statSync(path);
    if (status.isDirectory()) {
      throw new InputError('MODEL_INVALID', `${path}: expected an ONNX file, got a folder. Name the .onnx file in it.`);
    }
    if (status.size >= largestModelBytes) {
      throw new InputError(
        'MODEL_TOO_LARGE',
        `${path}: ${status.size} bytes; an ONNX file ends at 2 GiB. Export it with external data.`,
      );
    }
    const { buffer, byteOffset, length } = readFileSync(path);
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new InputError(
        'MODEL_NOT_FOUND',
        `${path}: no such file. Expected an ONNX model; a relative path counts from ${process.cwd()}.`,
      );
    }
    throw new InputError('MODEL_NOT_READABLE', `${path}: the model cannot be read (${errorText(error)}).`, {
      cause: error,
    });
  }
}

function decode(bytes: Uint8Array, name: string): ModelProto {
  try {
    return decodeModelProto(bytes);
  } catch (cause) {
    // The graph is one field of the message: whatever is cut off inside it makes its length wrong.
    const reason = looksLikeOnnx(bytes)
      ? 'it starts like ONNX but is damaged or cut off. Compare its size with the original and fetch it again'
      : 'its bytes are no ONNX protobuf. Export the model as ONNX (for PyTorch: torch.onnx.export)';
    throw new InputError('MODEL_INVALID', `${name}: expected an ONNX model of ${bytes.length} bytes, but ${reason}.`, {
      cause,
    });
  }
}

/** Whether the first field is `ir_version` with a plausible value, as all exporters write it. */
function looksLikeOnnx(bytes: Uint8Array): boolean {
  const [tag, version] = bytes;
  return tag === 0x08 && version !== undefined && version > 0 && version < 0x40;
}

/** Foreign bytes can decode to a message of unknown fields: a model has at least a graph with an output, and an opset. */
function checked(model: ModelProto, name: string): OnnxModel {
  const missing =
    model.graph === undefined
      ? 'a graph'
      : model.opsetImport.length === 0
        ? 'an opset_import'
        : model.graph.output.length === 0
          ? 'an output of the graph'
          : null;
  if (missing !== null) {
    throw new InputError(
      'MODEL_INVALID',
      `${name}: expected an ONNX model, but ${missing} is missing: the file is cut off or no ONNX.`,
    );
  }
  return model as OnnxModel;
}
