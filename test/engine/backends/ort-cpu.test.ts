import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { LoadOptions } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { sessionOptions } from '../../../src/engine/backends/ort-session.ts';
import { providerCalls } from '../../../src/engine/proof/operator-profile.ts';
import { builtScript } from '../../../src/kernel/package-root.ts';
import { convolutionBlock, oneNode, SmallGraph, temporaryFolder, writtenModel } from '../small-models.ts';

const options: LoadOptions = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
};

test('the probe runs a model and tells version and precisions', async () => {
  expect(await ortCpu.probe()).toMatchObject({
    available: true,
    version: '1.30.0',
    precisions: { fp32: 'native', fp16: 'emulated', bf16: 'storage' },
  });
});

test('the library keeps to itself: a process that used it has left no file in the home folder or the temporary one', async () => {
  const home = temporaryFolder();
  const script = `
    const { ortCpu } = await import(${JSON.stringify(pathToFileURL(builtScript('engine/backends/ort-cpu.js')).href)});
    process.stdout.write(String((await ortCpu.probe()).available));`;
  const { ORT_DISABLE_TELEMETRY: _, ...environment } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...environment, HOME: home, XDG_CACHE_HOME: join(home, '.cache'), TMPDIR: home },
  });
  expect(stdout).toBe('true');
  expect(readdirSync(home, { recursive: true })).toEqual([]);
}, 30_000);

test('a session tells its inputs and outputs with the names of dynamic dimensions', async () => {
  const session = await ortCpu.load(writtenModel(convolutionBlock()), options);
  expect(session.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['batch', 16, 8, 8] }]);
  expect(session.outputs).toEqual([{ name: 'y', type: 'float32', shape: ['batch', 16, 8, 8] }]);
  await session.dispose();
});

test('run returns fresh tensors without `into`, and `into` itself with it', async () => {
  const session = await ortCpu.load(writtenModel(oneNode()), options);
  const feeds = { x: session.tensor('float32', [1, 4], Float32Array.of(-1, 2, -3, 4)) };
  const fresh = await session.run(feeds, null);
  expect(Array.from(fresh.y?.data as Float32Array)).toEqual([0, 2, 0, 4]);
  const data = new Float32Array(4);
  const into = { y: session.tensor('float32', [1, 4], data) };
  expect(await session.run(feeds, into)).toBe(into);
  expect(Array.from(data)).toEqual([0, 2, 0, 4]);
  await session.dispose();
});

test('the bare call computes the same', async () => {
  const session = await ortCpu.load(writtenModel(oneNode()), options);
  const feeds = { x: session.tensor('float32', [1, 4], Float32Array.of(-1, 2, -3, 4)) };
  const data = new Float32Array(4);
  await session.bareCall(feeds, { y: session.tensor('float32', [1, 4], data) })();
  expect(Array.from(data)).toEqual([0, 2, 0, 4]);
  expect(await session.bareCall(feeds, null)()).toMatchObject({ y: { dims: [1, 4] } });
  await session.dispose();
});

test('a tensor whose data do not fit its shape is refused', async () => {
  const session = await ortCpu.load(writtenModel(oneNode()), options);
  expect(() => session.tensor('float32', [2, 4], new Float32Array(4))).toThrow(/8|size/);
  await session.dispose();
});

test('every precision of the probe is loaded, and another is refused with those that there are', async () => {
  const probe = await ortCpu.probe();
  const precisions = probe.available ? Object.keys(probe.precisions) : [];
  expect(precisions).toEqual(['fp32', 'fp16', 'bf16', 'int8', 'int8_dynamic']);
  for (const precision of precisions) {
    const session = await ortCpu.load(writtenModel(oneNode()), { ...options, precision });
    expect(session.effective().precision).toEqual({ value: precision, evidence: 'unverified' });
    await session.dispose();
  }
  await expect(ortCpu.load(writtenModel(oneNode()), { ...options, precision: 'fp8' })).rejects.toMatchObject({
    code: 'PRECISION_UNAVAILABLE',
    message: expect.stringMatching(/fp8: expected one .*\(fp32, fp16, bf16, int8, int8_dynamic\)/),
  });
});

test('a session states the layout in the words of the axis: without fusion there is none of the engine', async () => {
  const layoutOf = async (change: Partial<LoadOptions>) => {
    const session = await ortCpu.load(writtenModel(oneNode()), { ...options, ...change });
    await session.dispose();
    return session.effective().layout?.value;
  };
  expect(await layoutOf({})).toBe('engine');
  expect(await layoutOf({ layout: 'plain' })).toBe('plain');
  expect(await layoutOf({ fusion: 'off' })).toBe('plain');
});

test('a missing file, a file that is no model and an unknown operator are told apart', async () => {
  await expect(ortCpu.load('/no/such/model.onnx', options)).rejects.toMatchObject({
    code: 'MODEL_NOT_FOUND',
    exitCode: 3,
  });
  const text = join(temporaryFolder(), 'model.onnx');
  writeFileSync(text, 'not a model');
  await expect(ortCpu.load(text, options)).rejects.toMatchObject({ code: 'MODEL_INVALID', exitCode: 3 });
  const graph = new SmallGraph('unknown');
  const model = graph.ending(graph.apply('NoSuchOperator', [graph.input('x', 'float32', [1])]), [1]);
  await expect(ortCpu.load(writtenModel(model), options)).rejects.toMatchObject({
    code: 'MODEL_INVALID',
    message: expect.stringContaining('NoSuchOperator'),
  });
});

test('a run that cannot be done says why', async () => {
  const session = await ortCpu.load(writtenModel(oneNode()), options);
  const feeds = { x: session.tensor('float32', [1, 5], new Float32Array(5)) };
  await expect(session.run(feeds, null)).rejects.toMatchObject({
    code: 'RUN_FAILED',
    message: expect.stringMatching(/[Ii]nvalid dimensions/),
  });
  await session.dispose();
});

test('every option that changes how a model runs is set explicitly', () => {
  expect(sessionOptions({ ...options, threads: 3, spinning: 'on' })).toMatchObject({
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: 3,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '1' } } },
  });
  expect(sessionOptions({ ...options, optimization: 'none' })).toMatchObject({
    graphOptimizationLevel: 'disabled',
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
});

test('a plain layout disables what changes the layout and no fusion, and no fusion disables both', () => {
  const disabled = (change: Partial<LoadOptions>) =>
    (sessionOptions({ ...options, ...change }).extra?.optimization as Record<string, string> | undefined)
      ?.disable_specified_optimizers;
  expect(disabled({ layout: 'engine' })).toBeUndefined();
  expect(disabled({ layout: 'plain' })).toBe('NchwcTransformer;NhwcTransformer');
  expect(disabled({ fusion: 'off' })?.split(';')).toEqual(
    expect.arrayContaining(['ConvBNFusion', 'GeluFusionL2', 'NchwcTransformer', 'NhwcTransformer']),
  );
  expect(disabled({ fusion: 'off', layout: 'plain' })).toBe(disabled({ fusion: 'off' }));
});

test('a profiled session hands over its operator profile', async () => {
  const session = await ortCpu.load(writtenModel(oneNode()), {
    ...options,
    profilePrefix: join(temporaryFolder(), 'operators'),
  });
  const feeds = { x: session.tensor('float32', [1, 4], new Float32Array(4)) };
  for (let run = 0; run < 3; run++) await session.run(feeds, null);
  expect(providerCalls((await session.profile()) ?? '')).toEqual({ CPUExecutionProvider: 3 }); // one node, three runs
  await session.dispose();
});

test('a session without a profile refuses to hand one over', async () => {
  const session = await ortCpu.load(writtenModel(oneNode()), options);
  await expect(session.profile()).rejects.toMatchObject({ code: 'NOT_PROFILED' });
  await session.dispose();
});
