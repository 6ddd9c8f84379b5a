/** The WebGPU provider on SwiftShader: right answers, a few hundred times slower than a GPU, which is why the models are tiny. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Backend, LoadOptions, Session, Tensors } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { ortWebGpu } from '../../../src/engine/backends/ort-webgpu.ts';
import { operatorProfile } from '../../../src/engine/proof/operator-profile.ts';
import { proveConfiguration } from '../../../src/engine/proof/prove-configuration.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { mnistDigits } from '../../../src/workloads/mnist-digits.ts';
import { oneNode, SmallGraph, temporaryFolder, writtenModel } from '../small-models.ts';
import { onSwiftShader, useSwiftShader, whyNoSwiftShader } from './swiftshader.ts';

const options: LoadOptions = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
};

function feedsOf(session: Session, ...values: number[]): Tensors {
  return { x: session.tensor('float32', [1, values.length], Float32Array.from(values)) };
}

/** `y = Add(x, constant)` on `[batch, 4]`. */
function addition(constant: number): string {
  const graph = new SmallGraph('addition');
  const x = graph.input('x', 'float32', ['batch', 4]);
  return writtenModel(
    graph.ending(graph.node('Add', [x, graph.scalar('c', constant)], { outputs: ['y'] }), ['batch', 4]),
  );
}

/** Conv → BatchNormalization → Relu, small enough for a driver in software. */
function smallBlock(): string {
  const graph = new SmallGraph('block');
  const x = graph.input('x', 'float32', ['batch', 4, 4, 4]);
  const convolution = graph.apply('Conv', [x, graph.weights('w', 4, 4, 1, 1)]);
  const normalized = graph.batchNormalization(convolution, 4);
  return writtenModel(graph.ending(graph.node('Relu', [normalized], { outputs: ['y'] }), ['batch', 4, 4, 4]));
}

describe.skipIf(whyNoSwiftShader !== null)(onSwiftShader('on SwiftShader'), () => {
  beforeAll(useSwiftShader);

  test('the probe names the driver, says that it is software, and has no fp16 that the device lacks', async () => {
    expect(await ortWebGpu.probe()).toMatchObject({
      available: true,
      device: expect.stringMatching(/^SwiftShader \(software, on .+\)$/),
      version: '1.30.0',
      precisions: { fp32: 'native', fp16: 'none' },
    });
  });

  test('digits are told apart as on the CPU provider to 1e-4', async () => {
    const digits = mnistDigits('held-out').slice(0, 2);
    const pixels = Float32Array.from(digits.flatMap((digit) => Array.from(digit.pixels, (pixel) => pixel / 255)));
    const answers: Float32Array[] = [];
    for (const backend of [ortWebGpu, ortCpu] satisfies Backend[]) {
      const session = await backend.load(packageFile('models', 'digits', 'digits.onnx'), options);
      const [input, output] = [session.inputs[0]?.name ?? '', session.outputs[0]?.name ?? ''];
      const feeds = { [input]: session.tensor('float32', [2, 1, 28, 28], pixels) };
      answers.push((await session.run(feeds, null))[output]?.data as Float32Array);
      await session.dispose();
    }
    const [candidate = new Float32Array(), reference = new Float32Array()] = answers;
    expect(reference).toHaveLength(20);
    // Logits in the order of 10: zeros would agree, too.
    expect(Math.max(...reference)).toBeGreaterThan(1);
    expect(candidate).toHaveLength(20);
    for (const [index, value] of reference.entries()) {
      expect(Math.abs((candidate[index] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-4);
    }
  });

  test('run returns fresh tensors without `into`, and `into` itself, filled, with it', async () => {
    const session = await ortWebGpu.load(writtenModel(oneNode()), options);
    expect(session.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['batch', 4] }]);
    const feeds = feedsOf(session, -1, 2, -3, 4);
    expect(Array.from((await session.run(feeds, null)).y?.data as Float32Array)).toEqual([0, 2, 0, 4]);
    const data = new Float32Array(4).fill(9);
    const into = { y: session.tensor('float32', [1, 4], data) };
    expect(await session.run(feeds, into)).toBe(into);
    expect(Array.from(data)).toEqual([0, 2, 0, 4]);
    expect(await session.bareCall(feeds, into)()).toMatchObject({ y: { dims: [1, 4] } });
    await session.dispose();
  });

  test('runs of two sessions that are asked for at once are done one after the other, in their order', async () => {
    const [one, other] = [await ortWebGpu.load(addition(1), options), await ortWebGpu.load(addition(100), options)];
    const ended: number[] = [];
    const answers = await Promise.all(
      Array.from({ length: 6 }, async (_, turn) => {
        const session = turn % 2 === 0 ? one : other;
        const { y } = await session.run(feedsOf(session, turn, 0, 0, 0), null);
        ended.push(turn);
        return y?.data[0];
      }),
    );
    expect(answers).toEqual([1, 101, 3, 103, 5, 105]);
    expect(ended).toEqual([0, 1, 2, 3, 4, 5]);
    await one.dispose();
    await other.dispose();
  });

  test('threads and their spinning are no matter of the device, which is named', async () => {
    const session = await ortWebGpu.load(writtenModel(oneNode()), { ...options, threads: 2, layout: 'plain' });
    const none = { value: null, evidence: 'session metadata' };
    expect(session.effective()).toMatchObject({
      backend: { value: 'ort-webgpu', evidence: 'unverified' },
      layout: { value: 'plain', evidence: 'unverified' },
      threads: none,
      spinning: none,
      device: { value: expect.stringContaining('SwiftShader'), evidence: 'libraries of the process' },
      deviceKind: { value: 'software', evidence: 'libraries of the process' },
    });
    await session.dispose();
  });

  test('the proof sees the provider, the fusion and the layout, and counts no threads of the driver', async () => {
    const {
      effective,
      operators,
      operatorProfile: times,
    } = await proveConfiguration({
      backend: ortWebGpu,
      modelPath: smallBlock(),
      options: { fusion: 'on', precision: 'fp32', threads: 2, spinning: 'off' },
      workFolder: temporaryFolder(),
      feeds: { x: { type: 'float32', dims: [1, 4, 4, 4], data: new Float32Array(64).fill(1) } },
    });
    expect(effective).toMatchObject({
      backend: { value: 'ort-webgpu', evidence: 'profile' },
      precision: { value: 'fp32', evidence: 'dump' },
      fusion: { value: 'on', evidence: 'dump' },
      layout: { value: 'engine', evidence: 'dump' },
      memoryLayout: { value: 'nhwc', evidence: 'dump' },
      threads: { value: null, evidence: 'session metadata' },
    });
    expect(Object.keys(operators).join()).toContain('Conv');
    expect(times).toMatchObject({ runs: 4, isPartial: false });
  });

  test('the operator profile has the times of the device, not of handing it the work', async () => {
    const profilePrefix = join(temporaryFolder(), 'operators');
    const session = await ortWebGpu.load(writtenModel(oneNode(4096)), { ...options, profilePrefix });
    const feeds = { x: session.tensor('float32', [1, 4096], new Float32Array(4096)) };
    for (let run = 0; run < 2; run++) await session.run(feeds, null);
    const path = (await session.profile()) ?? '';
    const { events } = {
      events: JSON.parse(readFileSync(path, 'utf8')) as { cat: string; name: string; dur: number }[],
    };
    const programs = events.filter(({ cat, name }) => cat === 'Api' && name.includes('&Relu&'));
    expect(programs).toHaveLength(2);
    // Of two runs the first is cold and left out.
    const [node] = operatorProfile(path)?.nodes ?? [];
    expect(node).toMatchObject({ operator: 'Relu', provider: 'WebGpuExecutionProvider', calls: 1 });
    expect(node?.seconds).toBe((programs[1]?.dur ?? Number.NaN) / 1e6);
    await session.dispose();
  });

  test('a model of which the device lacks an operator is refused by name, and runs where that is allowed', async () => {
    const graph = new SmallGraph('lacking');
    const x = graph.input('x', 'float32', [2, 2]);
    const path = writtenModel(graph.ending(graph.node('Det', [x], { outputs: ['y'] }), []));
    await expect(ortWebGpu.load(path, options)).rejects.toMatchObject({
      code: 'DEVICE_LACKS_OPERATORS',
      message: expect.stringContaining('Det'),
    });
    // The graph as the file has it is looked at and not run: optimisation may remove what the device lacks.
    await (await ortWebGpu.load(path, { ...options, optimization: 'none' })).dispose();
    const session = await ortWebGpu.load(path, { ...options, providerOptions: { allow_cpu_fallback: true } });
    const { y } = await session.run({ x: session.tensor('float32', [2, 2], Float32Array.of(1, 2, 3, 4)) }, null);
    expect(y?.data[0]).toBeCloseTo(-2, 5);
    // The processor computes here, too.
    expect(session.effective().threads).toEqual({ value: 1, evidence: 'unverified' });
    await session.dispose();
  });

  test('options of the provider are handed on, and those that do not get there are refused', async () => {
    const path = writtenModel(oneNode());
    const taken = await ortWebGpu.load(path, {
      ...options,
      providerOptions: { storageBufferCacheMode: 'simple', enableRobustness: true },
    });
    expect(taken.effective()).toMatchObject({
      storageBufferCacheMode: { value: 'simple', evidence: 'unverified' },
      enableRobustness: { value: true, evidence: 'unverified' },
    });
    expect((await taken.run(feedsOf(taken, -1, 1, 0, 0), null)).y?.data).toEqual(Float32Array.of(0, 1, 0, 0));
    await taken.dispose();
    const refused = [
      [{ powerPreference: 'low-power' }, 'PROVIDER_OPTION_UNAVAILABLE', 'does not hand it on'],
      [{ preferredLayout: 'NCHW' }, 'PROVIDER_OPTION_UNAVAILABLE', '--layout'],
      [{ validationmode: 'full' }, 'PROVIDER_OPTION_UNKNOWN', 'Did you mean "validationMode"'],
      [{ validationMode: 'some' }, 'PROVIDER_OPTION_INVALID', 'disabled, wgpuOnly, basic, full, got "some"'],
    ] as const;
    for (const [providerOptions, code, part] of refused) {
      await expect(ortWebGpu.load(path, { ...options, providerOptions })).rejects.toMatchObject({
        code,
        exitCode: 3,
        message: expect.stringContaining(part),
      });
    }
  });

  test('precisions that it does not have are refused, and half floats where the device has none', async () => {
    await expect(ortWebGpu.load(writtenModel(oneNode()), { ...options, precision: 'int8' })).rejects.toMatchObject({
      code: 'PRECISION_UNAVAILABLE',
      message: expect.stringContaining('fp32, fp16'),
    });
    const graph = new SmallGraph('half');
    const x = graph.input('x', 'float32', [1, 4]);
    const half = graph.apply('Cast', [x], { to: 10 });
    const path = writtenModel(
      graph.ending(
        graph.node('Cast', [graph.apply('Relu', [half])], { outputs: ['y'], attributes: { to: 1 } }),
        [1, 4],
      ),
    );
    const session = await ortWebGpu.load(path, { ...options, precision: 'fp16' });
    await expect(session.run(feedsOf(session, 1, 2, 3, 4), null)).rejects.toMatchObject({
      code: 'RUN_FAILED',
      message: expect.stringContaining('requires f16'),
    });
    await session.dispose();
  });
});

test('a thread beside the main one is refused', async () => {
  // Compiled code is what a worker thread can load; the same module refuses in any thread but the main one.
  const script = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData).then(async ({ ortWebGpu }) => {
      const probe = await ortWebGpu.probe();
      const load = await ortWebGpu.load('model.onnx', {}).catch(({ code, message }) => ({ code, message }));
      parentPort.postMessage({ probe, load });
    });`;
  const workerData = packageFile('dist', 'engine', 'backends', 'ort-webgpu.js');
  const worker = new Worker(script, { eval: true, workerData });
  const answer = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  expect(answer).toEqual({
    probe: {
      available: false,
      reason: expect.stringContaining('not the main thread'),
      remedy: expect.stringContaining('main thread'),
    },
    load: { code: 'WEBGPU_ONE_THREAD', message: expect.stringContaining('not thread-safe') },
  });
});
