import { expect, test } from 'vitest';
import { cacheFolder } from '../../src/kernel/cache-folder.ts';
import { loadOptionsOf } from '../../src/runner/load-options.ts';
import type { Axes } from '../../src/suite/plan.ts';

const axes: Axes = {
  backend: 'python-onnxruntime-tensorrt',
  batchSize: 1,
  precision: 'fp16',
  fusion: 'graph',
  layout: 'plain',
  hygiene: 'on',
  threads: 2,
  spinning: 'off',
};

test('a case without options hands over none', () => {
  const options = loadOptionsOf({ axes });
  expect(options).not.toHaveProperty('providerOptions');
  expect(options).toMatchObject({ precision: 'fp16', fusion: 'off', threads: 2 });
});

test('options of a case are handed over as they stand', () => {
  expect(loadOptionsOf({ axes, providerOptions: { trt_min_subgraph_size: 5 } }).providerOptions).toEqual({
    trt_min_subgraph_size: 5,
  });
});

test.each(['trt_engine_cache_enable', 'trt_timing_cache_enable'])(
  'with %s, TensorRT keeps it in the cache of Dyno',
  (option) => {
    const { providerOptions } = loadOptionsOf({ axes, providerOptions: { [option]: true } });
    expect(String(providerOptions?.trt_engine_cache_path).startsWith(cacheFolder())).toBe(true);
  },
);
