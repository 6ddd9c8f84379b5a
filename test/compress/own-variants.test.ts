import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildVariant } from '../../src/compress/build-variant.ts';
import type { VariantSettings } from '../../src/compress/variant.ts';
import type { LoadOptions } from '../../src/engine/backends/backend.ts';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { inlineExternalData, writeModelWithExternalData } from '../../src/graph/move-external.ts';
import { readModel, writeModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { Registry } from '../../src/kernel/registry.ts';
import { prepareWorkload } from '../../src/workloads/prepare-workload.ts';
import type { Workload } from '../../src/workloads/workload.ts';
import { optimizedOperators } from '../engine/backends/ort-dump.ts';
import { SmallGraph, temporaryFolder } from '../engine/small-models.ts';
import { answers, normals } from './quantized-model.ts';

const cacheFolder = mkdtempSync(join(tmpdir(), 'dyno-own-variants-'));
const surroundings = { hub: new Registry<Workload>('workload'), cacheFolder, backend: ortCpu };
const asInFile: VariantSettings = { precision: 'fp32', hygiene: 'on', fusion: false, domains: [] };

/** Two products with a Relu between them, `[batch, 64]` in and out. */
function twoProducts(): OnnxModel {
  const graph = new SmallGraph('two products');
  const x = graph.input('x', 'float32', ['batch', 64]);
  const hidden = graph.apply('Relu', [graph.apply('MatMul', [x, graph.weights('first', 64, 64)])]);
  return graph.ending(graph.apply('MatMul', [hidden, graph.weights('second', 64, 64)]), ['batch', 64]);
}

/** A workload of the user's own on a model file, whose inputs are generated. */
async function own(path: string) {
  const definition = {
    name: 'mine',
    model: path,
    dimensions: {},
    shapes: {},
    data: null,
    preprocess: null,
    postprocess: { kind: 'none' },
    metric: null,
  } as const;
  const request = { name: 'mine', kind: 'own', definition } as const;
  return { request, workload: await prepareWorkload(request, surroundings.hub, cacheFolder) };
}

function written(model: OnnxModel): string {
  const path = join(temporaryFolder(), 'mine.onnx');
  writeModel(path, model);
  return path;
}

async function farthest(model: OnnxModel, other: OnnxModel): Promise<number> {
  const x = normals(7, 3, 64);
  // Well within what generated items are drawn from: evenly between −1 and 1.
  const values = x.data as Float32Array;
  values.set(values.map((value) => 0.5 * Math.tanh(value)));
  const inputs = { x };
  const [one, two] = [Object.values(await answers(model, inputs))[0], Object.values(await answers(other, inputs))[0]];
  const [a, b] = [one?.data as Float32Array, two?.data as Float32Array];
  return Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? 0)))) / Math.max(...a.map(Math.abs));
}

test('dynamic quantisation of a model of one’s own makes its products 8-bit ones, without any data', async () => {
  const settings = { ...asInFile, precision: 'int8_dynamic' } as const;
  const { workload, record } = await buildVariant(await own(written(twoProducts())), settings, surroundings);
  expect(record.conversion).toMatchObject({ converted: 2, kept: { OPERATOR_NOT_QUANTIZABLE: 1 }, calibration: null });
  const model = readModel(workload.model.path);
  expect(await optimizedOperators(model, 'all', '')).toMatchObject({
    'com.microsoft:DynamicQuantizeMatMul': 2,
  });
  expect(await farthest(twoProducts(), model)).toBeLessThan(0.02);
});

test.each(['int8', 'int8_dynamic', 'fp16', 'bf16', 'fp32'] as const)(
  'a model whose weights lie beside it gets a variant in %s that stands alone',
  async (precision) => {
    const path = join(temporaryFolder(), 'apart.onnx');
    expect(writeModelWithExternalData(path, twoProducts(), { folder: null })).not.toBeNull();
    const { workload, record } = await buildVariant(await own(path), { ...asInFile, precision }, surroundings);
    const model = readModel(workload.model.path);
    // Nothing is left to bring in from another file.
    expect(inlineExternalData(model, join(workload.model.path, '..'))).toBe(0);
    expect(await farthest(twoProducts(), model)).toBeLessThan(0.02);
    expect(record.bytes).toBe(workload.model.bytes);
    if (precision === 'int8') expect(record.conversion?.calibration?.data).toBe('16 items generated from another seed');
  },
);

test('a model with nothing to quantise is an error, and leaves nothing in the cache', async () => {
  const graph = new SmallGraph('plain');
  const x = graph.input('x', 'float32', ['batch', 64]);
  const subject = await own(written(graph.ending(graph.apply('Relu', [x]), ['batch', 64])));
  const before = readdirSync(cacheFolder);
  for (const precision of ['int8', 'int8_dynamic', 'bf16'] as const) {
    await expect(buildVariant(subject, { ...asInFile, precision }, surroundings)).rejects.toMatchObject({
      code: 'NOTHING_TO_QUANTIZE',
      message: expect.stringContaining('"plain" has none that may be'),
    });
  }
  expect(readdirSync(cacheFolder)).toEqual(before);
});

test('a variant that the engine does not take is found out when it is built, with the engine’s words', async () => {
  const path = written(twoProducts());
  const backend = {
    ...ortCpu,
    load: (file: string, options: LoadOptions) =>
      file === path
        ? ortCpu.load(file, options)
        : Promise.reject(new Error('Could not find an implementation for Relu(14)')),
  };
  const before = readdirSync(cacheFolder);
  const building = buildVariant(await own(path), { ...asInFile, precision: 'bf16' }, { ...surroundings, backend });
  await expect(building).rejects.toMatchObject({
    code: 'VARIANT_NOT_LOADED',
    message: expect.stringMatching(
      /mine\.onnx: what was made of it \(hygiene, bf16 weights\) is not taken by ort-cpu: Could not find an implementation/,
    ),
  });
  expect(readdirSync(cacheFolder)).toEqual(before);
});

test.each(['fp32', 'int8', 'fp16'] as const)(
  'a model that the engine does not take itself is refused by its own name, asked for in %s',
  async (precision) => {
    const graph = new SmallGraph('foreign');
    const x = graph.input('x', 'float32', ['batch', 64]);
    const product = graph.apply('MatMul', [x, graph.weights('product', 64, 64)]);
    const path = written(graph.ending(graph.apply('NoSuchOperator', [product]), ['batch', 64]));
    const building = buildVariant(await own(path), { ...asInFile, precision, fusion: true }, surroundings);
    await expect(building).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/^\S*mine\.onnx: ONNX Runtime cannot load the model: .*NoSuchOperator/),
    });
  },
);

test('the same model under another name is the same variant, other weights are another one', async () => {
  const settings = { ...asInFile, precision: 'bf16' } as const;
  const first = await buildVariant(await own(written(twoProducts())), settings, surroundings);
  const again = await buildVariant(await own(written(twoProducts())), settings, surroundings);
  expect(again.workload.model.path).toBe(first.workload.model.path);
  const other = twoProducts();
  other.graph.initializer.reverse();
  const third = await buildVariant(await own(written(other)), settings, surroundings);
  expect(third.workload.model.path).not.toBe(first.workload.model.path);
});

test('a file that is written anew behind its preparation leaves no wrong variant of what it was', async () => {
  const settings = { ...asInFile, precision: 'int8_dynamic' } as const;
  const path = written(twoProducts());
  const subject = await own(path);
  const other = new SmallGraph('another product');
  const x = other.input('x', 'float32', ['batch', 64]);
  writeModel(path, other.ending(other.apply('MatMul', [x, other.weights('another', 64, 64)]), ['batch', 64]));
  expect((await buildVariant(subject, settings, surroundings)).record.conversion?.converted).toBe(1);

  writeModel(path, twoProducts());
  expect((await buildVariant(subject, settings, surroundings)).record.conversion?.converted).toBe(2);
});

test('fp16 is made from a few of the items, and says how many', async () => {
  const { record } = await buildVariant(
    await own(written(twoProducts())),
    { ...asInFile, precision: 'fp16' },
    surroundings,
  );
  expect(record.conversion?.calibration).toMatchObject({ data: '8 items generated from another seed', items: 8 });
});
