import { expect, test } from 'vitest';
import { adviseOnMemory, type MemorySituation, smallerBatches } from '../../src/runner/memory-advice.ts';

const GiB = 2 ** 30;

/** Weights of 1 GiB and values of 1 GiB an item, on a device with 12 GiB. */
const situation: MemorySituation = {
  device: 'gpu0',
  place: 'memory',
  backend: 'ort-cuda',
  batchSize: 16,
  precision: 'fp32',
  precisions: { fp32: 'native', fp16: 'native', bf16: 'storage', int8: 'none' },
  neededBytes: null,
  freeBytes: null,
  totalBytes: 16 * GiB,
  budgetBytes: 12 * GiB,
  graph: { weightBytes: GiB, valueBytes: new Map([16, 8, 4, 2, 1].map((size) => [size, size * GiB])) },
  idleBytes: null,
  holders: [],
};
const advise = (change: Partial<MemorySituation>) => adviseOnMemory({ ...situation, ...change });

test('smaller batches are halves, down to one item', () => {
  expect(smallerBatches(12)).toEqual([6, 3, 1]);
  expect(smallerBatches(1)).toEqual([]);
});

test('the largest half that fits by the graph is taken', () => {
  // 9 GiB of 12; of 10 GiB only nine tenths are planned with, which 9 GiB are not below any more when the device has 9.9.
  expect(advise({})).toMatchObject({ batchSize: 8, reason: null });
  expect(advise({ budgetBytes: 9.9 * GiB }).batchSize).toBe(4);
  expect(advise({}).remedies[0]).toBe(
    'Take --batch-size 8: it needs about 9 GiB (projected from the graph) of the 12 GiB that can be had.',
  );
});

test('a case that needed more than its graph says is taken to do so at every batch size', () => {
  // 11 GiB were taken and 23 more asked for: twice the 17 GiB of the graph. 8 would need 18 GiB, 4 needs 10.
  expect(advise({ freeBytes: GiB, neededBytes: 23 * GiB }).batchSize).toBe(4);
  // It failed although the graph needs 17 of 34 GiB: all of these were not enough, so 8 is taken to need 18.
  expect(advise({ budgetBytes: 34 * GiB })).toMatchObject({ batchSize: 8 });
});

test('where the weights alone are too much, no batch size is advised, and it is said why', () => {
  const { batchSize, reason } = advise({ budgetBytes: 1.5 * GiB });
  expect(batchSize).toBeNull();
  expect(reason).toEqual({
    code: 'MODEL_TOO_LARGE',
    message:
      'A smaller batch is not likely to help: one item needs about 2 GiB (projected), 1 GiB of it for weights, and 1.5 GiB can be had.',
  });
});

test('without a graph, or without knowing what there is, half of the batch is advised and not said to be computed', () => {
  for (const change of [{ graph: null }, { budgetBytes: null }]) {
    expect(advise(change)).toMatchObject({ batchSize: 8 });
    expect(advise(change).remedies[0]).toContain('half of 16: how much it needs could not be worked out');
  }
});

test('one item cannot be made smaller', () => {
  expect(advise({ batchSize: 1 })).toMatchObject({ batchSize: null, reason: { code: 'SMALLEST_BATCH' } });
});

test('a buffer shrinks with the batch until it is one that WebGPU allows', () => {
  const buffer = { place: 'buffer', neededBytes: 3 * GiB, budgetBytes: GiB } as const;
  expect(advise(buffer).batchSize).toBe(4);
  expect(advise({ ...buffer, budgetBytes: 2 ** 20 })).toMatchObject({
    batchSize: null,
    reason: { code: 'MODEL_TOO_LARGE' },
  });
});

test('a size that no machine has points at a shape and not at a batch', () => {
  const { batchSize, reason, remedies } = advise({ neededBytes: 2 ** 61 });
  expect({ batchSize, code: reason?.code }).toEqual({ batchSize: null, code: 'SHAPE_WRONG' });
  expect(remedies).toEqual([expect.stringContaining('npx dyno model inspect')]);
});

test('precisions are advised in which the backend really computes with fewer bytes', () => {
  expect(advise({}).precisions).toEqual(['fp16']);
  expect(advise({ precision: 'fp16' }).precisions).toEqual([]);
  expect(advise({ precisions: { fp32: 'native', fp16: 'native', int8: 'native' } }).remedies[1]).toContain(
    '--precision fp16 or int8',
  );
});

test('whoever else holds the device is named, the largest first', () => {
  const holders = [
    { pid: 7, name: null, bytes: null },
    { pid: 4711, name: 'python3', bytes: 60 * GiB },
  ];
  expect(advise({ holders }).remedies).toContainEqual(
    'End what else holds memory of gpu0: python3 (4711) with 60 GiB, a process (7).',
  );
});

test('limits and pools have remedies of their own', () => {
  const remedies = (change: Partial<MemorySituation>) => advise(change).remedies.join('\n');
  expect(remedies({ place: 'address_space', device: 'host' })).toContain('16 GiB: ulimit -v unlimited');
  expect(remedies({ place: 'control_group', device: 'host' })).toContain('docker run --memory');
  expect(remedies({ place: 'webassembly', device: 'host', backend: 'wasm' })).toContain('--backend ort-cpu');
  expect(remedies({ place: 'heap', device: 'host' })).toContain('--max-old-space-size');
  expect(remedies({ place: 'arena', backend: 'python-onnxruntime-cuda' })).toContain('gpu_mem_limit');
  // More is held in pieces than was asked for in one.
  expect(remedies({ idleBytes: GiB, neededBytes: GiB / 2 })).toContain('expandable_segments:True');
  expect(remedies({ idleBytes: GiB / 4, neededBytes: GiB / 2 })).not.toContain('expandable_segments');
  expect(remedies({ backend: 'python-onnxruntime-cuda' })).toContain('kSameAsRequested');
});
