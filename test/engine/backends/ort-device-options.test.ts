import { expect, test } from 'vitest';
import {
  checkProviderOptions,
  cudaDefaults,
  tensorRtDefaults,
} from '../../../src/engine/backends/ort-device-options.ts';
import { providerOptionNames, providerOptionsFor } from '../../../src/hardware/provider-options.ts';

const check = (options: Record<string, string | number | boolean>) => () =>
  checkProviderOptions('ort-cuda', 'python-onnxruntime-cuda', cudaDefaults, options);

test('an option that says what is done anyway is taken, in any spelling', () => {
  expect(check({ cudnn_conv_algo_search: 'EXHAUSTIVE', enable_cuda_graph: 0 })).not.toThrow();
  expect(
    check({ enable_cuda_graph: false, do_copy_in_default_stream: true, arena_extend_strategy: 'kNextPowerOfTwo' }),
  ).not.toThrow();
});

test('one that cannot be handed on is refused with what is done instead, and the backend that takes it', () => {
  expect(check({ enable_cuda_graph: true, cudnn_conv_algo_search: 'HEURISTIC' })).toThrow(
    expect.objectContaining({
      code: 'PROVIDER_OPTION_UNAVAILABLE',
      message: expect.stringMatching(
        /enable_cuda_graph: true \(it is 0\), cudnn_conv_algo_search: HEURISTIC \(it is EXHAUSTIVE\)\. Take --backend python-onnxruntime-cuda/,
      ),
    }),
  );
});

test('one that nobody knows is refused, Dyno’s own and folders of its cache are not', () => {
  expect(check({ cudnn_conv_algo: 'EXHAUSTIVE' })).toThrow(
    expect.objectContaining({ code: 'PROVIDER_OPTION_UNKNOWN' }),
  );
  expect(check({ toString: 1 })).toThrow(expect.objectContaining({ code: 'PROVIDER_OPTION_UNKNOWN' }));
  expect(check({ allow_cpu_fallback: true })).not.toThrow();
});

test('what a hardware profile may state is what the backends know', () => {
  const all = Object.fromEntries(providerOptionNames.map((name) => [name, 0]));
  const namesFor = (backend: string) =>
    Object.keys(providerOptionsFor(backend, 'ort-cuda', all))
      .filter((name) => name !== 'allow_cpu_fallback')
      .sort();
  expect(namesFor('ort-cuda')).toEqual(Object.keys(cudaDefaults).sort());
  expect(namesFor('ort-tensorrt')).toEqual(Object.keys({ ...cudaDefaults, ...tensorRtDefaults }).sort());
});
