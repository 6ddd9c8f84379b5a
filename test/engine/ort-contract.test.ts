/**
 * What the engine relies on in onnxruntime-node and its documentation does not promise. A failure here after an upgrade means
 * that the engine has to be looked at, not that the upgrade is wrong.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { disabledTransformers } from '../../src/engine/backends/ort-fusions.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { optimizedOperators } from './backends/ort-dump.ts';
import { convolutionBlock, oneNode, SmallGraph, writtenModel } from './small-models.ts';

const quiet = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;

test('run computes in the JavaScript thread: by the next turn of the event loop the outputs are written', async () => {
  const graph = new SmallGraph('long');
  let value = graph.input('x', 'float32', [256, 256]);
  const weight = graph.constant('w', 'float32', [256, 256], new Float32Array(256 * 256).fill(1 / 256));
  for (let layer = 0; layer < 40; layer++) value = graph.apply('MatMul', [value, weight]);
  const session = await InferenceSession.create(
    writtenModel(graph.ending(graph.node('Relu', [value], { outputs: ['y'] }), [256, 256])),
    quiet,
  );
  const written = new Float32Array(256 * 256).fill(-1);
  const feeds = { x: new Tensor('float32', new Float32Array(256 * 256).fill(1), [256, 256]) };

  const run = session.run(feeds, { y: new Tensor('float32', written, [256, 256]) });
  // The library defers the run by one setImmediate; ours comes after it. Computed elsewhere, 40 products would still be going on.
  const atNextTurn = await new Promise<number | undefined>((resolve) => setImmediate(() => resolve(written[0])));
  await run;
  expect(atNextTurn).toBeCloseTo(1, 3); // rows of ones times columns that add up to 1
});

test('preallocated outputs are written in place, and what run returns is a copy of them', async () => {
  const session = await InferenceSession.create(writtenModel(oneNode()), quiet);
  const own = new Float32Array(4);
  const ownTensor = new Tensor('float32', own, [1, 4]);
  const { y } = await session.run({ x: new Tensor('float32', [-1, 2, -3, 4], [1, 4]) }, { y: ownTensor });
  expect(Array.from(own)).toEqual([0, 2, 0, 4]);
  expect(y).not.toBe(ownTensor);
  expect(Array.from(y?.data as Float32Array)).toEqual([0, 2, 0, 4]);
  own.fill(9);
  expect(Array.from(y?.data as Float32Array)).toEqual([0, 2, 0, 4]);
});

test('a preallocated output of another shape is refused', async () => {
  const session = await InferenceSession.create(writtenModel(oneNode()), { ...quiet, logSeverityLevel: 4 });
  const feeds = { x: new Tensor('float32', new Float32Array(4), [1, 4]) };
  await expect(session.run(feeds, { y: new Tensor('float32', new Float32Array(8), [2, 4]) })).rejects.toThrow();
});

test('freeDimensionOverrides are ignored: the dimension stays dynamic', async () => {
  const session = await InferenceSession.create(writtenModel(oneNode()), {
    ...quiet,
    freeDimensionOverrides: { batch: 2 },
  });
  expect(session.inputMetadata[0]).toMatchObject({ shape: ['batch', 4] });
  const { y } = await session.run({ x: new Tensor('float32', new Float32Array(12), [3, 4]) });
  expect(y?.dims).toEqual([3, 4]);
});

test('runOptions.terminate is ignored: a run cannot be cancelled', async () => {
  const session = await InferenceSession.create(writtenModel(oneNode()), quiet);
  const { y } = await session.run({ x: new Tensor('float32', new Float32Array(4), [1, 4]) }, { terminate: true });
  expect(y?.dims).toEqual([1, 4]);
});

test('fusions are disabled by names that a semicolon separates; with commas none is', async () => {
  const names = ['ConvBNFusion', 'ConvActivationFusion', 'ConvAddActivationFusion', 'NchwcTransformer'];
  const source = { BatchNormalization: 1, Conv: 1, Relu: 1 };
  const fused = {
    'com.microsoft.nchwc:Conv': 1,
    'com.microsoft.nchwc:ReorderInput': 1,
    'com.microsoft.nchwc:ReorderOutput': 1,
  };
  expect(await optimizedOperators(convolutionBlock(), 'all', names.join(';'))).toEqual(source);
  expect(await optimizedOperators(convolutionBlock(), 'all', names.join(','))).toEqual(fused);
});

test('with only ConvBNFusion off, the layout change makes a second convolution of the BatchNormalization', async () => {
  const operators = await optimizedOperators(convolutionBlock(), 'all', 'ConvBNFusion');
  expect(operators['com.microsoft.nchwc:Conv']).toBe(2);
  expect(operators.BatchNormalization).toBeUndefined();
});

test('weights that are listed as inputs too block the fusion of a BatchNormalization', async () => {
  const model = convolutionBlock();
  const [weight] = model.graph.initializer;
  const listed = new SmallGraph('listed');
  listed.input(weight?.name ?? '', 'float32', [16, 16, 3, 3]);
  model.graph.input.push(...listed.graph().input);
  // The convolution cannot take the normalisation into its weights, so that it becomes a convolution of its own.
  expect((await optimizedOperators(model, 'all', ''))['com.microsoft.nchwc:Conv'] ?? 0).not.toBe(1);
});

test('a float16 convolution is not computed in float16 on the CPU: casts are inserted around a float32 one', async () => {
  const graph = new SmallGraph('half');
  const x = graph.input('x', 'float16', [1, 16, 8, 8]);
  const weight = graph.constant('w', 'float16', [16, 16, 3, 3], new Uint16Array(16 * 16 * 9).fill(0x3c00));
  const model = graph.ending(graph.apply('Conv', [x, weight]), [null, null, null, null], 17, 'float16');
  expect(model.graph.node.map(({ opType }) => opType)).toEqual(['Conv']);
  expect((await optimizedOperators(model, 'all', '')).Cast).toBe(2); // of the input and of the output
});

/** A convolution between pairs of QuantizeLinear and DequantizeLinear. */
function quantisedConvolution(): OnnxModel {
  const graph = new SmallGraph('quantised');
  const x = graph.input('x', 'float32', [1, 16, 8, 8]);
  const scale = graph.scalar('scale', 0.05);
  const zero = graph.constant('zero', 'uint8', [], Uint8Array.of(128));
  const weightZero = graph.constant('wz', 'int8', [], Int8Array.of(0));
  const weight = graph.constant('w', 'int8', [16, 16, 3, 3], new Int8Array(16 * 16 * 9).fill(3));
  const quantised = (value: string) =>
    graph.apply('DequantizeLinear', [graph.apply('QuantizeLinear', [value, scale, zero]), scale, zero]);
  const weights = graph.apply('DequantizeLinear', [weight, scale, weightZero]);
  return graph.ending(quantised(graph.apply('Conv', [quantised(x), weights])), [null, null, null, null]);
}

test('quantised convolutions become integer ones from level extended on only', async () => {
  const integer = (operators: Record<string, number>) =>
    Object.keys(operators).filter((name) => name.includes('QLinearConv')).length;
  expect(integer(await optimizedOperators(quantisedConvolution(), 'basic', ''))).toBe(0);
  expect(integer(await optimizedOperators(quantisedConvolution(), 'extended', ''))).toBe(1);
});

test('a quantised convolution stays one in integers without any layout change or fusion', async () => {
  const ends = { DequantizeLinear: 1, QuantizeLinear: 1 };
  // Channels last: the operator of the same name in the library's own domain, turned at either end.
  expect(await optimizedOperators(quantisedConvolution(), 'all', '')).toEqual({
    ...ends,
    Transpose: 2,
    'com.microsoft:QLinearConv': 1,
  });
  const fusionOff = disabledTransformers({ fusion: 'off' }) ?? '';
  for (const disabled of ['NhwcTransformer', fusionOff]) {
    expect(await optimizedOperators(quantisedConvolution(), 'all', disabled)).toEqual({ ...ends, QLinearConv: 1 });
  }
});

test('the channels-last layout is for quantised graphs: it does nothing to one of 32-bit floats', async () => {
  const plain = { Conv: 1, BatchNormalization: 1, Relu: 1 };
  const all = (disabledTransformers({ fusion: 'off' }) ?? '').split(';');
  const allButChannelsLast = all.filter((name) => name !== 'NhwcTransformer').join(';');
  expect(await optimizedOperators(convolutionBlock(), 'all', allButChannelsLast)).toEqual(plain);
});

/** `y = Cast(w) · x` with w in bfloat16. */
function storedInBfloat16(): OnnxModel {
  const graph = new SmallGraph('stored');
  const x = graph.input('x', 'float32', [1, 4]);
  const weight = graph.constant('w', 'bfloat16', [4, 2], new Uint16Array(8).fill(0x3f80)); // 1
  return graph.ending(graph.apply('MatMul', [x, graph.apply('Cast', [weight], { to: 1 })]), [1, 2]);
}

test('weights that are stored in bfloat16 are cast once, at load: no cast is left to run', async () => {
  expect(await optimizedOperators(storedInBfloat16(), 'disabled', '')).toEqual({ Cast: 1, MatMul: 1 });
  expect(await optimizedOperators(storedInBfloat16(), 'all', '')).toEqual({ MatMul: 1 });
});

test('there is no product in bfloat16: such a model is refused', async () => {
  const graph = new SmallGraph('computed');
  const x = graph.apply('Cast', [graph.input('x', 'float32', [1, 4])], { to: 16 });
  const weight = graph.constant('w', 'bfloat16', [4, 2], new Uint16Array(8).fill(0x3f80));
  const product = graph.apply('Cast', [graph.apply('MatMul', [x, weight])], { to: 1 });
  const loading = InferenceSession.create(writtenModel(graph.ending(product, [1, 2])), {
    ...quiet,
    logSeverityLevel: 4,
  });
  await expect(loading).rejects.toThrow(/MatMul/);
});

test('values of configuration entries must be text, and unknown names are accepted in silence', async () => {
  const path = writtenModel(oneNode());
  await expect(
    InferenceSession.create(path, { ...quiet, extra: { session: { intra_op: { allow_spinning: 0 } } } }),
  ).rejects.toThrow();
  await expect(
    InferenceSession.create(path, { ...quiet, extra: { no: { such: { key: '1' } } } }),
  ).resolves.toBeDefined();
});
