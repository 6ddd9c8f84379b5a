import { afterAll, expect, test } from 'vitest';
import type { Backend, LoadOptions, Session, Tensors } from '../../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../../src/engine/backends/ort-cpu.ts';
import { graphMessage } from '../../../../src/engine/backends/python/graph-message.ts';
import {
  closeSpareWorkers,
  type StartedWorker,
  workerFor,
} from '../../../../src/engine/backends/python/python-library.ts';
import { pythonOnnxRuntimes } from '../../../../src/engine/backends/python/python-onnxruntime.ts';
import { PythonSession } from '../../../../src/engine/backends/python/python-session.ts';
import { pytorchBackends } from '../../../../src/engine/backends/python/pytorch.ts';
import { Float } from '../../../../src/graph/builder.ts';
import type { OnnxModel } from '../../../../src/graph/onnx-message.ts';
import { packageFile } from '../../../../src/kernel/package-root.ts';
import { generator, uniform } from '../../../../src/stats/random.ts';
import { SmallGraph, writtenModel } from '../../small-models.ts';

const options: LoadOptions = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
};

afterAll(async () => {
  await closeSpareWorkers();
  const shared = await sharedWorker;
  await shared?.worker.close();
});

function named(backends: readonly Backend[], name: string): Backend {
  const backend = backends.find((one) => one.name === name);
  if (backend === undefined) throw new Error(`There is no ${name}.`);
  return backend;
}

const runtime = named(pythonOnnxRuntimes, 'python-onnxruntime');
const eager = named(pytorchBackends, 'pytorch-eager');
const channelsLast = named(pytorchBackends, 'pytorch-channels-last');

/** Why the tests of a backend are skipped here; empty: they are not. */
async function lacking(backend: Backend): Promise<string> {
  const probe = await backend.probe();
  return probe.available ? '' : ` (skipped: ${probe.reason})`;
}

const withoutRuntime = await lacking(runtime);
const withoutTorch = await lacking(eager);
const openVino = named(pythonOnnxRuntimes, 'python-onnxruntime-openvino');
const withoutOpenVino = await lacking(openVino);

/** Numbers between −1 and 1, the same at every call. */
function noise(dims: readonly number[]): Float32Array {
  const random = generator(3);
  return Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => 2 * uniform(random) - 1);
}

type Answer = (path: string, dims: readonly number[]) => Promise<ReturnType<typeof copied>>;

async function answerOf(session: Session, dims: readonly number[]) {
  const [input] = session.inputs;
  const feeds = { [input?.name ?? '']: session.tensor('float32', dims, noise(dims)) };
  return copied(await session.run(feeds, null));
}

function answersOf(backend: Backend): Answer {
  return async (path, dims) => {
    const session = await backend.load(path, options);
    try {
      return await answerOf(session, dims);
    } finally {
      await session.dispose();
    }
  };
}

let sharedWorker: Promise<StartedWorker> | null = null;

/** Of PyTorch in one worker for all models: importing it takes longer than all of these tests. */
function torchAnswers(mode: 'eager' | 'channels-last', precision = 'fp32'): Answer {
  return async (path, dims) => {
    sharedWorker ??= workerFor('torch', { spinning: 'off', precision: 'fp32' });
    const { worker } = await sharedWorker;
    const { graph, parts, inputs, outputs } = graphMessage(path);
    const settings = { library: 'torch', mode, device: 'cpu', precision, threads: 1, graph };
    await worker.request({ type: 'load', ...settings }, parts, 60);
    const model = { inputs, outputs, effective: {}, profiles: 'no such thing', startSeconds: 0 } as const;
    return answerOf(new PythonSession(worker, model), dims);
  };
}

function copied(outputs: Tensors): Record<string, { dims: readonly number[]; values: number[] }> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { dims, data }]) => [
      name,
      { dims: [...dims], values: Array.from(data, Number) },
    ]),
  );
}

/** Both answer the same outputs in the same shapes, within `tolerance` of the largest value. */
async function expectSame(answers: Answer, path: string, dims: readonly number[], tolerance = 1e-5): Promise<void> {
  const [expected, came] = [await answersOf(ortCpu)(path, dims), await answers(path, dims)];
  expect(Object.keys(came)).toEqual(Object.keys(expected));
  for (const [name, { dims: shape, values }] of Object.entries(expected)) {
    expect(came[name]?.dims, name).toEqual(shape);
    const largest = Math.max(1, ...values.map(Math.abs));
    const worst = Math.max(
      ...values.map((value, index) => Math.abs(value - (came[name]?.values[index] ?? Number.NaN))),
    );
    expect(worst / largest, name).toBeLessThan(tolerance);
  }
}

function residual(): OnnxModel {
  const graph = new SmallGraph('residual');
  const x = graph.input('x', 'float32', ['batch', 3, 16, 16]);
  const stem = graph.batchNormalization(
    graph.apply('Conv', [x, graph.weights('w0', 8, 3, 7, 7)], { strides: [2, 2], pads: [3, 3, 3, 3] }),
    8,
  );
  const pooled = graph.apply('MaxPool', [graph.apply('Relu', [stem])], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  });
  const branch = graph.apply('Relu', [
    graph.apply('Conv', [pooled, graph.weights('w1', 8, 8, 3, 3), graph.weights('b1', 8)], { pads: [1, 1, 1, 1] }),
  ]);
  const sum = graph.apply('Relu', [
    graph.apply('Add', [graph.apply('Conv', [branch, graph.weights('w2', 8, 8, 1, 1)]), pooled]),
  ]);
  const features = graph.apply('Flatten', [graph.apply('GlobalAveragePool', [sum])], { axis: 1 });
  const y = graph.apply('Gemm', [features, graph.weights('w3', 5, 8), graph.weights('b3', 5)], { transB: 1 });
  return graph.ending(y, ['batch', 5]);
}

function mobile(): OnnxModel {
  const graph = new SmallGraph('mobile');
  const x = graph.input('x', 'float32', ['batch', 4, 9, 9]);
  // Pads of 0 and 1 at the two ends, as TensorFlow's SAME has them.
  const depthwise = graph.apply('Conv', [x, graph.weights('w0', 4, 1, 3, 3)], {
    group: 4,
    strides: [2, 2],
    pads: [0, 0, 1, 1],
  });
  const clipped = graph.apply('Clip', [depthwise, graph.scalar('low', 0), graph.scalar('high', 6)]);
  const pooled = graph.apply('AveragePool', [clipped], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
  const gate = graph.apply('HardSigmoid', [graph.apply('GlobalAveragePool', [pooled])], { alpha: new Float(0.25) });
  const gated = graph.apply('Mul', [pooled, gate]);
  const larger = graph.apply('ConvTranspose', [gated, graph.weights('w1', 4, 2, 2, 2), graph.weights('b1', 2)], {
    strides: [2, 2],
  });
  const factors = graph.constant('factors', 'float32', [4], Float32Array.of(1, 1, 2, 2));
  const resized = graph.apply('Resize', [larger, '', factors], {
    mode: 'nearest',
    nearest_mode: 'floor',
    coordinate_transformation_mode: 'asymmetric',
  });
  const y = graph.apply('Sigmoid', [
    graph.apply('Concat', [resized, graph.apply('Exp', [graph.apply('Neg', [resized])])], { axis: 1 }),
  ]);
  return graph.ending(y, ['batch', 4, null, null]);
}

function attention(): OnnxModel {
  const graph = new SmallGraph('attention');
  const x = graph.input('x', 'float32', ['batch', 6, 8]);
  const product = graph.apply('MatMul', [x, graph.weights('w', 8, 8)]);
  const heads = (name: string, order: readonly number[]) =>
    graph.apply('Transpose', [graph.apply('Reshape', [product, graph.integers(name, [0, 0, 2, 4])])], { perm: order });
  const scores = graph.apply('Div', [
    graph.apply('MatMul', [heads('s0', [0, 2, 1, 3]), heads('s1', [0, 2, 3, 1])]),
    graph.scalar('root', 2),
  ]);
  const mixed = graph.apply('MatMul', [graph.apply('Softmax', [scores], { axis: -1 }), heads('s2', [0, 2, 1, 3])]);
  const joined = graph.apply('Reshape', [
    graph.apply('Transpose', [mixed], { perm: [0, 2, 1, 3] }),
    graph.integers('s3', [0, -1, 8]),
  ]);
  const centred = graph.apply('Sub', [joined, graph.apply('ReduceMean', [joined], { axes: [-1], keepdims: 1 })]);
  const variance = graph.apply('ReduceMean', [graph.apply('Pow', [centred, graph.scalar('two', 2)])], {
    axes: [-1],
    keepdims: 1,
  });
  const normal = graph.apply('Div', [
    centred,
    graph.apply('Sqrt', [graph.apply('Add', [variance, graph.scalar('epsilon', 1e-5)])]),
  ]);
  const gelu = graph.apply('Mul', [normal, graph.apply('Add', [graph.apply('Erf', [normal]), graph.scalar('one', 1)])]);
  const scaled = graph.apply('LayerNormalization', [gelu, graph.weights('scale', 8), graph.weights('bias', 8)], {
    axis: -1,
  });
  const first = graph.apply('Gather', [scaled, graph.constant('zero', 'int64', [], BigInt64Array.of(0n))], { axis: 1 });
  return graph.ending(graph.apply('Tanh', [first]), ['batch', 8]);
}

function shapes(): OnnxModel {
  const graph = new SmallGraph('shapes');
  const x = graph.input('x', 'float32', ['batch', 4, 6]);
  const batch = graph.apply('Slice', [
    graph.apply('Shape', [x]),
    graph.integers('from', [0]),
    graph.integers('to', [1]),
  ]);
  const flat = graph.apply('Reshape', [x, graph.apply('Concat', [batch, graph.integers('rest', [-1])], { axis: 0 })]);
  const [left, right] = ['left', 'right'];
  graph.node('Split', [flat], { outputs: [left, right], attributes: { axis: 1 } });
  const column = graph.apply('Unsqueeze', [left, graph.integers('axis', [1])]);
  const back = graph.apply('Squeeze', [graph.apply('Identity', [column]), graph.integers('same', [1])]);
  const halved = graph.apply('Cast', [graph.apply('Cast', [back], { to: 11 })], { to: 1 });
  return graph.ending(graph.apply('Sub', [halved, graph.apply('LeakyRelu', [right])]), ['batch', 12]);
}

const models: readonly (readonly [string, () => OnnxModel, readonly number[]])[] = [
  ['a residual network', residual, [2, 3, 16, 16]],
  ['a mobile network', mobile, [2, 4, 9, 9]],
  ['attention', attention, [2, 6, 8]],
  ['shapes that follow from the input', shapes, [3, 4, 6]],
];

test.skipIf(withoutTorch !== '').each(models)(
  `PyTorch answers what ONNX Runtime does: %s${withoutTorch}`,
  async (_, build, dims) => {
    await expectSame(torchAnswers('eager'), writtenModel(build()), dims);
  },
);

test.skipIf(withoutTorch !== '')(`so does it in channels last${withoutTorch}`, async () => {
  await expectSame(torchAnswers('channels-last'), writtenModel(residual()), [2, 3, 16, 16]);
});

test.skipIf(withoutTorch !== '')(`so does it with the digits${withoutTorch}`, async () => {
  await expectSame(answersOf(eager), packageFile('models', 'digits', 'digits.onnx'), [8, 1, 28, 28], 1e-4);
});

test.skipIf(withoutTorch !== '')(
  `bf16 is weights and activations in 16 bits, and answers in 32${withoutTorch}`,
  async () => {
    // 8 bits of fraction with the hidden one, rounded: 2⁻⁹ of a value for each of a few layers.
    await expectSame(torchAnswers('eager', 'bf16'), writtenModel(residual()), [2, 3, 16, 16], 2 ** -6);
    await expect(
      expectSame(torchAnswers('eager', 'bf16'), writtenModel(residual()), [2, 3, 16, 16], 1e-5),
    ).rejects.toThrow();
  },
);

test.skipIf(withoutTorch !== '')(
  `an operator that PyTorch has no part for is refused by name${withoutTorch}`,
  async () => {
    const graph = new SmallGraph('celu');
    const x = graph.input('x', 'float32', ['batch', 4]);
    const path = writtenModel(graph.ending(graph.apply('Celu', [x]), ['batch', 4]));
    await expect(torchAnswers('eager')(path, [1, 4])).rejects.toMatchObject({
      code: 'OPERATOR_UNSUPPORTED',
      message: expect.stringContaining('has no Celu'),
    });
  },
);

test.skipIf(withoutTorch !== '')(
  `what a mode of PyTorch cannot do is refused, not passed over${withoutTorch}`,
  async () => {
    const path = packageFile('models', 'digits', 'digits.onnx');
    const compile = named(pytorchBackends, 'pytorch-compile');
    await expect(compile.load(path, { ...options, fusion: 'off' })).rejects.toMatchObject({ code: 'AXIS_UNSUPPORTED' });
    await expect(channelsLast.load(path, { ...options, layout: 'plain' })).rejects.toThrow(
      'expected layout engine, got plain',
    );
    await expect(eager.load(path, { ...options, precision: 'int8' })).rejects.toMatchObject({
      code: 'PRECISION_UNAVAILABLE',
    });
  },
);

test.skipIf(withoutRuntime !== '')(
  `Python's ONNX Runtime answers what ours does, and counts its threads${withoutRuntime}`,
  async () => {
    const path = packageFile('models', 'digits', 'digits.onnx');
    await expectSame(answersOf(runtime), path, [8, 1, 28, 28]);
    const session = await runtime.load(path, { ...options, threads: 2 });
    expect(session.inputs).toEqual([{ name: 'image', type: 'float32', shape: ['batch', 1, 28, 28] }]);
    expect(session.effective().threads).toEqual({ value: 2, evidence: 'threads of the process' });
    await session.dispose();
  },
);

test.skipIf(withoutOpenVino !== '')(
  `OpenVINO answers what the processor's provider does, all of it in its own part of the graph${withoutOpenVino}`,
  async () => {
    await expectSame(answersOf(openVino), packageFile('models', 'digits', 'digits.onnx'), [8, 1, 28, 28]);
    await expectSame(answersOf(openVino), writtenModel(residual()), [2, 3, 16, 16]);
  },
);

test.skipIf(withoutOpenVino !== '')(
  `an operator that OpenVINO lacks is named, and does not run elsewhere${withoutOpenVino}`,
  async () => {
    const graph = new SmallGraph('unique');
    const x = graph.input('x', 'float32', [4]);
    const path = writtenModel(
      graph.ending(graph.apply('Det', [graph.apply('Reshape', [x, graph.integers('to', [2, 2])])]), []),
    );
    await expect(openVino.load(path, options)).rejects.toMatchObject({
      code: 'DEVICE_LACKS_OPERATORS',
      message: expect.stringContaining('lacks operators of this model: '),
    });
  },
);

test.skipIf(withoutRuntime !== '')(`a file that is no model is an error of the file${withoutRuntime}`, async () => {
  await expect(runtime.load(packageFile('package.json'), options)).rejects.toMatchObject({
    code: 'MODEL_INVALID',
    exitCode: 3,
  });
  await expect(runtime.load('/no/such.onnx', options)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
});

test('without a Python that can be started, the probe says what to do', async () => {
  await closeSpareWorkers();
  const before = process.env.DYNO_PYTHON;
  process.env.DYNO_PYTHON = '/no/such/python3';
  try {
    for (const backend of [runtime, eager]) {
      expect(await backend.probe()).toMatchObject({
        available: false,
        reason: expect.stringContaining('/no/such/python3'),
        remedy: expect.stringContaining('DYNO_PYTHON='),
      });
    }
  } finally {
    if (before === undefined) delete process.env.DYNO_PYTHON;
    else process.env.DYNO_PYTHON = before;
    await closeSpareWorkers();
  }
});
