import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { adaptedDevice } from '../../src/hardware/adaptation.ts';
import { readProfile } from '../../src/hardware/catalogue.ts';
import { profileOf } from '../../src/hardware/profile.ts';

/** A profile whose adaptation is this, read as a file of a user's own. */
function profileWith(adaptation: string) {
  const folder = mkdtempSync(join(tmpdir(), 'dyno-profiles-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'mine.yaml');
  writeFileSync(
    file,
    `id: mine
name: My device
vendor: Me
architecture: one of a kind
kind: gpu
peak_operations_per_second:
  int8: { value: 100e12, source: data sheet, confidence: sourced }
memory: {}
power_watts: {}
adaptation:
${adaptation}`,
  );
  return profileOf(readProfile(file, '2026-11-22').value, { file: 'mine.yaml', origin: 'own', replaces: null });
}

test('each backend takes the options of its own provider', () => {
  const device = adaptedDevice(
    profileWith(
      '  backend: ort-cuda\n  provider_options: { gpu_mem_limit: 1000, trt_min_subgraph_size: 5, validationMode: full, allow_cpu_fallback: true }\n',
    ),
  );
  const ofCuda = { gpu_mem_limit: 1000, allow_cpu_fallback: true };
  expect(device?.providerOptions).toEqual({
    'ort-cuda': ofCuda,
    'python-onnxruntime-cuda': ofCuda,
    'ort-tensorrt': { ...ofCuda, trt_min_subgraph_size: 5 },
    'python-onnxruntime-tensorrt': { ...ofCuda, trt_min_subgraph_size: 5 },
    'ort-webgpu': { validationMode: 'full', allow_cpu_fallback: true },
  });
});

test('a backend whose options are not known here takes all of its device’s', () => {
  const device = adaptedDevice(
    profileWith('  backend: python-onnxruntime-openvino\n  provider_options: { device_type: GPU }\n'),
  );
  expect(device?.providerOptions).toEqual({ 'python-onnxruntime-openvino': { device_type: 'GPU' } });
});

test('a device without options hands over nothing', () => {
  expect(adaptedDevice(profileWith('  backend: ort-cuda\n'))?.providerOptions).toEqual({});
});

const first = '  backend: ort-cuda\n  provider_options:\n';
test.each([
  [
    'a name that nobody knows',
    `${first}    cudnn_conv_algo_serch: EXHAUSTIVE\n`,
    /mine\.yaml:13:5: .*Did you mean "cudnn_conv_algo_search"\?/,
  ],
  [
    'TF32, which is a precision',
    `${first}    use_tf32: 0\n`,
    /mine\.yaml:13:5: .*use_tf32: expected no use_tf32: the precision says it/,
  ],
  [
    'a folder for engines',
    `${first}    trt_engine_cache_path: /tmp\n`,
    /mine\.yaml:13:5: .*a folder of the cache of Dyno/,
  ],
  [
    'something else than yes or no',
    `${first}    allow_cpu_fallback: 1\n`,
    /mine\.yaml:13:25: .*expected true or false, got 1/,
  ],
  [
    'options of a processor',
    '  backend: ort-cpu\n  provider_options:\n    gpu_mem_limit: 1\n',
    /expected none for the backend ort-cpu/,
  ],
])('%s is refused with its line', (_name, adaptation, message) => {
  expect(() => profileWith(adaptation)).toThrow(message);
});
