import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { writeModel } from '../../src/graph/onnx-file.ts';
import { operatorCounts } from '../../src/graph/operator-counts.ts';
import { buildBert } from '../../src/workloads/bert-model.ts';

const sizes = { layers: 2, hidden: 16, heads: 4, inner: 32, vocabulary: 50, positions: 8, tokenTypes: 2 };

/** Hidden states and pooled output for one sentence of five tokens. */
async function run(ids: readonly number[], mask: readonly number[]) {
  const path = join(mkdtempSync(join(tmpdir(), 'dyno-bert-')), 'model.onnx');
  writeModel(path, buildBert(sizes, 1, ids.length));
  const session = await ortCpu.load(path, {
    fusion: 'off',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    dumpPath: null,
    profilePrefix: null,
  });
  const integers = (values: readonly number[]) =>
    session.tensor('int64', [1, values.length], BigInt64Array.from(values, BigInt));
  const outputs = await session.run(
    { input_ids: integers(ids), attention_mask: integers(mask), token_type_ids: integers(ids.map(() => 0)) },
    null,
  );
  await session.dispose();
  return { hidden: outputs.hidden, pooled: Array.from(outputs.pooled?.data as Float32Array) };
}

test('a token that the mask leaves out changes nothing in what the others make', async () => {
  const all = [1, 1, 1, 1, 1];
  const { pooled } = await run([3, 14, 15, 9, 2], [1, 1, 1, 1, 0]);
  const { pooled: other } = await run([3, 14, 15, 9, 40], [1, 1, 1, 1, 0]);
  expect(other).toEqual(pooled);
  expect((await run([3, 14, 15, 9, 40], all)).pooled).not.toEqual((await run([3, 14, 15, 9, 2], all)).pooled);
});

test('the order of the tokens matters, by their positions', async () => {
  const all = [1, 1, 1, 1, 1];
  const { pooled } = await run([3, 14, 15, 9, 2], all);
  const { pooled: swapped } = await run([3, 15, 14, 9, 2], all);
  expect(Math.max(...pooled.map((value, index) => Math.abs(value - (swapped[index] ?? 0))))).toBeGreaterThan(1e-4);
});

test('every token has a normalised hidden state: mean near 0, deviation near 1', async () => {
  const { hidden } = await run([3, 14, 15, 9, 2], [1, 1, 1, 1, 1]);
  expect(hidden?.dims).toEqual([1, 5, 16]);
  const data = hidden?.data as Float32Array;
  for (let token = 0; token < 5; token++) {
    const states = data.subarray(16 * token, 16 * (token + 1));
    const mean = states.reduce((sum, value) => sum + value, 0) / 16;
    const variance = states.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 16;
    // The last scales are within 0.1 of 1 and the shifts within 0.1 of 0.
    expect(Math.abs(mean)).toBeLessThan(0.2);
    expect(Math.abs(Math.sqrt(variance) - 1)).toBeLessThan(0.25);
  }
});

test('normalisations and GELU stand in the graph in their parts', () => {
  const counts = operatorCounts(buildBert(sizes, 1, 5));
  // Two normalisations a layer and one of the embeddings, with two means each; one Erf a layer.
  expect(counts).toMatchObject({ ReduceMean: 10, Erf: 2, Softmax: 2 });
});

test('more tokens than there are positions are refused', () => {
  expect(() => buildBert(sizes, 1, 9)).toThrow('Expected 1 to 8 tokens, got 9.');
});
