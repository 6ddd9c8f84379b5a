import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ortCpu } from '../../src/engine/backends/ort-cpu.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { completeValues, inferValues, type ObservedValue, withOutputs } from '../../src/graph/graph-values.ts';
import { modelBytes, writeModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';

/** x → NonZero → Transpose → Cast, with what no rule can tell in the middle. */
function dataDependent(): OnnxModel {
  const builder = new GraphBuilder('places');
  const x = builder.input('x', 'float32', [2, 3]);
  const places = builder.node('NonZero', [x], { outputs: ['p'] });
  const turned = builder.node('Transpose', [places], { outputs: ['t'] });
  builder.output(builder.node('Cast', [turned], { attributes: { to: 1 }, outputs: ['y'] }), 'float32', ['found', 2]);
  return builder.model();
}

/** Values as the real engine makes them of x. */
async function observeWith(model: OnnxModel, values: readonly string[], x: Float32Array) {
  const path = join(mkdtempSync(join(tmpdir(), 'dyno-values-')), 'model.onnx');
  writeModel(path, withOutputs(model, values));
  const session = await ortCpu.load(path, {
    fusion: 'off',
    precision: 'fp32',
    threads: 1,
    spinning: 'off',
    profilePrefix: null,
    dumpPath: null,
  });
  try {
    const results = await session.run({ x: session.tensor('float32', [2, 3], x) }, null);
    return new Map(
      values.flatMap((name): [string, ObservedValue][] => {
        const result = results[name];
        return result === undefined ? [] : [[name, { shape: [...result.dims], type: result.type }]];
      }),
    );
  } finally {
    await session.dispose();
  }
}

test('shapes that depend on data are those of a run, and what follows from them follows', async () => {
  const model = dataDependent();
  const before = modelBytes(model);
  expect(inferValues(model, { x: [2, 3] }).shapes.has('y')).toBe(false);
  const asked: string[][] = [];
  const { shapes, types } = await completeValues(model, { x: [2, 3] }, (values) => {
    asked.push([...values]);
    return observeWith(model, values, Float32Array.of(1, 0, 2, 0, 0, 3)); // three that are not 0
  });
  expect(asked).toEqual([['p', 't', 'y']]);
  expect(Object.fromEntries(shapes)).toEqual({ x: [2, 3], p: [2, 3], t: [3, 2], y: [3, 2] });
  expect(Object.fromEntries(types)).toEqual({ x: 'float32', p: 'int64', t: 'int64', y: 'float32' });
  expect(modelBytes(model)).toEqual(before);
});

test('a model that the rules can tell is not run', async () => {
  const builder = new GraphBuilder('plain');
  builder.output(builder.node('Relu', [builder.input('x', 'float32', [2])], { outputs: ['y'] }), 'float32', [2]);
  const { shapes } = await completeValues(builder.model(), { x: [2] }, () => Promise.reject(new Error('It was run.')));
  expect(shapes.get('y')).toEqual([2]);
});
