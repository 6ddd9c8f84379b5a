import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { TensorData } from '../engine/backends/backend.ts';
import { writeFileAtomic } from '../kernel/atomic-write.ts';
import { errorText, InputError } from '../kernel/errors.ts';

/** An array of a `.npy` file. Half-precision floats are held as their bits, booleans as bytes. */
export interface NpyArray {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

export type NpyHeader = Omit<NpyArray, 'data'>;

/** Types by NumPy's description: byte order (`<` little-endian, `|` none), kind and bytes. */
const types = new Map([
  ['<f4', { name: 'float32', array: Float32Array }],
  ['<f8', { name: 'float64', array: Float64Array }],
  ['<f2', { name: 'float16', array: Uint16Array }],
  ['|i1', { name: 'int8', array: Int8Array }],
  ['|u1', { name: 'uint8', array: Uint8Array }],
  ['|b1', { name: 'bool', array: Uint8Array }],
  ['<i2', { name: 'int16', array: Int16Array }],
  ['<u2', { name: 'uint16', array: Uint16Array }],
  ['<i4', { name: 'int32', array: Int32Array }],
  ['<u4', { name: 'uint32', array: Uint32Array }],
  ['<i8', { name: 'int64', array: BigInt64Array }],
  ['<u8', { name: 'uint64', array: BigUint64Array }],
] as const);

/** Longer headers are read to the end too, but none is: NumPy itself refuses more than 10,000 characters. */
const longestHeader = 10_000;

/**
 * Type and shape of a `.npy` file, from its header only. Format: numpy.lib.format, versions 1.0 to 3.0.
 * Throws `NPY_INVALID` for anything else, for Fortran order, for big-endian numbers, objects, strings and complex numbers, and
 * for a file that is shorter or longer than its header says.
 */
export function readNpyHeader(path: string): NpyHeader {
  return withFile(path, (file) => {
    const { type, dims } = parseHeader(file, path);
    return { type, dims };
  });
}

/** The array of a `.npy` file; errors as `readNpyHeader`. */
export function readNpy(path: string): NpyArray {
  return withFile(path, (file) => {
    const { type, dims, array, start, bytes } = parseHeader(file, path);
    const data = new array(bytes / array.BYTES_PER_ELEMENT);
    readExactly(file, new Uint8Array(data.buffer), start, path);
    return { type, dims, data };
  });
}

/** Writes a `.npy` file of version 1.0, C order. */
export function writeNpy(path: string, { type, dims, data }: NpyArray): void {
  const description = [...types].find(([, { name }]) => name === type)?.[0];
  if (description === undefined) throw new RangeError(`No .npy type for ${type}.`);
  const shape = dims.length === 1 ? `${dims[0]},` : dims.join(', ');
  const header = `{'descr': '${description}', 'fortran_order': False, 'shape': (${shape}), }`;
  // Preamble and header end at a multiple of 64 bytes, with a line feed.
  const padded = `${header}${' '.repeat(63 - ((10 + header.length) % 64))}\n`;
  const preamble = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 0xff, padded.length >> 8]);
  writeFileAtomic(
    path,
    Buffer.concat([
      preamble,
      Buffer.from(padded, 'latin1'),
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ]),
  );
}

function parseHeader(file: number, path: string) {
  const preamble = readExactly(file, new Uint8Array(12), 0, path);
  if (Buffer.from(preamble.subarray(0, 6)).toString('latin1') !== '\x93NUMPY') {
    throw invalid(path, 'it does not start as a NumPy array does. Write it with numpy.save');
  }
  const [major] = preamble.subarray(6, 7);
  if (major === undefined || major < 1 || major > 3)
    throw invalid(path, `format version ${major} is not known (1 to 3 are)`);
  const view = new DataView(preamble.buffer);
  const [length, headerStart] = major === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  if (length > longestHeader) throw invalid(path, `its header of ${length} bytes is longer than ${longestHeader}`);
  const header = Buffer.from(readExactly(file, new Uint8Array(length), headerStart, path)).toString(
    major === 3 ? 'utf8' : 'latin1',
  );

  const description = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (description === undefined || order === undefined || shape === undefined) {
    throw invalid(
      path,
      `its header is not understood: ${header.trim()}. Arrays of one number type are read, no records`,
    );
  }
  const type = types.get(description as never);
  if (type === undefined) {
    const advice = description.startsWith('>')
      ? ` (big-endian). Save it with array.astype('<${description.slice(1)}')`
      : '';
    throw invalid(path, `its element type is '${description}'${advice}; read are ${[...types.keys()].join(' ')}`);
  }
  const dims = shape
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => Number.parseInt(part, 10));
  if (order === 'True' && dims.filter((dimension) => dimension > 1).length > 1) {
    throw invalid(path, 'it is in Fortran order. Save it with numpy.save(path, numpy.ascontiguousarray(array))');
  }
  const start = headerStart + length;
  const bytes = dims.reduce((product, dimension) => product * dimension, type.array.BYTES_PER_ELEMENT);
  const actual = fstatSync(file).size - start;
  if (actual !== bytes)
    throw invalid(
      path,
      `its header announces ${bytes} bytes of data, but there are ${actual}. It was cut off or overwritten`,
    );
  return { type: type.name, dims, array: type.array, start, bytes };
}

function withFile<T>(path: string, work: (file: number) => T): T {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new InputError('NPY_INVALID', `${path}: the array cannot be read (${errorText(cause)}).`, { cause });
  }
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

function readExactly(file: number, into: Uint8Array, position: number, path: string): Uint8Array {
  let read = 0;
  while (read < into.length) {
    const more = readSync(file, into, read, into.length - read, position + read);
    if (more === 0) throw invalid(path, 'it is cut off');
    read += more;
  }
  return into;
}

function invalid(path: string, reason: string): InputError {
  return new InputError('NPY_INVALID', `${path}: expected a NumPy array, but ${reason}.`);
}
