import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { whyNot } from '../../../../src/engine/backends/python/python-library.ts';
import {
  isPythonNewEnough,
  libraryInstallLine,
  pythonProgram,
  workerScript,
} from '../../../../src/engine/backends/python/python-program.ts';
import { PythonWorker } from '../../../../src/engine/backends/python/python-worker.ts';
import { workerEnvironment } from '../../../../src/engine/backends/python/worker-environment.ts';
import { DynoError } from '../../../../src/kernel/errors.ts';
import { packageFile } from '../../../../src/kernel/package-root.ts';

const python = pythonProgram();

/** A worker whose library `pretend` is this Python code: what is needed of the real ones without having them. */
async function pretending(code: string): Promise<PythonWorker> {
  const program = `
import sys, types
sys.path.insert(0, ${JSON.stringify(packageFile('python'))})
sys.modules['numpy'] = types.SimpleNamespace(__version__='0')
import dyno_worker.serve as serve
${code}
serve.main()
`;
  return PythonWorker.start({ program: python ?? '', programArguments: ['-B', '-c', program], graceSeconds: 0.5 });
}

test('DYNO_PYTHON goes before what is in PATH', () => {
  expect(pythonProgram({ DYNO_PYTHON: '/opt/other/bin/python' })).toBe('/opt/other/bin/python');
});

test('Python 3.9 is new enough, and 3.8 and 2.7 are not', () => {
  expect(['3.8.18', '2.7.18', '3.9.0', '3.13.1', '4.0.0'].map(isPythonNewEnough)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

test('what is missing is told with the line that installs it', () => {
  const missing = whyNot('torch', new DynoError('MODULE_MISSING', "torch (No module named 'torch')"));
  expect(missing.reason).toContain("cannot import torch (No module named 'torch')");
  expect(missing.remedy).toContain('pip install torch numpy');
  expect(whyNot('onnxruntime', new DynoError('PYTHON_MISSING', 'there is no python3 in PATH'))).toEqual({
    reason: 'there is no python3 in PATH',
    remedy: expect.stringContaining('apt-get install python3'),
  });
});

test('what is missing is added to the Python that was named, which may have the other engines of a suite; else it gets an environment', () => {
  expect(libraryInstallLine('torch numpy', { DYNO_PYTHON: '/venvs/of cuda/bin/python' })).toBe(
    "'/venvs/of cuda/bin/python' -m pip install torch numpy",
  );
  expect(libraryInstallLine('torch numpy', {})).toBe(
    'python3 -m venv ~/.venvs/dyno && ~/.venvs/dyno/bin/pip install torch numpy && export DYNO_PYTHON=~/.venvs/dyno/bin/python',
  );
});

test('threads of a worker sleep or spin as asked, and what the user has set stays', () => {
  const policy = (spinning: 'on' | 'off', own: Record<string, string>) =>
    workerEnvironment({ spinning, precision: 'fp32' }, own).OMP_WAIT_POLICY;
  expect(policy('off', {})).toBe('PASSIVE');
  expect(policy('on', {})).toBe('ACTIVE');
  expect(policy('on', { OMP_WAIT_POLICY: 'PASSIVE' })).toBe('PASSIVE');
});

test('products are rounded to TF32 under no other name, whatever the environment says', () => {
  const allowed = (precision: string, own: Record<string, string>) =>
    workerEnvironment({ spinning: 'off', precision }, own).NVIDIA_TF32_OVERRIDE;
  expect(['fp32', 'fp16', 'tf32'].map((precision) => allowed(precision, {}))).toEqual(['0', '0', '1']);
  expect(allowed('fp32', { NVIDIA_TF32_OVERRIDE: '1' })).toBe('0');
  expect(allowed('tf32', { NVIDIA_TF32_OVERRIDE: '0' })).toBe('1');
});

test.skipIf(python === null)('a library that is not there is told by its name', async () => {
  const worker = await PythonWorker.start({
    program: python ?? '',
    // Without site-packages there is neither NumPy nor any library.
    programArguments: ['-B', '-S', workerScript],
  });
  await expect(worker.request({ type: 'hello', library: 'torch' }, [], 20)).rejects.toMatchObject({
    code: 'MODULE_MISSING',
    message: expect.stringContaining('numpy'),
  });
  await worker.close();
});

test.skipIf(python === null)('what a library prints breaks no answer', async () => {
  const worker = await pretending(`
import os
def hello(library):
    print('Loading', library)
    sys.stdout.flush()
    os.write(1, b'from native code\\n')
    return {'version': '1'}
serve.hello = hello
`);
  const { header } = await worker.request({ type: 'hello', library: 'pretend' }, [], 20);
  expect(header).toMatchObject({ type: 'ok', protocol: 1, version: '1' });
  await worker.close();
});

test.skipIf(python === null)(
  'why a provider could not be started is told by the library that lacks, where one is named',
  async () => {
    const worker = await pretending(`
sys.modules['onnxruntime'] = types.SimpleNamespace()
from dyno_worker import onnxruntime_session
serve.hello = lambda text: {'reason': onnxruntime_session.reason(text)}
`);
    const reason = async (said: string) =>
      (await worker.request({ type: 'hello', library: said }, [], 20)).header.reason;
    expect(
      await reason(
        '[E:onnxruntime:Default, provider_bridge.cc:2] Failed to load library /opt/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory\n',
      ),
    ).toBe('libcublasLt.so.13 is not found');
    expect(await reason('state.cc:7 void Register() Please install the libraries of X as the page says.\n')).toBe(
      'Please install the libraries of X as the page says',
    );
    expect(await reason('a first line\nthe last line\n\n')).toBe('the last line');
    expect(await reason('')).toBe('ONNX Runtime does not say why');
    await worker.close();
  },
);

test.skipIf(python === null)('an exception is the answer to its message alone', async () => {
  const worker = await pretending(`
def hello(library):
    if library == 'bad': raise RuntimeError('[enforce fail] DefaultCPUAllocator: can\\'t allocate memory: you tried to allocate 9 bytes')
    return {}
serve.hello = hello
`);
  const bad = worker.request({ type: 'hello', library: 'bad' }, [], 20);
  await expect(bad).rejects.toMatchObject({
    code: 'OUT_OF_MEMORY',
    message: expect.stringContaining('allocate 9 bytes'),
  });
  expect((await worker.request({ type: 'hello', library: 'good' }, [], 20)).header.type).toBe('ok');
  await expect(worker.request({ type: 'run', tensors: [] }, [], 20)).rejects.toMatchObject({ code: 'NOT_LOADED' });
  await worker.close();
});

test.skipIf(python === null)('a crash in native code leaves its stack among the last words', async () => {
  const worker = await pretending(`
import ctypes
def hello(library):
    ctypes.string_at(0)
serve.hello = hello
`);
  const request = worker.request({ type: 'hello', library: 'pretend' }, [], 20);
  await expect(request).rejects.toMatchObject({ code: 'WORKER_DIED' });
  await expect(request).rejects.toThrow('Segmentation fault');
});

test.skipIf(python === null || !existsSync('/proc/self/stat'))(
  'it dies with its parent, whatever it is doing',
  async () => {
    // The parent starts a worker that sleeps in native code, and is killed.
    const sleeper = `
import sys
sys.path.insert(0, ${JSON.stringify(packageFile('python'))})
from dyno_worker.process import die_with_parent
die_with_parent()
print('ready', flush=True)
import time
time.sleep(60)
`;
    const parent = spawn(process.execPath, [
      '-e',
      `const { spawn } = require('node:child_process');
     const child = spawn(process.argv[1], ['-B', '-c', process.argv[2]], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
     child.stdout.once('data', () => console.log(child.pid));`,
      python ?? '',
      sleeper,
    ]);
    const pid = await new Promise<number>((resolve) => {
      createInterface({ input: parent.stdout }).once('line', (line) => resolve(Number(line)));
    });
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    parent.kill('SIGKILL');
    const isGone = () => !existsSync(`/proc/${pid}`) || /^\d+ \(.*\) Z/.test(stateOf(pid));
    while (!isGone()) await new Promise((resolve) => setTimeout(resolve, 20));
  },
);

function stateOf(pid: number): string {
  try {
    return execFileSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return `${pid} (gone) Z`;
  }
}
