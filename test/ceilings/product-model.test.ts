import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { productModel } from '../../src/ceilings/product-model.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { graphCost } from '../../src/graph/cost.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { readTensor } from '../../src/graph/tensor-proto.ts';

async function run(model: OnnxModel, type: 'float32' | 'uint8', dims: number[], data: Float32Array | Uint8Array) {
  const path = join(mkdtempSync(join(tmpdir(), 'dyno-product-')), 'model.onnx');
  writeModel(path, model);
  const session = await ortCpu.load(path, {
    fusion: 'on',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    dumpPath: null,
    profilePrefix: null,
  });
  const outputs = await session.run({ a: session.tensor(type, dims, data) }, null);
  await session.dispose();
  return Array.from(outputs.y?.data as ArrayLike<number>);
}

function weightOf(model: OnnxModel): number[] {
  const tensor = model.graph.initializer.find(({ name }) => name === 'weight');
  if (tensor === undefined) throw new Error('no weight');
  return Array.from(readTensor(tensor).data as ArrayLike<number>);
}

/** Rows of a by columns of the weight, [inner, 2]. */
function product(a: readonly number[], weight: readonly number[]): number[] {
  return [0, 1].map((column) => a.reduce((sum, value, row) => sum + value * (weight[2 * row + column] ?? 0), 0));
}

test('fp32 multiplies a row by the weight', async () => {
  const model = productModel('fp32', 1, 3, 2);
  const expected = product([1, 2, 3], weightOf(model));
  const y = await run(model, 'float32', [1, 3], Float32Array.of(1, 2, 3));
  expect(y).toEqual(expected.map((value) => expect.closeTo(value, 5)));
});

test('fp16 gives the same within its eleven bits', async () => {
  const model = productModel('fp16', 1, 3, 2);
  const expected = product([1, 2, 3], weightOf(model));
  const y = await run(model, 'float32', [1, 3], Float32Array.of(1, 2, 3));
  expect(y).toEqual(expected.map((value) => expect.closeTo(value, 2)));
});

test('int8 multiplies differences to the zero point 128, exactly', async () => {
  const model = productModel('int8', 1, 3, 2);
  const expected = product([1 - 128, 200 - 128, 3 - 128], weightOf(model));
  expect(await run(model, 'uint8', [1, 3], Uint8Array.of(1, 200, 3))).toEqual(expected);
});

test('a product of n × n × n has n³ multiply-adds, half of the operations that a ceiling counts', () => {
  expect(graphCost(productModel('fp32', 64, 64, 64), { a: [64, 64] }).multiplyAdds).toBe(64 ** 3);
});
