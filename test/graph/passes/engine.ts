import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { modelInputs } from '../../../src/graph/model-values.ts';
import { modelBytes, readModel, writeModel } from '../../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import type { Evaluate } from '../../../src/graph/passes/pass.ts';
import type { ConstantTensor } from '../../../src/graph/tensor-proto.ts';
import { generator, integer, normal } from '../../../src/stats/random.ts';

/** The outputs of a model on the real engine, which runs the graph as it stands: none of its own fusions can hide a fault of a pass. */
export async function run(model: OnnxModel, feeds: readonly ConstantTensor[]): Promise<Map<string, ConstantTensor>> {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-passes-'));
  try {
    const path = join(folder, 'model.onnx');
    writeModel(path, model);
    const session = await ortCpu.load(path, {
      fusion: 'on',
      precision: 'fp32',
      threads: 1,
      spinning: 'off',
      optimization: 'none',
      dumpPath: null,
      profilePrefix: null,
    });
    try {
      const made = feeds.map(({ name, type, dims, data }) => [name, session.tensor(type, dims, data)]);
      const results = await session.run(Object.fromEntries(made), null);
      return new Map(
        Object.entries(results).map(([name, { type, dims, data }]) => [
          name,
          { name, type, dims: [...dims], data: data.slice() },
        ]),
      );
    } finally {
      await session.dispose();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const evaluate: Evaluate = (piece) => run(piece, []);

/** A copy that shares nothing with the model. */
export function copyOf(model: OnnxModel): OnnxModel {
  return readModel(modelBytes(model));
}

/** Seeded values for every input: normal floats, integers of 0 and 1. Dynamic dimensions are those of `sizes`, or 2. */
export function feedsFor(model: OnnxModel, seed: number, sizes: readonly number[] | null = null): ConstantTensor[] {
  const random = generator(seed);
  return modelInputs(model).map(({ name, type, shape }) => {
    const dims = (shape ?? []).map((size, axis) => (typeof size === 'number' ? size : (sizes?.[axis] ?? 2)));
    const length = dims.reduce((product, size) => product * size, 1);
    const data =
      type === 'int64'
        ? BigInt64Array.from({ length }, () => BigInt(integer(random, 2)))
        : Float32Array.from({ length }, () => normal(random));
    return { name, type, dims, data };
  });
}

/** The largest difference of each pair of outputs, relative to the largest magnitude of the first; Infinity where shapes, types or NaNs differ. */
export function largestDifference(
  before: ReadonlyMap<string, ConstantTensor>,
  after: ReadonlyMap<string, ConstantTensor>,
): number {
  if (String([...before.keys()]) !== String([...after.keys()])) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const [name, expected] of before) {
    const actual = after.get(name);
    if (String(actual?.dims) !== String(expected.dims) || actual?.type !== expected.type)
      return Number.POSITIVE_INFINITY;
    let magnitude = 0;
    let difference = 0;
    for (const [place, value] of expected.data.entries()) {
      const distance = Math.abs(Number(value) - Number(actual.data[place]));
      if (Number.isNaN(distance)) return Number.POSITIVE_INFINITY;
      difference = Math.max(difference, distance);
      magnitude = Math.max(magnitude, Math.abs(Number(value)));
    }
    if (difference > 0) largest = Math.max(largest, difference / magnitude);
  }
  return largest;
}
