import { expect, test, vi } from 'vitest';
import { wasm } from '../../../src/engine/backends/wasm.ts';
import { oneNode, writtenModel } from '../small-models.ts';

vi.mock('../../../src/kernel/installed-package.ts', async (original) => ({
  ...(await original<typeof import('../../../src/kernel/installed-package.ts')>()),
  installedPackage: () => null,
}));

const line = 'npm install --save-exact onnxruntime-web@1.30.0';

test('without the package the probe says so, with the line that installs it', async () => {
  expect(await wasm.probe()).toEqual({ available: false, reason: 'onnxruntime-web is not installed', remedy: line });
});

test('without the package a model is not loaded', async () => {
  const options = { fusion: 'on', precision: 'fp32', threads: 1, spinning: 'off' } as const;
  const loading = wasm.load(writtenModel(oneNode()), { ...options, dumpPath: null, profilePrefix: null });
  await expect(loading).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    message: `Backend wasm: onnxruntime-web is not installed. Run: ${line}`,
  });
});
