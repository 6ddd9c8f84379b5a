import { expect, test } from 'vitest';
import { storeWeights } from '../../src/compress/store-weights.ts';
import { compareOutputs } from '../../src/engine/proof/fidelity.ts';
import { modelBytes } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { optimizedOperators } from '../engine/backends/ort-dump.ts';
import { SmallGraph } from '../engine/small-models.ts';
import { answers, normals } from './quantized-model.ts';

type Outputs = Parameters<typeof compareOutputs>[0];

function dense(weight: Float32Array, opset = 17): OnnxModel {
  const graph = new SmallGraph('dense');
  const x = graph.input('x', 'float32', ['batch', 32]);
  const product = graph.apply('MatMul', [x, graph.constant('w', 'float32', [32, 24], weight)]);
  return graph.ending(graph.node('Add', [product, graph.weights('b', 24)], { outputs: ['y'] }), [], opset);
}

const usual = () => Float32Array.from(normals(1, 32, 24).data as Float32Array);
const inputs = { x: normals(2, 4, 32) };

test.each([
  // 11 and 8 bits of significand: errors are evenly spread over ±2⁻¹² and ±2⁻⁹ of the power of two below.
  ['float16', 65],
  ['bfloat16', 45],
] as const)('a weight stored as %s takes half the bytes, and the engine computes as before', async (type, decibels) => {
  const model = dense(usual());
  const [before, bytes] = [await answers(model, inputs), modelBytes(model).length];
  const report = storeWeights(model, type);
  expect(report).toMatchObject({ stored: 1, kept: [], bytesBefore: 4 * 32 * 24 });
  expect(modelBytes(model).length).toBeLessThan(bytes - 2 * 32 * 24 + 100);
  const after = await answers(model, inputs);
  expect(compareOutputs(after as Outputs, before as Outputs)?.sqnrDb).toBeGreaterThan(decibels);
  expect(report.worstDecibels).toBeGreaterThan(decibels);
  // The Cast is gone when the model is loaded; product and bias are one operator, as without it.
  expect(await optimizedOperators(model, 'all', '')).toEqual({ Gemm: 1 });
});

test('a weight beyond the range of float16 stays in 32 bits and is named', () => {
  const large = usual();
  large[5] = 70_000;
  expect(storeWeights(dense(large), 'float16')).toEqual({
    stored: 0,
    kept: [{ name: 'w', reason: 'OUT_OF_RANGE' }],
    bytesBefore: 0,
    worstDecibels: null,
  });
  expect(storeWeights(dense(large), 'bfloat16').stored).toBe(1);
});

test('a weight so small that float16 has few bits left for it stays', () => {
  const small = usual().map((value) => value * 1e-7);
  expect(storeWeights(dense(small), 'float16').kept).toEqual([{ name: 'w', reason: 'TOO_NOISY' }]);
  expect(storeWeights(dense(small), 'float16', { leastDecibels: -100 }).stored).toBe(1);
});

test('small constants stay as they are', () => {
  const report = storeWeights(dense(usual()), 'float16', { fewestElements: 1000 });
  expect(report).toMatchObject({ stored: 0, kept: [] });
});

test('bfloat16 before opset 13 is refused', () => {
  expect(() => storeWeights(dense(usual(), 12), 'bfloat16')).toThrow(/opset 13 or newer.*got opset 12/);
});
