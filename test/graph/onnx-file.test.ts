import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { modelBytes, readModel, writeModel } from '../../src/graph/onnx-file.ts';
import { operatorCounts } from '../../src/graph/operator-counts.ts';
import { readTensor } from '../../src/graph/tensor-proto.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

const folder = mkdtempSync(join(tmpdir(), 'dyno-'));
const digits = packageFile('models', 'digits', 'digits.onnx');

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function doubled() {
  const graph = new GraphBuilder('double');
  const x = graph.input('x', 'float32', ['batch', 2]);
  const two = graph.constant('two', 'float32', [1], new Float32Array([2]));
  graph.output(graph.node('Mul', [x, two], { outputs: ['y'] }), 'float32', ['batch', 2]);
  return graph.model();
}

test('a model that was written is read back the same', () => {
  const path = join(folder, 'double.onnx');
  writeModel(path, doubled());
  expect(modelBytes(readModel(path))).toEqual(modelBytes(doubled()));
});

test('a missing file is MODEL_NOT_FOUND and names the folder that relative paths count from', () => {
  expect(() => readModel('no/such.onnx')).toThrow(
    expect.objectContaining({ code: 'MODEL_NOT_FOUND', exitCode: 3, message: expect.stringContaining(process.cwd()) }),
  );
});

test.each([
  ['a zip archive', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), 'zip archive'],
  ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', 'git lfs pull'],
  ['a TensorFlow Lite model', Buffer.from('\x1c\0\0\0TFL3', 'latin1'), 'TensorFlow Lite'],
  [
    'a safetensors file',
    Buffer.concat([Buffer.from([16, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{"a":{}}')]),
    'safetensors',
  ],
  ['a web page', '<!DOCTYPE html><title>404</title>', 'web page'],
  ['an empty file', '', 'empty file'],
  ['text', 'hello, world', 'no ONNX'],
])('%s is called by its name', (name, content, expected) => {
  const path = file(`${name}.onnx`, content);
  expect(() => readModel(path)).toThrow(
    expect.objectContaining({ code: 'MODEL_INVALID', exitCode: 3, message: expect.stringContaining(expected) }),
  );
  expect(() => readModel(path)).toThrow(path);
});

test('a folder is refused', () => {
  expect(() => readModel(folder)).toThrow(
    expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringContaining('folder') }),
  );
});

test('a model cut off at any byte is refused', () => {
  const whole = modelBytes(doubled());
  for (let length = 0; length < whole.length; length++) {
    expect(() => readModel(whole.subarray(0, length)), `${length} of ${whole.length} bytes`).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID' }),
    );
  }
});

test('weights are read from a file', () => {
  const weights = Object.fromEntries(
    readModel(digits).graph.initializer.map((tensor) => [tensor.name, readTensor(tensor)]),
  );
  expect(weights['conv1.weight']?.dims).toEqual([16, 1, 3, 3]);
  // A running variance is the mean of squares: never below 0, and not 0 where something was learnt.
  expect(Array.from(weights['norm1.variance']?.data as Float32Array).every((variance) => variance > 0)).toBe(true);
});

test('operators are counted', () => {
  expect(operatorCounts(readModel(digits))).toEqual({
    BatchNormalization: 4,
    Conv: 4,
    Flatten: 1,
    Gemm: 1,
    MaxPool: 2,
    Relu: 4,
  });
});

test('operators of other domains carry it in front, and those in the bodies of If count', () => {
  const body = (value: string) => {
    const graph = new GraphBuilder(value, ['x']);
    graph.output(graph.node('Neg', ['x'], { outputs: [value] }), 'float32', [1]);
    return graph.graph();
  };
  const graph = new GraphBuilder('branches');
  const x = graph.input('x', 'float32', [1]);
  const flag = graph.input('flag', 'bool', []);
  const chosen = graph.node('If', [flag], { attributes: { then_branch: body('a'), else_branch: body('b') } });
  const fused = graph.node('FusedConv', [chosen, x], { domain: 'com.microsoft' });
  graph.output(fused, 'float32', [1]);
  expect(operatorCounts(graph.model())).toEqual({ If: 1, Neg: 2, 'com.microsoft:FusedConv': 1 });
});

test('a model that others wrote is read with all its weights', () => {
  const assets = packageFile('node_modules', '@gutenye', 'ocr-models', 'assets');
  const model = readModel(join(assets, 'ch_ppocr_mobile_v2.0_cls_infer.onnx'));
  // Counted with Python's onnx 1.23.2.
  expect(operatorCounts(model)).toMatchObject({ BatchNormalization: 35, Conv: 53, Constant: 250 });
});
