import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { PythonSession } from '../../../../src/engine/backends/python/python-session.ts';
import { PythonWorker } from '../../../../src/engine/backends/python/python-worker.ts';

const script = fileURLToPath(new URL('fake-worker.mjs', import.meta.url));

const started: PythonWorker[] = [];
afterEach(async () => {
  for (const worker of started.splice(0)) await worker.close();
});

async function start(behaviour: string): Promise<PythonWorker> {
  const worker = await PythonWorker.start({
    program: process.execPath,
    programArguments: [script, behaviour],
    graceSeconds: 0.2,
  });
  started.push(worker);
  return worker;
}

async function sessionOf(behaviour: string): Promise<PythonSession> {
  return new PythonSession(await start(behaviour), {
    inputs: [{ name: 'x', type: 'float32', shape: [2] }],
    outputs: [{ name: 'y', type: 'float32', shape: [2] }],
    effective: {},
    profiles: 'no such thing',
    startSeconds: 0,
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const soon = 20;
const ask = { type: 'hello' };

test('a message is answered with its header and parts', async () => {
  const worker = await start('answers');
  const { header, parts } = await worker.request({ ...ask, what: 'all' }, [Uint8Array.of(1, 2)], soon);
  expect(header.asked).toMatchObject({ type: 'hello', what: 'all' });
  expect(parts.map((part) => [...part])).toEqual([[1, 2]]);
});

test('one that is closed ends, and answers nothing more', async () => {
  const worker = await start('answers');
  await worker.request(ask, [], soon);
  await worker.close();
  expect(isAlive(worker.pid)).toBe(false);
  await expect(worker.request(ask, [], soon)).rejects.toMatchObject({ code: 'WORKER_CLOSED' });
});

test('one that dies is told with its signal, and every later message fails alike', async () => {
  const worker = await start('is killed');
  const died = {
    code: 'WORKER_DIED',
    message: expect.stringContaining('was ended by SIGKILL before it answered the message "hello"'),
  };
  await expect(worker.request(ask, [], soon)).rejects.toMatchObject(died);
  await expect(worker.request(ask, [], soon)).rejects.toMatchObject(died);
});

test('one that ends by itself is told with its status and last words', async () => {
  const worker = await start('ends');
  const request = worker.request(ask, [], soon);
  await expect(request).rejects.toThrow('ended with status 7');
  await expect(request).rejects.toThrow('a library said good-bye');
});

test('one that hangs is ended at the deadline, even when it ignores the signal to end', async () => {
  for (const behaviour of ['hangs', 'ignores signals']) {
    const worker = await start(behaviour);
    const message = expect.stringContaining('did not answer the message "hello" within 0.3 s');
    await expect(worker.request(ask, [], 0.3)).rejects.toMatchObject({ code: 'WORKER_TIMEOUT', message });
    await worker.close();
    expect(isAlive(worker.pid)).toBe(false);
  }
});

test('one that prints into its answers is ended', async () => {
  const worker = await start('prints');
  await expect(worker.request(ask, [], soon)).rejects.toMatchObject({ code: 'PROTOCOL_BROKEN' });
  await worker.close();
  expect(isAlive(worker.pid)).toBe(false);
});

test('an answer that nobody waits for is no answer', async () => {
  const worker = await start('answers another');
  await expect(worker.request(ask, [], soon)).rejects.toThrow('an answer to message 2 that nobody waits for');
});

test('an error that it answers keeps its code, and the next message is answered', async () => {
  const worker = await start('has no memory');
  const error = { code: 'OUT_OF_MEMORY', message: 'no 5 GiB are free' };
  await expect(worker.request(ask, [], soon)).rejects.toMatchObject(error);
  await expect(worker.request(ask, [], soon)).rejects.toMatchObject(error);
});

test('a program that is not there is told, with what to do', async () => {
  const start = PythonWorker.start({ program: '/no/such/python3', programArguments: [] });
  await expect(start).rejects.toMatchObject({
    code: 'WORKER_NOT_STARTED',
    message: expect.stringContaining('DYNO_PYTHON='),
  });
});

test('a run is timed inside, and transport is the rest', async () => {
  const session = await sessionOf('answers');
  const feeds = { x: session.tensor('float32', [2], Float32Array.of(0.5, -2)) };
  const outputs = await session.run(feeds, null);
  expect([...(outputs.y?.data ?? [])]).toEqual([0.5, 0]);
  const { insideSeconds, outsideSeconds, deviceSeconds } = session.remote.lastRun();
  expect(insideSeconds).toBeGreaterThanOrEqual(0.005); // it waits for 5 ms
  expect(outsideSeconds).toBeGreaterThan(insideSeconds);
  expect(deviceSeconds).toBe(null);
  expect(session.remote.transport()).toEqual({ runs: 1, seconds: outsideSeconds - insideSeconds });
});

test('outputs are written into the tensors that are given', async () => {
  const session = await sessionOf('answers');
  const feeds = { x: session.tensor('float32', [2], Float32Array.of(3, 4)) };
  const y = session.tensor('float32', [2], new Float32Array(2));
  const into = { y };
  expect(await session.run(feeds, into)).toBe(into);
  expect([...y.data]).toEqual([3, 4]);
  const small = { y: session.tensor('float32', [1], new Float32Array(1)) };
  await expect(session.run(feeds, small)).rejects.toThrow('has 8 bytes, and the tensor that was prepared for it 4');
});

test('a worker that says it took longer than the whole message is not believed', async () => {
  const session = await sessionOf('claims too much');
  const feeds = { x: session.tensor('float32', [2], new Float32Array(2)) };
  await expect(session.run(feeds, null)).rejects.toMatchObject({ code: 'TIMING_IMPLAUSIBLE' });
});

test('an echo needs a run before it, and counts as none', async () => {
  const session = await sessionOf('answers');
  await expect(session.remote.echo()).rejects.toThrow('there was none');
  await session.run({ x: session.tensor('float32', [2], new Float32Array(2)) }, null);
  const before = session.remote.transport();
  expect(await session.remote.echo()).toBeGreaterThan(0);
  expect(session.remote.transport()).toEqual(before);
});

test('the first run of each shape has the time that compiling for it may take', async () => {
  const deadlines: number[] = [];
  const times = { insideNs: 1, deviceNs: null, preparationNs: 0 };
  const worker = {
    pid: 1,
    request: async (_header: object, _parts: unknown, deadline: number) => {
      deadlines.push(deadline);
      return { header: { tensors: [], ...times }, parts: [] };
    },
  } as unknown as PythonWorker;
  const model = { inputs: [], outputs: [], effective: {}, profiles: 'no such thing', startSeconds: 0 } as const;
  const session = new PythonSession(worker, model);
  for (const size of [2, 2, 3, 3, 2]) {
    await session.run({ x: session.tensor('float32', [size], new Float32Array(size)) }, null);
  }
  expect(deadlines.map((deadline) => deadline === 1800)).toEqual([true, false, true, false, false]);
});

test('a run that takes too long is told how to be given longer, and other messages are not', async () => {
  const worker = await start('hangs');
  const request = worker.request({ type: 'run', tensors: [] }, [], 0.123456);
  await expect(request).rejects.toThrow(/within 0.123 s .*export DYNO_PYTHON_DEADLINE=<seconds>\.$/);
  const other = await start('hangs');
  await expect(other.request(ask, [], 0.1)).rejects.toThrow(/or another backend\.$/);
});
