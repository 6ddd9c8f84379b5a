import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ortCuda } from '../../../src/engine/backends/ort-cuda.ts';
import {
  bindingFolder,
  nvidiaDevices,
  oldestGeneration,
  type ProbedMachine,
  plainCudaText,
  whyAbsent,
  whyFails,
} from '../../../src/engine/backends/ort-device-probe.ts';
import { ortTensorRt } from '../../../src/engine/backends/ort-tensorrt.ts';
import { temporaryFolder } from '../small-models.ts';
import { writeElf } from './elf-file.ts';

const cuda = { title: 'CUDA', files: ['providers_cuda.so', 'providers_shared.so'], opened: ['libcudnn.so.9'] };

/** A machine with as much of what CUDA needs as is said. */
function machine(has: { files?: boolean; libraries?: readonly string[]; driver?: string | null }): ProbedMachine {
  const folder = temporaryFolder();
  const { files = true, libraries = [], driver = null } = has;
  if (files) {
    writeElf(join(folder, 'providers_cuda.so'), { needed: ['libcudart.so.13', 'libcuda.so.1'] });
    writeElf(join(folder, 'providers_shared.so'), { needed: [] });
  }
  for (const name of libraries) writeElf(join(folder, name), { needed: [] });
  if (driver !== null) {
    mkdirSync(join(folder, 'driver', 'nvidia'), { recursive: true });
    writeFileSync(
      join(folder, 'driver', 'nvidia', 'version'),
      `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${driver}  Thu Oct  9\nGCC version:  gcc version 12.2.0\n`,
    );
  }
  return {
    platform: 'linux/x64',
    bindingFolder: folder,
    places: { searched: [folder], noted: new Map(), unseen: [] },
    proc: folder,
  };
}

test('without the provider the files are named, and the install script that fetches them', () => {
  const here = machine({ files: false });
  expect(whyAbsent(cuda, here)?.reason).toContain('providers_cuda.so, providers_shared.so are not beside');
  expect(whyAbsent(cuda, here)?.remedy).toMatch(/^ONNXRUNTIME_NODE_INSTALL=true node .+install\.js$/);
});

test('the install script of the line is there', () => {
  const line = whyAbsent({ ...cuda, files: ['none.so'] }, { ...machine({}), bindingFolder: bindingFolder() })?.remedy;
  expect(line).toContain(join('onnxruntime-node', 'script', 'install.js'));
});

test('missing libraries are named together, the driver’s not among them', () => {
  expect(whyAbsent(cuda, machine({}))).toMatchObject({
    reason: 'the loader does not find libcudart.so.13, libcudnn.so.9; the provider is built for CUDA 13',
  });
});

test.each([
  ['no driver', null, [], 'the loader does not find libcuda.so.1', 'docker run --gpus all'],
  ['a driver without its library', '580.95.05', [], ', though the driver 580.95.05 is loaded', '580.65.06 or newer'],
  ['an old driver', '535.129.03', ['libcuda.so.1'], 'the NVIDIA driver 535.129.03 is older than 580.65.06', 'reboot'],
])('%s is told', (_name, driver, more, reason, remedy) => {
  const absence = whyAbsent(cuda, machine({ libraries: ['libcudart.so.13', 'libcudnn.so.9', ...more], driver }));
  expect(absence?.reason).toContain(reason);
  expect(absence?.remedy).toContain(remedy);
});

test('with everything there nothing is missing, and the driver of open kernel modules is read too', () => {
  const all = ['libcudart.so.13', 'libcudnn.so.9', 'libcuda.so.1'];
  expect(whyAbsent(cuda, machine({ libraries: all, driver: '580.65.06' }))).toBeNull();
  expect(whyAbsent(cuda, machine({ libraries: all }))).toBeNull(); // a kernel that does not tell
  const here = machine({ libraries: all, driver: '580.65.06' });
  writeFileSync(
    join(here.proc, 'driver', 'nvidia', 'version'),
    'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.124.06  Release Build\n',
  );
  expect(whyAbsent(cuda, here)?.reason).toContain('570.124.06 is older');
});

test('CUDA and TensorRT are for Linux on x64 alone', () => {
  const absence = whyAbsent(cuda, { ...machine({}), platform: 'darwin/arm64' });
  expect(absence?.reason).toBe('onnxruntime-node has the CUDA provider for linux/x64, and this is darwin/arm64');
});

test('the devices have the names of their driver, each once', () => {
  const folder = temporaryFolder();
  expect(nvidiaDevices(folder)).toBeNull();
  for (const address of ['0000:01:00.0', '0000:02:00.0']) {
    mkdirSync(join(folder, 'driver', 'nvidia', 'gpus', address), { recursive: true });
    writeFileSync(
      join(folder, 'driver', 'nvidia', 'gpus', address, 'information'),
      'Model: \t\t NVIDIA H100 PCIe\nIRQ:   \t\t 0\n',
    );
  }
  expect(nvidiaDevices(folder)).toBe('NVIDIA H100 PCIe');
});

test.skipIf(process.platform === 'win32')(
  'the generation is that of the oldest device, as nvidia-smi has it',
  async () => {
    const program = join(temporaryFolder(), 'nvidia-smi');
    const answering = async (text: string, status = 0) => {
      writeFileSync(program, `#!/bin/sh\n[ "$1" = --query-gpu=compute_cap ] && printf '${text}'\nexit ${status}\n`);
      chmodSync(program, 0o755);
      return oldestGeneration(program);
    };
    expect(await answering('9.0\\n7.5\\n')).toBe(7);
    expect(await answering('12.0\\n')).toBe(12);
    expect(await answering('[N/A]\\n')).toBeNull();
    expect(await answering('9.0\\n', 9)).toBeNull();
    expect(await oldestGeneration(null)).toBeNull();
  },
);

/** As onnxruntime-node 1.30 says it with the libraries of CUDA 13 and no driver. */
const noDriver = `/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:146 std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, SUCCTYPE, const char*, const char*, int) [with ERRTYPE = cudaError; bool THRW = true] CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=machine ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=352 ; expr=cudaSetDevice(info_.device_id); \n\n`;

test('of an error of CUDA its words stay, without the sources and the name of the machine', () => {
  expect(plainCudaText(noDriver)).toBe(
    'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version (cudaSetDevice(info_.device_id))',
  );
  expect(plainCudaText('Failed to load shared library')).toBe('Failed to load shared library');
  const { reason, remedy } = whyFails(new Error(noDriver));
  expect(reason).toMatch(/^CUDA failure 35: .*: The NVIDIA driver is older/);
  expect(remedy).toContain('docker run --gpus all');
});

test('the probes of both providers say here why they cannot run, or that they can', async () => {
  for (const backend of [ortCuda, ortTensorRt]) {
    const probe = await backend.probe();
    if (probe.available) expect(probe.precisions.fp32).toBe('native');
    else expect(`${probe.reason}: ${probe.remedy}`).toMatch(/provider|NVIDIA|loader|CUDA/);
  }
});
