import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { oneThread } from '../../../../src/engine/backends/one-thread.ts';
import { withEngineFolder } from '../../../../src/engine/backends/python/engine-folder.ts';
import { temporaryFolder } from '../../small-models.ts';

const option = 'trt_engine_cache_path';

test('engines of models with other weights, and those that round, are kept apart', async () => {
  const [model, root] = [join(temporaryFolder(), 'model.onnx'), join(temporaryFolder(), 'cache', 'tensorrt')];
  const folderFor = async (content: string, precision: string) => {
    writeFileSync(model, content);
    const providerOptions = { trt_engine_cache_enable: true, [option]: root };
    const made = (await withEngineFolder(model, { ...oneThread, precision, providerOptions })).providerOptions;
    expect(made?.trt_engine_cache_enable).toBe(true);
    return String(made?.[option]);
  };
  const folders = [await folderFor('a', 'fp32'), await folderFor('a', 'tf32'), await folderFor('b', 'fp32')];
  expect(new Set(folders).size).toBe(3);
  for (const folder of folders) {
    expect(folder.startsWith(root)).toBe(true);
    // TensorRT's provider makes no folder within one that is not there.
    expect(existsSync(folder)).toBe(true);
  }
  expect(await folderFor('a', 'fp32')).toBe(folders[0]);
});

test('where no engines are kept, nothing is read or made', async () => {
  const options = { ...oneThread, providerOptions: { gpu_mem_limit: 1 } };
  expect(await withEngineFolder('/no/such.onnx', options)).toBe(options);
  expect(await withEngineFolder('/no/such.onnx', oneThread)).toBe(oneThread);
});
