import { beforeAll, describe, expect, test } from 'vitest';
import type { LoadOptions, Tensors } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { ortWebGpu } from '../../../src/engine/backends/ort-webgpu.ts';
import { openWebGpuChain } from '../../../src/engine/backends/ort-webgpu-chain.ts';
import { SmallGraph, writtenModel } from '../small-models.ts';
import { onSwiftShader, useSwiftShader, whyNoSwiftShader } from './swiftshader.ts';

const options: LoadOptions = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
};

/** A convolution over digits of 8 × 8: `features` from `image`. */
function featuresOf(): string {
  const graph = new SmallGraph('features');
  const image = graph.input('image', 'float32', ['batch', 1, 8, 8]);
  const convolution = graph.apply('Conv', [image, graph.weights('w', 4, 1, 3, 3)], { strides: [2, 2] });
  return writtenModel(graph.ending(graph.node('Relu', [convolution], { outputs: ['features'] }), ['batch', 4, 3, 3]));
}

/** Ten scores of features. */
function scoresOf(): string {
  const graph = new SmallGraph('scores');
  const features = graph.input('features', 'float32', ['batch', 4, 3, 3]);
  const rows = graph.apply('Flatten', [features], { axis: 1 });
  const scores = graph.node('Gemm', [rows, graph.weights('w', 36, 10), graph.weights('b', 10)], {
    outputs: ['scores'],
  });
  return writtenModel(graph.ending(scores, ['batch', 10]));
}

/** Sum and difference of two inputs. */
function sumAndDifference(): string {
  const graph = new SmallGraph('two');
  const [a, b] = [graph.input('a', 'float32', [1, 4]), graph.input('b', 'float32', [1, 4])];
  graph.node('Add', [a, b], { outputs: ['sum'] });
  graph.node('Sub', [a, b], { outputs: ['difference'] });
  graph.output('sum', 'float32', [1, 4]);
  return writtenModel(graph.ending('difference', [1, 4]));
}

const image = Float32Array.from({ length: 64 }, (_, index) => Math.abs(Math.sin(index)));

describe.skipIf(whyNoSwiftShader !== null)(onSwiftShader('chains on SwiftShader'), () => {
  beforeAll(useSwiftShader);

  test('two models with nothing copied between them answer what they answer one by one on the processor', async () => {
    const paths = [featuresOf(), scoresOf()];
    let taken: Tensors = {};
    const between: Float32Array[] = [];
    for (const [position, path] of paths.entries()) {
      const session = await ortCpu.load(path, options);
      const feeds = position === 0 ? { image: session.tensor('float32', [1, 1, 8, 8], image) } : taken;
      taken = await session.run(feeds, null);
      between.push(Object.values(taken)[0]?.data as Float32Array);
      await session.dispose();
    }
    const chain = await openWebGpuChain(
      paths.map((modelPath) => ({ modelPath })),
      options,
    );
    expect(chain.inputs).toMatchObject([{ name: 'image' }]);
    expect(chain.outputs).toMatchObject([{ name: 'scores' }]);
    const seen: Float32Array[] = [];
    const feeds = { image: chain.tensor('float32', [1, 1, 8, 8], image) };
    const { scores } = await chain.run(feeds, async ({ model, names, read }) => {
      expect([model, names]).toEqual([0, ['features']]);
      // Twice: reading changes nothing, and the model that reads is made once.
      await read('features');
      seen.push((await read('features')).data as Float32Array);
      await expect(read('scores')).rejects.toMatchObject({ code: 'NO_SUCH_OUTPUT' });
    });
    expect(seen[0]).toHaveLength(36);
    for (const [index, value] of (between[0] ?? []).entries()) expect(seen[0]?.[index]).toBeCloseTo(value, 4);
    expect(scores?.dims).toEqual([1, 10]);
    expect(Math.max(...(between[1] ?? []))).toBeGreaterThan(1);
    for (const [index, value] of (between[1] ?? []).entries()) expect(scores?.data[index]).toBeCloseTo(value, 3);
    // What the first run made is freed: the next one has its own.
    expect((await chain.run(feeds)).scores?.data).toEqual(scores?.data);
    await chain.dispose();
  });

  test('several outputs go where `takes` says, and a run of another session waits for the chain', async () => {
    const chain = await openWebGpuChain(
      [{ modelPath: sumAndDifference() }, { modelPath: sumAndDifference(), takes: { a: 'difference', b: 'sum' } }],
      options,
    );
    const other = await ortWebGpu.load(sumAndDifference(), options);
    const feeds = (make: typeof chain.tensor) => ({
      a: make('float32', [1, 4], Float32Array.of(5, 6, 7, 8)),
      b: make('float32', [1, 4], Float32Array.of(1, 2, 3, 4)),
    });
    const ended: string[] = [];
    const [chained, single] = await Promise.all([
      chain.run(feeds(chain.tensor.bind(chain))).finally(() => ended.push('chain')),
      other.run(feeds(other.tensor.bind(other)), null).finally(() => ended.push('other')),
    ]);
    // difference + sum = 2a, difference − sum = −2b.
    expect(chained.sum?.data).toEqual(Float32Array.of(10, 12, 14, 16));
    expect(chained.difference?.data).toEqual(Float32Array.of(-2, -4, -6, -8));
    expect(single.difference?.data).toEqual(Float32Array.of(4, 4, 4, 4));
    expect(ended).toEqual(['chain', 'other']);
    await other.dispose();
    await chain.dispose();
  });

  test('models that do not fit together are refused, and what was loaded is freed', async () => {
    const two = sumAndDifference();
    await expect(openWebGpuChain([{ modelPath: two }, { modelPath: two }], options)).rejects.toMatchObject({
      code: 'CHAIN_MISMATCH',
      message: expect.stringContaining('`takes`, got 2 and 2'),
    });
    const wrong = [
      [{ a: 'sum' }, 'an output for the input b'],
      [{ a: 'sum', b: 'product' }, 'an output of the model before it (sum, difference), got product'],
      [{ a: 'sum', b: 'sum', c: 'sum' }, 'one of its inputs (a, b), got c'],
    ] as const;
    for (const [takes, part] of wrong) {
      const opening = openWebGpuChain([{ modelPath: two }, { modelPath: two, takes }], options);
      await expect(opening).rejects.toMatchObject({ code: 'CHAIN_MISMATCH', message: expect.stringContaining(part) });
    }
    const graph = new SmallGraph('lacking');
    const x = graph.input('x', 'float32', [2, 2]);
    const lacking = writtenModel(graph.ending(graph.node('Det', [x], { outputs: ['y'] }), []));
    await expect(openWebGpuChain([{ modelPath: lacking }], options)).rejects.toMatchObject({
      code: 'DEVICE_LACKS_OPERATORS',
      message: expect.stringContaining('Det'),
    });
    await expect(openWebGpuChain([{ modelPath: '/no/model.onnx' }], options)).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
    });
    await expect(openWebGpuChain([], options)).rejects.toThrow('at least one model');
  });
});
