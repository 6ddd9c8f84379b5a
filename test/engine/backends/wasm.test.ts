import fs, { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import type { LoadOptions, Session } from '../../../src/engine/backends/backend.ts';
import { ortCpu } from '../../../src/engine/backends/ort-cpu.ts';
import { wasm } from '../../../src/engine/backends/wasm.ts';
import { wasmLibrary, whatIsPrinted } from '../../../src/engine/backends/wasm-library.ts';
import { operatorProfile } from '../../../src/engine/proof/operator-profile.ts';
import { proveConfiguration } from '../../../src/engine/proof/prove-configuration.ts';
import { writeModelWithExternalData } from '../../../src/graph/move-external.ts';
import { threadIds } from '../../../src/kernel/thread-ids.ts';
import { convolutionBlock, oneNode, SmallGraph, temporaryFolder, writtenModel } from '../small-models.ts';

const options: LoadOptions = {
  fusion: 'on',
  precision: 'fp32',
  threads: 1,
  spinning: 'off',
  dumpPath: null,
  profilePrefix: null,
};

function feedsOf(session: Session, ...values: number[]) {
  return { x: session.tensor('float32', [1, values.length], Float32Array.from(values)) };
}

test('the probe runs a model and tells version and precisions', async () => {
  expect(await wasm.probe()).toMatchObject({
    available: true,
    version: '1.30.0',
    precisions: { fp32: 'native', fp16: 'emulated', bf16: 'storage', int8: 'native' },
  });
});

test('everything that is loaded is a file of the package', () => {
  const { mjs, wasm: binary } = wasmLibrary(1).env.wasm.wasmPaths as { mjs: URL; wasm: URL };
  for (const url of [mjs, binary]) expect(existsSync(fileURLToPath(url))).toBe(true);
});

test('a session tells its inputs and outputs with the names of dynamic dimensions, and those without a name as null', async () => {
  const session = await wasm.load(writtenModel(convolutionBlock()), options);
  expect(session.inputs).toEqual([{ name: 'x', type: 'float32', shape: ['batch', 16, 8, 8] }]);
  expect(session.outputs).toEqual([{ name: 'y', type: 'float32', shape: ['batch', 16, 8, 8] }]);
  await session.dispose();
  const graph = new SmallGraph('unnamed');
  const x = graph.input('x', 'float32', [null, 4]);
  const unnamed = await wasm.load(
    writtenModel(graph.ending(graph.node('Relu', [x], { outputs: ['y'] }), [null, 4])),
    options,
  );
  expect([unnamed.inputs[0]?.shape, unnamed.outputs[0]?.shape]).toEqual([
    [null, 4],
    [null, 4],
  ]);
  await unnamed.dispose();
});

test('run returns fresh tensors without `into`, and `into` itself, filled, with it', async () => {
  const session = await wasm.load(writtenModel(oneNode()), options);
  const feeds = feedsOf(session, -1, 2, -3, 4);
  const fresh = await session.run(feeds, null);
  expect(Array.from(fresh.y?.data as Float32Array)).toEqual([0, 2, 0, 4]);
  const data = new Float32Array(4).fill(9);
  const into = { y: session.tensor('float32', [1, 4], data) };
  expect(await session.run(feeds, into)).toBe(into);
  expect(Array.from(data)).toEqual([0, 2, 0, 4]);
  expect(await session.bareCall(feeds, into)()).toMatchObject({ y: { dims: [1, 4] } });
  await session.dispose();
});

test('an output of another shape than the tensor that it is to be written into is refused', async () => {
  const session = await wasm.load(writtenModel(oneNode()), options);
  const into = { y: session.tensor('float32', [4, 1], new Float32Array(4)) };
  await expect(session.run(feedsOf(session, 1, 2, 3, 4), into)).rejects.toMatchObject({
    code: 'RUN_FAILED',
    message: expect.stringContaining('"y": expected float32 [4, 1]'),
  });
  await session.dispose();
});

test('run computes in the JavaScript thread: by the next turn of the event loop it is done', async () => {
  const graph = new SmallGraph('long');
  let value = graph.input('x', 'float32', [128, 128]);
  const weight = graph.constant('w', 'float32', [128, 128], new Float32Array(128 * 128).fill(1 / 128));
  for (let layer = 0; layer < 20; layer++) value = graph.apply('MatMul', [value, weight]);
  const model = graph.ending(graph.node('Relu', [value], { outputs: ['y'] }), [128, 128]);
  const session = await wasm.load(writtenModel(model), options);
  const feeds = { x: session.tensor('float32', [128, 128], new Float32Array(128 * 128).fill(1)) };
  let isDone = false;
  const run = session.run(feeds, null).then(() => {
    isDone = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isDone).toBe(true);
  await run;
  await session.dispose();
});

test('every precision of the probe is loaded, and another is refused with those that there are', async () => {
  const probe = await wasm.probe();
  for (const precision of probe.available ? Object.keys(probe.precisions) : []) {
    const session = await wasm.load(writtenModel(oneNode()), { ...options, precision });
    expect(session.effective().precision).toEqual({ value: precision, evidence: 'unverified' });
    await session.dispose();
  }
  await expect(wasm.load(writtenModel(oneNode()), { ...options, precision: 'fp8' })).rejects.toMatchObject({
    code: 'PRECISION_UNAVAILABLE',
    message: expect.stringMatching(/fp8: expected one that the backend wasm has/),
  });
});

test('sessions of different numbers of threads stand side by side, each with a pool of its own size', async () => {
  const path = writtenModel(convolutionBlock());
  const data = Float32Array.from({ length: 2 * 16 * 64 }, (_, index) => Math.sin(index));
  const before = threadIds();
  const answers: number[][] = [];
  for (const threads of [1, 3]) {
    const session = await wasm.load(path, { ...options, threads });
    const { y } = await session.run({ x: session.tensor('float32', [2, 16, 8, 8], data) }, null);
    answers.push(Array.from(y?.data as Float32Array));
    expect(session.effective().threads?.value).toBe(threads);
    await session.dispose();
  }
  const after = threadIds();
  // The calling thread is one of each pool. Other libraries of this process may have started threads meanwhile.
  if (before !== null && after !== null) expect(after.size - before.size).toBeGreaterThanOrEqual(2);
  for (const [index, value] of (answers[0] ?? []).entries()) expect(answers[1]?.[index]).toBeCloseTo(value, 3);
});

test('threads that Node.js does not have are refused, and never fewer taken', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.stubGlobal('SharedArrayBuffer', undefined);
  try {
    await expect(wasm.load(writtenModel(oneNode()), { ...options, threads: 5 })).rejects.toMatchObject({
      code: 'THREADS_UNAVAILABLE',
      message: expect.stringContaining('expected 5 threads, got 1'),
    });
  } finally {
    vi.unstubAllGlobals();
    warn.mockRestore();
  }
});

test('the proof counts the threads, sees them spin though that was not asked for, and has the times of the operators', async () => {
  const {
    effective,
    operators,
    operatorProfile: times,
  } = await proveConfiguration({
    backend: wasm,
    modelPath: writtenModel(convolutionBlock()),
    options: { fusion: 'on', precision: 'fp32', threads: 2, spinning: 'off' },
    workFolder: temporaryFolder(),
    feeds: { x: { type: 'float32', dims: [1, 16, 8, 8], data: new Float32Array(1024).fill(1) } },
  });
  expect(effective.backend).toEqual({ value: 'wasm', evidence: 'profile' });
  if (threadIds() !== null) {
    expect(effective.threads).toEqual({ value: 2, evidence: 'threads of the process' });
    expect(effective.spinning).toEqual({ value: 'on', evidence: 'threads of the process' });
  }
  // No file system, no dump: what the graph was made of is not known but by what ran.
  expect(operators).toEqual({});
  expect(effective.fusion).toEqual({ value: 'on', evidence: 'unverified' });
  expect(times).toMatchObject({ runs: 4, isPartial: false });
});

test('fusion is what the axis says: with it one operator runs where without it three do', async () => {
  const operatorsOf = async (fusion: 'on' | 'off') => {
    const profilePrefix = join(temporaryFolder(), 'operators');
    const session = await wasm.load(writtenModel(convolutionBlock()), { ...options, fusion, profilePrefix });
    await session.run({ x: session.tensor('float32', [1, 16, 8, 8], new Float32Array(1024)) }, null);
    const profile = operatorProfile((await session.profile()) ?? '');
    await session.dispose();
    return profile?.nodes.map(({ operator }) => operator);
  };
  expect(await operatorsOf('on')).toEqual(['FusedConv']);
  expect(await operatorsOf('off')).toEqual(['Conv', 'BatchNormalization', 'Relu']);
});

test('a profile is handed over once, and a session without one refuses', async () => {
  const session = await wasm.load(writtenModel(oneNode()), options);
  await expect(session.profile()).rejects.toMatchObject({ code: 'NOT_PROFILED' });
  await session.dispose();
  const profiled = await wasm.load(writtenModel(oneNode()), {
    ...options,
    profilePrefix: join(temporaryFolder(), 'operators'),
  });
  expect(readFileSync((await profiled.profile()) ?? '', 'utf8')).toContain('session_initialization');
  await expect(profiled.profile()).rejects.toMatchObject({ code: 'NOT_PROFILED' });
  await profiled.dispose();
});

test('a profile that nobody asked for is not printed into our output', async () => {
  const profilePrefix = join(temporaryFolder(), 'operators');
  const session = await wasm.load(writtenModel(oneNode()), { ...options, profilePrefix });
  await session.run(feedsOf(session, 1, 2, 3, 4), null);
  let disposed: Promise<void> | null = null;
  const printed = whatIsPrinted(() => {
    disposed = session.dispose();
  });
  await disposed;
  expect(printed).toBe('');
});

test('what is printed is kept for as long as the action lasts, and nothing that goes elsewhere', () => {
  const file = join(temporaryFolder(), 'file');
  const { writeSync } = fs;
  const descriptor = fs.openSync(file, 'w');
  const printed = whatIsPrinted(() => {
    fs.writeSync(1, 'kept ');
    fs.writeSync(descriptor, 'written');
    fs.writeSync(1, 'too');
  });
  fs.closeSync(descriptor);
  expect(printed).toBe('kept too');
  expect(readFileSync(file, 'utf8')).toBe('written');
  expect(fs.writeSync).toBe(writeSync);
});

test('a model with external data gives the answers that it gives with all inside', async () => {
  const folder = temporaryFolder();
  const inside = writtenModel(convolutionBlock());
  const outside = join(folder, 'model.onnx');
  expect(writeModelWithExternalData(outside, convolutionBlock(), { folder: null })).toContain(folder);
  const answers: Float32Array[] = [];
  for (const path of [inside, outside]) {
    const session = await wasm.load(path, options);
    const { y } = await session.run(
      { x: session.tensor('float32', [1, 16, 8, 8], new Float32Array(1024).fill(1)) },
      null,
    );
    answers.push(y?.data as Float32Array);
    await session.dispose();
  }
  expect(answers[1]).toEqual(answers[0]);
  expect(Math.max(...(answers[0] ?? []))).toBeGreaterThan(0);
});

test('a missing file of external data is named', async () => {
  const path = join(temporaryFolder(), 'model.onnx');
  rmSync(writeModelWithExternalData(path, convolutionBlock(), { folder: null }) ?? '');
  await expect(wasm.load(path, options)).rejects.toMatchObject({
    code: 'EXTERNAL_DATA',
    message: expect.stringContaining(dirname(path)),
  });
});

test('a missing file, a file that is no model and an unknown operator are told apart', async () => {
  await expect(wasm.load('/no/such/model.onnx', options)).rejects.toMatchObject({
    code: 'MODEL_NOT_FOUND',
    exitCode: 3,
  });
  const text = join(temporaryFolder(), 'model.onnx');
  writeFileSync(text, 'not a model');
  await expect(wasm.load(text, options)).rejects.toMatchObject({ code: 'MODEL_INVALID', exitCode: 3 });
  const graph = new SmallGraph('unknown');
  const model = graph.ending(graph.apply('NoSuchOperator', [graph.input('x', 'float32', [1])]), [1]);
  await expect(wasm.load(writtenModel(model), options)).rejects.toMatchObject({
    code: 'MODEL_INVALID',
    message: expect.stringContaining('NoSuchOperator'),
  });
});

test('a run that cannot be done says why', async () => {
  const session = await wasm.load(writtenModel(oneNode()), options);
  await expect(session.run(feedsOf(session, 1, 2, 3, 4, 5), null)).rejects.toMatchObject({
    code: 'RUN_FAILED',
    message: expect.stringMatching(/[Ii]nvalid dimensions/),
  });
  await session.dispose();
});

test('what 4 GiB do not hold is told with what it needs and what to do, and the next run is well', async () => {
  const graph = new SmallGraph('large');
  const count = graph.input('count', 'int64', [1]);
  const zeros = graph.apply('ConstantOfShape', [count]);
  const model = graph.ending(graph.node('ReduceSum', [zeros], { outputs: ['y'], attributes: { keepdims: 0 } }), []);
  const session = await wasm.load(writtenModel(model), options);
  const ask = (elements: bigint) =>
    session.run({ count: session.tensor('int64', [1], BigInt64Array.of(elements)) }, null);
  // 4 GiB beside the library itself, and more than 32 bits can say.
  for (const elements of [2n ** 30n - 2n ** 20n, 2n ** 31n]) {
    await expect(ask(elements)).rejects.toMatchObject({
      code: 'WASM_MEMORY_FULL',
      message: expect.stringMatching(/count \[1\].*4 GiB.*--batch-size 1/),
    });
  }
  expect((await ask(8n)).y?.data).toEqual(Float32Array.of(0));
  await session.dispose();
});

test('a model that cannot fit is refused before it is read', async () => {
  const path = join(temporaryFolder(), 'model.onnx');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 31); // a hole: it takes no space
  await expect(wasm.load(path, options)).rejects.toMatchObject({
    code: 'WASM_MEMORY_FULL',
    message: expect.stringContaining('2147483648 bytes'),
  });
});

test('a session states the layout in the words of the axis, as the same engine outside of WebAssembly does', async () => {
  for (const change of [{}, { layout: 'plain' }, { fusion: 'off' }] as const) {
    const layouts: unknown[] = [];
    for (const backend of [wasm, ortCpu]) {
      const session = await backend.load(writtenModel(oneNode()), { ...options, ...change });
      layouts.push(session.effective().layout);
      await session.dispose();
    }
    expect(layouts[0]).toEqual(layouts[1]);
  }
});
