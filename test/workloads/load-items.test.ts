import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Tensors } from '../../src/engine/backends/backend.ts';
import { float16Bits } from '../../src/workloads/generated-item.ts';
import { openItems } from '../../src/workloads/load-items.ts';
import { writeNpy } from '../../src/workloads/npy.ts';
import type { PreparedData, PreparedInput, PreparedWorkload } from '../../src/workloads/prepared-workload.ts';

const x: PreparedInput = { name: 'x', type: 'float32', itemShape: [1, 2], batchAxis: 0 };

function workload(data: PreparedData, inputs: readonly PreparedInput[] = [x]): PreparedWorkload {
  return {
    name: 'test',
    model: {
      name: 'test',
      path: '',
      sha256: '',
      bytes: 0,
      weights: 'unknown',
      parameters: null,
      multiplyAdds: null,
      source: '',
      licence: null,
    },
    inputs,
    data,
    chain: null,
    preprocess: null,
    postprocess: { kind: 'none' },
    metric: { kind: null, code: 'NO_METRIC', need: '' },
  };
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'dyno-items-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('images are slices of the packed file, with their labels', async () => {
  const file = join(folder(), 'images.bin');
  writeFileSync(file, Buffer.from('onetwothree'));
  const items = await openItems(
    workload({ kind: 'images', file, offsets: [0, 3, 6, 11], labels: [5, 6, 7], truth: null, items: 3 }),
  );
  expect(items.count).toBe(3);
  const texts = await Promise.all(
    [0, 1, 2].map(async (index) => Buffer.from((await items.item(index)) as Uint8Array).toString()),
  );
  expect(texts).toEqual(['one', 'two', 'three']);
  expect([0, 1, 2].map(items.label)).toEqual([5, 6, 7]);
  expect(() => items.item(3)).toThrow('0 to 2, got 3');
});

test('a pack larger than memory should hold is read image by image', async () => {
  const file = join(folder(), 'images.bin');
  writeFileSync(file, Buffer.from('onetwo'));
  // The offsets claim a third image that ends beyond 256 MiB: the file is not read as a whole, and this image cannot be read.
  const items = await openItems(
    workload({ kind: 'images', file, offsets: [0, 3, 6, 300 * 2 ** 20], labels: null, truth: null, items: 3 }),
  );
  expect(Buffer.from((await items.item(1)) as Uint8Array).toString()).toBe('two');
  expect(items.label(1)).toBeNull();
  await expect(items.item(2)).rejects.toMatchObject({ code: 'DATA_UNREADABLE' });
  await items.close();
});

test('a pack that is missing or cut off is refused when it is opened', async () => {
  const file = join(folder(), 'images.bin');
  const data = { kind: 'images', file, offsets: [0, 3, 6], labels: null, truth: null, items: 2 } as const;
  await expect(openItems(workload(data))).rejects.toMatchObject({ code: 'DATA_UNREADABLE' });
  writeFileSync(file, 'onet');
  await expect(openItems(workload(data))).rejects.toMatchObject({
    code: 'DATA_UNREADABLE',
    message: expect.stringContaining('expected 6 bytes, got 4'),
  });
});

test('tensors are read from .npy files, one for each input', async () => {
  const path = folder();
  const files = { x: [join(path, 'a.npy'), join(path, 'b.npy')], rate: [join(path, 'r.npy'), join(path, 's.npy')] };
  writeNpy(files.x[0] ?? '', { type: 'float32', dims: [2], data: Float32Array.of(1, 2) });
  writeNpy(files.x[1] ?? '', { type: 'float32', dims: [1, 2], data: Float32Array.of(3, 4) });
  writeNpy(files.rate[0] ?? '', { type: 'int64', dims: [], data: BigInt64Array.of(16000n) });
  writeNpy(files.rate[1] ?? '', { type: 'int64', dims: [], data: BigInt64Array.of(8000n) });
  const inputs = [x, { name: 'rate', type: 'int64', itemShape: [], batchAxis: null }];
  const items = await openItems(workload({ kind: 'npy', files, labels: null, items: 2 }, inputs));
  expect(await items.item(1)).toEqual({
    x: { type: 'float32', dims: [1, 2], data: Float32Array.of(3, 4) },
    rate: { type: 'int64', dims: [], data: BigInt64Array.of(8000n) },
  });
});

test('a .npy file of another size is refused by name', async () => {
  const file = join(folder(), 'long.npy');
  writeNpy(file, { type: 'float32', dims: [3], data: Float32Array.of(1, 2, 3) });
  await expect(
    openItems(workload({ kind: 'npy', files: { x: [file] }, labels: null, items: 1 })),
  ).rejects.toMatchObject({
    code: 'ITEM_INVALID',
    message: expect.stringMatching(/long\.npy: expected float32 \[1, 2\].*got float32 \[3\]/),
  });
});

function generated(
  ranges: Extract<PreparedData, { kind: 'generated' }>['ranges'],
  inputs: readonly PreparedInput[] = [x],
  seed = 1,
  items = 8,
) {
  return openItems(workload({ kind: 'generated', seed, items, ranges }, inputs));
}

test('generated items differ from each other and are the same each time', async () => {
  const range = { x: { kind: 'uniform', low: -1, high: 1 } } as const;
  const [first, again, other] = [await generated(range), await generated(range), await generated(range, [x], 2)];
  const values = Array.from({ length: 8 }, (_, index) => JSON.stringify((first.item(index) as Tensors).x?.data));
  expect(new Set(values).size).toBe(8);
  expect(values).toEqual(
    Array.from({ length: 8 }, (_, index) => JSON.stringify((again.item(index) as Tensors).x?.data)),
  );
  expect(JSON.stringify((other.item(0) as Tensors).x?.data)).not.toBe(values[0]);
});

test('generated values keep to their ranges and types', async () => {
  const inputs: PreparedInput[] = [
    { name: 'float', type: 'float32', itemShape: [1, 1000], batchAxis: 0 },
    { name: 'ids', type: 'int64', itemShape: [1, 1000], batchAxis: 0 },
    { name: 'mask', type: 'bool', itemShape: [1, 5], batchAxis: 0 },
    { name: 'half', type: 'float16', itemShape: [1, 3], batchAxis: 0 },
  ];
  const items = await generated(
    {
      float: { kind: 'uniform', low: 2, high: 3 },
      ids: { kind: 'integers', low: -1, high: 2 },
      mask: { kind: 'constant', value: 1 },
      half: { kind: 'constant', value: 1.5 },
    },
    inputs,
  );
  const item = items.item(0) as Tensors;
  expect(Array.from(item.float?.data as Float32Array).every((value) => value >= 2 && value <= 3)).toBe(true);
  expect(new Set(item.ids?.data as BigInt64Array)).toEqual(new Set([-1n, 0n, 1n, 2n])); // 1,000 draws of four: each comes
  expect(item.mask?.data).toEqual(Uint8Array.of(1, 1, 1, 1, 1));
  expect(item.half?.data).toEqual(Uint16Array.of(0x3e00, 0x3e00, 0x3e00)); // sign 0, exponent 15, half of the mantissa
});

test('of large generated items only as many are offered as fit into 64 MiB, and never fewer than two', async () => {
  const wide = (elements: number): PreparedInput[] => [
    { name: 'x', type: 'float32', itemShape: [1, elements], batchAxis: 0 },
  ];
  const ones = { x: { kind: 'constant', value: 1 } } as const;
  expect((await generated(ones, wide(2 ** 22), 1, 64)).count).toBe(4); // 16 MiB each
  expect((await generated(ones, wide(2 ** 25), 1, 64)).count).toBe(2); // 128 MiB each
});

test.each([
  [0, 0x0000],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65520, 0x7c00],
  [Number.POSITIVE_INFINITY, 0x7c00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000], // halfway between 0 and the least half: to even
  [2049, 0x6800], // halfway between 2048 and 2050: to even
  [2051, 0x6802], // halfway between 2050 and 2052: to even
  [1 - 2 ** -12, 0x3c00], // rounds up into the next exponent
])('%s as a half-precision number has the bits %i', (value, bits) => {
  expect(float16Bits(value)).toBe(bits);
});

test('NaN stays one in half precision', () => {
  expect(float16Bits(Number.NaN) & 0x7fff).toBeGreaterThan(0x7c00);
});

test('generated items that are all the same count as one', async () => {
  expect((await generated({ x: { kind: 'constant', value: 0 } })).distinct).toBe(1);
  const varying = await generated({ x: { kind: 'uniform', low: -1, high: 1 } });
  expect(varying.distinct).toBe(varying.count);
});
