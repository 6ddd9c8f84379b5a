import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { externalFile, externalLocation, isExternal } from '../../graph/external-data.ts';
import { modelTensors } from '../../graph/model-tensors.ts';
import { readModel } from '../../graph/onnx-file.ts';
import { DynoError } from '../../kernel/errors.ts';

/** What WebAssembly addresses with 32 bits. */
const addressableBytes = 2 ** 32;

/** What Node.js 20 reads at once, and where an ONNX file ends. */
const largestFile = 2 ** 31;

/** A model as the WebAssembly build takes it: it sees no file system. */
export interface ModelBytes {
  readonly model: Uint8Array;
  /** The files that the model names, by the names that it has for them. */
  readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[];
}

/**
 * Reads a model and the files of its external data. Throws `EXTERNAL_DATA` for a file that is missing, and `WASM_MEMORY_FULL` where the whole cannot fit,
 * before it is read.
 */
export function modelBytes(modelPath: string): ModelBytes {
  const size = statSync(modelPath).size;
  checkSizes(modelPath, [size]);
  const model = readFileSync(modelPath);
  const files = externalFiles(modelPath, model);
  checkSizes(modelPath, [size, ...files.map(({ file }) => statSync(file).size)]);
  return { model, externalData: files.map(({ path, file }) => ({ path, data: readFileSync(file) })) };
}

/**
 * The error for what a memory of 4 GiB does not hold; `needed` says what was asked of it. It does not quote the library, whose std::bad_alloc would be taken for
 * a machine without memory.
 */
export function memoryFull(needed: string): DynoError {
  return new DynoError(
    'WASM_MEMORY_FULL',
    `The backend wasm: ${needed}, and WebAssembly has 4 GiB for models, weights and activations. Take smaller batches (--batch-size 1), int8 or a smaller model, or --backend ort-cpu.`,
  );
}

/** Whether an error of the library says that its memory was too small: C++ could not allocate, or a size was beyond 32 bits. */
export function isMemoryFull(text: string): boolean {
  return /std::bad_alloc|failed to allocate (a buffer|memory)|SafeIntOnOverflow/i.test(text);
}

function checkSizes(modelPath: string, sizes: readonly number[]): void {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total < addressableBytes && sizes.every((size) => size < largestFile)) return;
  throw memoryFull(`${modelPath} and its external data need ${total} bytes`);
}

/** Files that hold external data, and their names in the model. Most models have none, and need not be decoded for that. */
function externalFiles(modelPath: string, model: Buffer): readonly { path: string; file: string }[] {
  // The key under which a tensor names its file (onnx.proto, `external_data`).
  if (!model.includes('location')) return [];
  const folder = dirname(modelPath);
  const files = new Map<string, string>();
  for (const tensor of modelTensors(readModel(modelPath))) {
    if (isExternal(tensor)) files.set(externalLocation(tensor), externalFile(tensor, folder));
  }
  return [...files].map(([path, file]) => ({ path, file }));
}
