import { expect, test } from 'vitest';
import { calibrationOn } from '../../../src/compress/calibration-engine.ts';
import { convertToFloat16 } from '../../../src/compress/convert-float16.ts';
import { quantizeDynamic } from '../../../src/compress/quantize-dynamic.ts';
import { quantizeModel } from '../../../src/compress/quantize-model.ts';
import { storeWeights } from '../../../src/compress/store-weights.ts';
import type { Backend } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { openOrtSession } from '../../../src/engine/backends/ort-session.ts';
import { type ProofRequest, proveConfiguration } from '../../../src/engine/proof/prove-configuration.ts';
import type { OnnxModel } from '../../../src/graph/onnx-message.ts';
import { generator, uniform } from '../../../src/stats/random.ts';
import { SmallGraph, temporaryFolder, writtenModel } from '../small-models.ts';

const shape = [1, 16, 8, 8];

function drawn(seed: number) {
  const random = generator(seed);
  return { type: 'float32', dims: shape, data: Float32Array.from({ length: 1024 }, () => 2 * uniform(random) - 1) };
}

/** A residual block as ResNet has them, and the head of a classifier: two convolutions and a Gemm. */
function residual(): OnnxModel {
  const graph = new SmallGraph('residual');
  const x = graph.input('x', 'float32', ['batch', ...shape.slice(1)]);
  // Without a bias, the engine does not join the addition.
  const convolved = (input: string, weight: string) => {
    const inputs = [input, graph.weights(weight, 16, 16, 3, 3), graph.weights(`${weight}_bias`, 16)];
    return graph.apply('Conv', inputs, { pads: [1, 1, 1, 1] });
  };
  const inner = graph.apply('Relu', [convolved(x, 'w1')]);
  const sum = graph.apply('Relu', [graph.apply('Add', [convolved(inner, 'w2'), inner])]);
  const flat = graph.apply('Flatten', [graph.apply('GlobalAveragePool', [sum])]);
  return graph.ending(graph.node('Gemm', [flat, graph.weights('w3', 16, 32), graph.weights('b3', 32)]), ['batch', 32]);
}

async function quantized(): Promise<OnnxModel> {
  const model = residual();
  const feeds = () => [1, 2, 3].map((seed) => ({ x: drawn(seed) }));
  const options = { method: { kind: 'min_max' }, feeds, load: calibrationOn(ortCpu), sourceSha256: '' } as const;
  await quantizeModel(model, options);
  return model;
}

function prove(model: OnnxModel, options: Partial<ProofRequest['options']>, backend: Backend = ortCpu) {
  return proveConfiguration({
    backend,
    modelPath: writtenModel(model),
    options: { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off', ...options },
    workFolder: temporaryFolder(),
    feeds: { x: drawn(9) },
  });
}

/** The values without their evidence, which must be the dump. */
async function fields(model: OnnxModel, options: Partial<ProofRequest['options']>, backend?: Backend) {
  const { effective } = await prove(model, options, backend);
  const names = [
    'precision',
    'storedPrecision',
    'computePrecision',
    'integerOperators',
    'fusion',
    'layout',
    'memoryLayout',
  ];
  return Object.fromEntries(
    names.map((name) => {
      const field = effective[name];
      expect(field?.evidence ?? 'dump', name).toBe('dump');
      return [name, field?.value];
    }),
  );
}

test('a residual block shows fusion and layout each by itself', async () => {
  const operators = async (options: Partial<ProofRequest['options']>) => (await prove(residual(), options)).operators;
  const head = { Flatten: 1, Gemm: 1 };
  expect(await operators({ layout: 'engine' })).toMatchObject({ 'com.microsoft.nchwc:Conv': 2, ...head });
  // The second convolution takes the addition and the activation with it.
  expect(await operators({ layout: 'plain' })).toEqual({ 'com.microsoft:FusedConv': 2, GlobalAveragePool: 1, ...head });
  expect(await operators({ fusion: 'off' })).toEqual({ Add: 1, Conv: 2, GlobalAveragePool: 1, Relu: 2, ...head });

  const common = { precision: 'fp32', storedPrecision: 'fp32', computePrecision: 'fp32', integerOperators: undefined };
  const plain = { ...common, layout: 'plain', memoryLayout: 'plain' };
  expect(await fields(residual(), {})).toEqual({ ...common, fusion: 'on', layout: 'engine', memoryLayout: 'nchwc' });
  expect(await fields(residual(), { layout: 'plain' })).toEqual({ ...plain, fusion: 'on' });
  expect(await fields(residual(), { fusion: 'off' })).toEqual({ ...plain, fusion: 'off' });
});

test('tf32 is the file of fp32, and no graph tells whether its products are rounded', async () => {
  const rounding: Backend = {
    ...ortCpu,
    load: (path, options) => ortCpu.load(path, { ...options, precision: 'fp32' }),
  };
  const { effective } = await prove(residual(), { precision: 'tf32' }, rounding);
  expect(effective.precision).toEqual({ value: 'tf32', evidence: 'unverified' });
  expect(effective.storedPrecision).toEqual({ value: 'fp32', evidence: 'dump' });
});

test('8 bits are in effect whatever fusion and layout are: every product that the file means to be is in integers', async () => {
  const model = await quantized();
  const common = { precision: 'int8', storedPrecision: 'int8', computePrecision: 'int8', integerOperators: '3 of 3' };
  const precision = 'int8';
  // Between 8-bit operators nothing is left to fuse; channels last is a layout.
  expect(await fields(model, { precision })).toEqual({
    ...common,
    fusion: null,
    layout: 'engine',
    memoryLayout: 'nhwc',
  });
  const plain = { ...common, fusion: null, layout: 'plain', memoryLayout: 'plain' };
  expect(await fields(model, { precision, layout: 'plain' })).toEqual(plain);
  expect(await fields(model, { precision, fusion: 'off' })).toEqual(plain);
});

test('8 bits that are found at run time are in effect when their product is in integers', async () => {
  const model = residual();
  quantizeDynamic(model);
  for (const fusion of ['on', 'off'] as const) {
    expect(await fields(model, { precision: 'int8_dynamic', fusion })).toMatchObject({
      precision: 'int8_dynamic',
      storedPrecision: 'fp32+int8_dynamic',
      computePrecision: 'fp32+int8_dynamic',
      integerOperators: '1 of 1',
      fusion,
    });
  }
});

test('a quantised file whose operators an engine leaves in floats is told as floats, with what is missing', async () => {
  // Joins nothing, as ONNX Runtime below level `extended` does.
  const unjoined: Backend = {
    ...ortCpu,
    load: (path, options) => ortCpu.load(path, { ...options, optimization: 'none' }),
  };
  expect(await fields(await quantized(), { precision: 'int8' }, unjoined)).toMatchObject({
    precision: 'fp32',
    storedPrecision: 'int8',
    computePrecision: 'fp32',
    integerOperators: '0 of 3',
  });
});

test('8 bits that a backend says it emulates are in effect as stored, with no product in integers', async () => {
  const emulating: Backend = {
    ...ortCpu,
    probe: async () => ({ available: true, device: '', version: '', precisions: { int8: 'emulated' } }),
    load: (path, options) => {
      const precisions = { fp32: 'native', int8: 'emulated' } as const;
      return openOrtSession({ backend: 'ort-cpu', precisions, executionProviders: ['cpu'] }, path, options);
    },
  };
  const { operators } = await prove(await quantized(), { precision: 'int8' }, emulating);
  // Of activations alone: weights and biases are floats.
  expect(operators).toMatchObject({ DequantizeLinear: operators.QuantizeLinear });
  expect(await fields(await quantized(), { precision: 'int8' }, emulating)).toMatchObject({
    precision: 'int8',
    storedPrecision: 'int8',
    computePrecision: 'fp32',
    integerOperators: '0 of 3',
  });
});

test.each([
  ['bf16', 'bfloat16'],
  ['fp16', 'float16'],
] as const)(
  'weights that are stored in %s are in effect as stored, and are computed in 32 bits',
  async (precision, type) => {
    const model = residual();
    expect(storeWeights(model, type).stored).toBe(3);
    expect(await fields(model, { precision })).toMatchObject({
      precision,
      storedPrecision: precision,
      computePrecision: 'fp32',
      fusion: 'on',
      layout: 'engine',
    });
  },
);

test('a model that is to compute in 16 bits is in effect as stored, and is computed in 32 bits', async () => {
  const model = residual();
  await convertToFloat16(model, { samples: null });
  for (const fusion of ['on', 'off'] as const) {
    expect(await fields(model, { precision: 'fp16', fusion })).toMatchObject({
      precision: 'fp16',
      storedPrecision: 'fp16',
      computePrecision: 'fp32',
      fusion,
    });
  }
});

test.each(['fp16', 'bf16', 'int8', 'int8_dynamic'])(
  '%s is not in effect where the file is in 32 bits',
  async (precision) => {
    expect(await fields(residual(), { precision })).toMatchObject({
      precision: 'fp32',
      storedPrecision: 'fp32',
      computePrecision: 'fp32',
      integerOperators: undefined,
    });
  },
);

test('a precision that the backend calls native is in effect only where operators compute in it', async () => {
  const boasting: Backend = {
    ...ortCpu,
    probe: async () => ({ available: true, device: '', version: '', precisions: { fp16: 'native' } }),
  };
  const model = residual();
  storeWeights(model, 'float16');
  expect(await fields(model, { precision: 'fp16' }, boasting)).toMatchObject({
    precision: 'fp32',
    storedPrecision: 'fp16',
  });
});
