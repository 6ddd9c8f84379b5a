import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vulkanState, webGpuDevice, whyNoAdapter } from '../../../src/engine/backends/ort-webgpu-device.ts';
import { packageFile } from '../../../src/kernel/package-root.ts';
import { temporaryFolder } from '../small-models.ts';

const processor = cpus()[0]?.model.trim() ?? process.arch;
const nothing = { libraries: ['libc.so.6', 'libonnxruntime.so.1'], openDevices: [], nvidia: [] };

test('a driver that computes on the processor is named as what it is, with the processor', () => {
  for (const [library, name] of [
    ['libvk_swiftshader.so', 'SwiftShader'],
    ['libvulkan_lvp.so', 'llvmpipe'],
  ] as const) {
    expect(webGpuDevice({ ...nothing, libraries: [library] })).toEqual({
      name: `${name} (software, on ${processor})`,
      kind: 'software',
    });
  }
});

test('a device of NVIDIA has the name that its driver has for it', () => {
  const view = { libraries: ['libGLX_nvidia.so.580.95.05'], openDevices: ['/dev/nvidia0'], nvidia: ['NVIDIA H100'] };
  expect(webGpuDevice(view)).toEqual({ name: 'NVIDIA H100', kind: 'hardware' });
  expect(webGpuDevice({ ...view, nvidia: ['NVIDIA H100', 'NVIDIA H100'] }).name).toBe('NVIDIA H100');
  expect(webGpuDevice({ ...view, nvidia: ['NVIDIA H100', 'NVIDIA L4'] }).name).toBe('NVIDIA H100 or NVIDIA L4');
});

test('software beside hardware computes only where no device is open', () => {
  const libraries = ['libvulkan_radeon.so', 'libvulkan_lvp.so'];
  const open = { ...nothing, libraries, openDevices: ['/dev/dri/renderD128'] };
  expect(webGpuDevice(open)).toEqual({ name: 'AMD (RADV)', kind: 'hardware' });
  expect(webGpuDevice({ ...nothing, libraries }).kind).toBe('software');
});

test('nothing is claimed of a driver that is not known, of one that has nothing open, and where there is no /proc', () => {
  expect(webGpuDevice(nothing)).toEqual({ name: 'WebGPU device of an unknown driver', kind: null });
  expect(webGpuDevice({ ...nothing, libraries: ['libvulkan_intel.so'] })).toEqual({ name: 'Intel (ANV)', kind: null });
  expect(webGpuDevice(null).kind).toBeNull();
});

test('what is missing for Vulkan is told apart, each with the line that helps', () => {
  const folder = temporaryFolder();
  const driver = join(folder, 'some_icd.json');
  writeFileSync(driver, '{}');
  const state = { hasLoader: true, chosen: null, installed: [driver] };
  expect(whyNoAdapter({ ...state, hasLoader: false })).toEqual({
    reason: expect.stringContaining('libvulkan.so.1'),
    remedy: 'apt-get install --yes libvulkan1',
  });
  const chosen = { variable: 'VK_ICD_FILENAMES', files: ['/nonexistent', driver] };
  expect(whyNoAdapter({ ...state, chosen })).toEqual({
    reason: 'VK_ICD_FILENAMES names a Vulkan driver that is not there: /nonexistent',
    remedy: 'unset VK_ICD_FILENAMES',
  });
  expect(whyNoAdapter({ ...state, installed: [] })).toEqual({
    reason: expect.stringContaining('no Vulkan driver is installed'),
    remedy: expect.stringContaining('mesa-vulkan-drivers'),
  });
  expect(whyNoAdapter(state)).toEqual({
    reason: expect.stringContaining(
      'no supported adapters: WebGPU takes no device of the Vulkan drivers some_icd.json',
    ),
    remedy: expect.stringContaining('vulkaninfo --summary'),
  });
});

test('drivers are looked for where the loader looks, and what names them instead goes before that', () => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'vulkan', 'icd.d'), { recursive: true });
  for (const name of ['a_icd.json', 'README']) writeFileSync(join(home, 'vulkan', 'icd.d', name), '{}');
  const state = vulkanState({ XDG_DATA_HOME: home });
  expect(state.chosen).toBeNull();
  expect(state.installed).toContain(join(home, 'vulkan', 'icd.d', 'a_icd.json'));
  expect(state.installed.join()).not.toContain('README');
  expect(vulkanState({ VK_DRIVER_FILES: '/a.json:/b.json', VK_ICD_FILENAMES: '/c.json' }).chosen).toEqual({
    variable: 'VK_DRIVER_FILES',
    files: ['/a.json', '/b.json'],
  });
});

test.skipIf(process.platform !== 'linux')('a process without a driver is told so by the probe, and goes on', () => {
  const script = `
    const { ortWebGpu } = await import(${JSON.stringify(packageFile('dist', 'engine', 'backends', 'ort-webgpu.js'))});
    console.log(JSON.stringify(await ortWebGpu.probe()));
    const load = ortWebGpu.load(process.argv[1], { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off', dumpPath: null, profilePrefix: null });
    console.log(JSON.stringify(await load.catch(({ code, message }) => ({ code, message }))));`;
  const model = packageFile('models', 'digits', 'digits.onnx');
  expect(existsSync(model)).toBe(true);
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script, model], {
    encoding: 'utf8',
    env: { ...process.env, VK_ICD_FILENAMES: '/nonexistent', VK_DRIVER_FILES: '' },
  });
  expect(status).toBe(0);
  const [probe, load] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  // Which of the two it is depends on the machine: the loader may be missing, too.
  const reason = /libvulkan\.so\.1|VK_ICD_FILENAMES names a Vulkan driver that is not there: \/nonexistent/;
  expect(probe).toEqual({
    available: false,
    reason: expect.stringMatching(reason),
    remedy: expect.stringMatching(/^apt-get install --yes libvulkan1$|^unset VK_ICD_FILENAMES$/),
  });
  expect(load).toEqual({ code: 'BACKEND_UNAVAILABLE', message: expect.stringMatching(reason) });
});
