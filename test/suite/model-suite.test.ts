import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planForModel } from '../../src/suite/compile.ts';
import { parseShapes } from '../../src/suite/model-suite.ts';
import { inputError, known, suiteFolder } from './suite-folder.ts';

const { folder, write } = suiteFolder();

test('a whole shape, a scalar and a dimension', () => {
  expect(parseShapes(['input:1x3x224x224', 'sr:', 'width=320', 'ids:1,16'])).toEqual({
    shapes: { input: [1, 3, 224, 224], sr: [], ids: [1, 16] },
    dimensions: { width: 320 },
  });
});

test('names of tensors may hold colons, slashes and equal signs', () => {
  expect(parseShapes(['input:0:1x2', 'a/b=c:3', 'x=y=4'])).toEqual({
    shapes: { 'input:0': [1, 2], 'a/b=c': [3] },
    dimensions: { 'x=y': 4 },
  });
});

test.each([
  ['input', 'INPUT:1x3x224x224 or DIMENSION=320'],
  ['input:1xHx2', 'INPUT:1x3x224x224 or DIMENSION=320'],
  ['input:1x-3', 'INPUT:1x3x224x224 or DIMENSION=320'],
  ['width=', 'INPUT:1x3x224x224 or DIMENSION=320'],
  [':1x2', 'INPUT:1x3x224x224 or DIMENSION=320'],
  ['', 'INPUT:1x3x224x224 or DIMENSION=320'],
  ['input:0x3', 'sizes of at least 1, not 0'],
  ['width=99999999999999999999', 'sizes of at least 1'],
])('--shape %j is refused', (text, expected) => {
  const { code, exitCode, message } = inputError(() => parseShapes([text]));
  expect({ code, exitCode }).toEqual({ code: 'SHAPE_INVALID', exitCode: 3 });
  expect(message).toContain(`--shape ${text}: expected ${expected}`);
});

test('a name that is given twice is refused', () => {
  expect(inputError(() => parseShapes(['w=1', 'w=2'])).message).toMatch(/each name once, "w" was given before/);
});

test('a model alone is a plan of one case with generated inputs', () => {
  const model = write('', 'My model (v2).onnx');
  const plan = planForModel({ model, shapes: ['width=320'] }, {}, known);
  expect(plan.suite).toMatchObject({ name: 'My-model-v2-', file: null });
  expect(plan.workloads).toEqual([
    {
      name: 'My-model-v2-',
      kind: 'own',
      definition: {
        name: 'My-model-v2-',
        model: join(folder, 'My model (v2).onnx'),
        dimensions: { width: 320 },
        shapes: {},
        data: null,
        preprocess: null,
        postprocess: { kind: 'none' },
        metric: null,
      },
    },
  ]);
  expect(plan.cases.map(({ id }) => id)).toEqual(['My-model-v2-/ort-cpu/b1/fp32/fusion-on/t2/single_stream']);
});

test('options apply to a model as they do to a suite', () => {
  const model = write('', 'm.onnx');
  const plan = planForModel({ model, shapes: [] }, { batchSize: '1,8', fusion: 'on,off', quick: true }, known);
  expect(plan.cases).toHaveLength(4);
  expect(plan.policy.preset).toBe('smoke');
  expect(inputError(() => planForModel({ model, shapes: [] }, { batchSize: '0' }, known)).message).toMatch(
    /^--batch-size 0: /,
  );
});

test('a model that is named like a workload of the hub gets a name of its own', () => {
  expect(planForModel({ model: write('', 'digits.onnx'), shapes: [] }, {}, known).workloads[0]?.name).toBe(
    'digits-own',
  );
});

test('a model that is not there is an error with the nearest file', () => {
  write('', 'recogniser.onnx');
  expect(
    inputError(() => planForModel({ model: join(folder, 'recognizer.onnx'), shapes: [] }, {}, known), folder),
  ).toEqual({
    code: 'MODEL_NOT_FOUND',
    exitCode: 3,
    message:
      '--model recognizer.onnx: expected an ONNX file, got nothing at recognizer.onnx. Did you mean "recogniser.onnx"?',
  });
  expect(inputError(() => planForModel({ model: folder, shapes: [] }, {}, known)).message).toMatch(/got a folder/);
});
