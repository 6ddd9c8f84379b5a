import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, sep, win32 } from 'node:path';
import { errorText, InputError } from '../kernel/errors.ts';
import { type TensorProto, TensorProto_DataLocation } from './onnx_pb.ts';

/** `readSync` takes at most 2 GiB at once. */
const largestRead = 2 ** 30;

/** Whether the values are in another file. */
export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === TensorProto_DataLocation.EXTERNAL;
}

/** The relative path of the file that holds an external tensor's values. Throws `EXTERNAL_DATA` for one outside the model's folder. */
export function externalLocation(tensor: TensorProto): string {
  const location = entry(tensor, 'location') ?? '';
  // Judged by the rules of either system: the same model is read on both.
  const leaves = isAbsolute(location) || win32.isAbsolute(location) || depthBelow(location) < 0;
  if (location === '' || leaves || location.includes('\0')) {
    throw new InputError(
      'EXTERNAL_DATA',
      `Tensor "${tensor.name}" names "${location}" as the file of its data; expected a path inside the model's folder.`,
    );
  }
  return location;
}

/** Where in its file an external tensor's values stand, in bytes; `length` is null where the model leaves it to the shape. Throws `EXTERNAL_DATA` for no numbers. */
export function externalRange(tensor: TensorProto): { readonly offset: number; readonly length: number | null } {
  const number = (key: string): number | null => {
    const text = entry(tensor, key);
    if (text === undefined || text === '') return null;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new InputError(
      'EXTERNAL_DATA',
      `Tensor "${tensor.name}" gives "${text}" as the ${key} of its data; expected a number of bytes. Export the model again.`,
    );
  };
  return { offset: number('offset') ?? 0, length: number('length') };
}

/**
 * The file that holds an external tensor's values: a plain file inside of `folder`, links followed.
 * Throws `EXTERNAL_DATA` when it is missing, no plain file (a pipe would never end), or reached through a link that leaves the folder.
 */
export function externalFile(tensor: TensorProto, folder: string): string {
  const path = join(folder, externalLocation(tensor));
  let file: string;
  try {
    file = realpathSync(path);
    const way = relative(realpathSync(folder), file);
    if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
      throw new Error(`it is a link to ${file}, outside of the model's folder; put a copy there`);
    }
    if (!statSync(file).isFile()) throw new Error('it is no plain file');
  } catch (cause) {
    throw unreadable(tensor, path, cause);
  }
  return file;
}

/**
 * The values of an external tensor, as they stand in the file. Nothing is allocated before the file is known to be long enough.
 * @param expected Bytes that shape and type of the tensor need.
 * Throws `EXTERNAL_DATA` when they cannot be read or are of another length.
 */
export function externalBytes(tensor: TensorProto, folder: string | null, expected: number): Uint8Array {
  const location = externalLocation(tensor);
  if (folder === null) {
    throw new InputError(
      'EXTERNAL_DATA',
      `Tensor "${tensor.name}" is stored in "${location}", but the model was not read from a folder.`,
    );
  }
  const { offset, length } = externalRange(tensor);
  if (length !== null && length !== expected) {
    throw new InputError(
      'EXTERNAL_DATA',
      `Tensor "${tensor.name}" of shape [${tensor.dims}] needs ${expected} bytes, but the model gives its data ${length} bytes in "${location}". Export the model again.`,
    );
  }
  const path = externalFile(tensor, folder);
  try {
    const { size } = statSync(path);
    if (offset + expected > size) throw new Error(`${expected} bytes from byte ${offset} on, of ${size} in all`);
    return readRange(path, offset, expected);
  } catch (cause) {
    throw unreadable(tensor, path, cause);
  }
}

function readRange(path: string, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const file = openSync(path, 'r');
  try {
    for (let read = 0; read < length; ) {
      const came = readSync(file, bytes, read, Math.min(length - read, largestRead), offset + read);
      if (came === 0) throw new Error(`${length} bytes were expected from byte ${offset} on, ${read} came`);
      read += came;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** How deep below its start a path ends; negative as soon as it leaves through `..`. */
function depthBelow(path: string): number {
  let depth = 0;
  for (const part of path.split(/[\\/]/)) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return depth;
  }
  return depth;
}

function entry(tensor: TensorProto, key: string): string | undefined {
  return tensor.externalData.find((candidate) => candidate.key === key)?.value;
}

function unreadable(tensor: TensorProto, path: string, cause: unknown): InputError {
  return new InputError(
    'EXTERNAL_DATA',
    `Tensor "${tensor.name}": its data cannot be read from ${path} (${errorText(cause)}). Put the file beside the model.`,
    { cause },
  );
}
