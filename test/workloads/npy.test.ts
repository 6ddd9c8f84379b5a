import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNpy, readNpyHeader, writeNpy } from '../../src/workloads/npy.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-npy-'));
let files = 0;

/** A file with this header and these bytes behind it, as numpy.lib.format lays it out. */
function npy(header: string, data: Uint8Array, version = 1): string {
  const length =
    version === 1 ? [header.length & 0xff, header.length >> 8] : [header.length & 0xff, header.length >> 8, 0, 0];
  const path = join(folder, `${files++}.npy`);
  const preamble = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0, ...length]);
  writeFileSync(path, Buffer.concat([preamble, Buffer.from(header, 'latin1'), data]));
  return path;
}

const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

test.each([1, 2, 3])('version %i is read', (version) => {
  const path = npy(header('<f4', '(2, 1)'), new Uint8Array(new Float32Array([1.5, -2]).buffer), version);
  expect(readNpy(path)).toEqual({ type: 'float32', dims: [2, 1], data: new Float32Array([1.5, -2]) });
});

test('scalars and vectors have no and one dimension', () => {
  expect(readNpyHeader(npy(header('<i8', '()'), new Uint8Array(8)))).toEqual({ type: 'int64', dims: [] });
  expect(readNpyHeader(npy(header('|u1', '(3,)'), new Uint8Array(3)))).toEqual({ type: 'uint8', dims: [3] });
});

test.each([
  ['float64', new Float64Array([0.1])],
  ['float16', new Uint16Array([0x3c00])],
  ['int32', new Int32Array([-7])],
  ['int64', new BigInt64Array([-(2n ** 40n)])],
  ['uint8', new Uint8Array([255])],
  ['bool', new Uint8Array([1])],
] as const)('%s survives being written and read', (type, data) => {
  const path = join(folder, `${type}.npy`);
  writeNpy(path, { type, dims: [1], data });
  expect(readNpy(path)).toEqual({ type, dims: [1], data });
});

test.each([
  ['Fortran order', npy(header('<f4', '(2, 2)', 'True'), new Uint8Array(16)), 'ascontiguousarray'],
  ['big-endian numbers', npy(header('>f4', '(1,)'), new Uint8Array(4)), "astype('<f4')"],
  ['objects', npy(header('|O', '(1,)'), new Uint8Array(8)), "'|O'"],
  [
    'records',
    npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n", new Uint8Array(4)),
    'records',
  ],
  ['missing data', npy(header('<f4', '(2,)'), new Uint8Array(7)), 'announces 8 bytes of data, but there are 7'],
  ['data behind the end', npy(header('<f4', '(2,)'), new Uint8Array(9)), 'there are 9'],
  ['an unknown version', npy(header('<f4', '(1,)'), new Uint8Array(4), 4), 'version 4'],
])('%s are refused by file name, with what to do', (_name, path, expected) => {
  expect(() => readNpyHeader(path)).toThrow(
    expect.objectContaining({ code: 'NPY_INVALID', exitCode: 3, message: expect.stringContaining(expected) }),
  );
  expect(() => readNpyHeader(path)).toThrow(path);
});

test('a column in Fortran order is a column in C order, too', () => {
  expect(readNpyHeader(npy(header('<f4', '(3, 1)', 'True'), new Uint8Array(12))).dims).toEqual([3, 1]);
});

test('other files, empty ones and missing ones are refused', () => {
  const text = join(folder, 'text.npy');
  writeFileSync(text, 'no array at all');
  const empty = join(folder, 'empty.npy');
  writeFileSync(empty, '');
  for (const path of [text, empty, join(folder, 'none.npy')]) {
    expect(() => readNpy(path)).toThrow(expect.objectContaining({ code: 'NPY_INVALID' }));
  }
});

test('what NumPy itself wrote is read', () => {
  // numpy.save(path, numpy.arange(6, dtype=numpy.int16).reshape(2, 3)) of NumPy 2.4, in hex.
  const written =
    '934e554d5059010076007b276465736372273a20273c6932272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a2028322c2033292c207d202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020200a000001000200030004000500';
  const path = join(folder, 'numpy.npy');
  writeFileSync(path, Buffer.from(written, 'hex'));
  expect(readNpy(path)).toEqual({ type: 'int16', dims: [2, 3], data: new Int16Array([0, 1, 2, 3, 4, 5]) });
});
