import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { checkModel, type ModelProblemCode, requireSoundModel } from '../../src/graph/check-model.ts';
import { readModel } from '../../src/graph/onnx-file.ts';
import type { OnnxModel } from '../../src/graph/onnx-message.ts';
import { packageFile } from '../../src/kernel/package-root.ts';

/** x · w → Relu r → If(flag) whose branches use r. */
function sound(): OnnxModel {
  const branch = (name: string) => {
    const body = new GraphBuilder(name, ['r']);
    body.output(body.node('Neg', ['r'], { outputs: [`${name}Out`] }), 'float32', [2, 3]);
    return body.graph();
  };
  const builder = new GraphBuilder('main');
  const x = builder.input('x', 'float32', ['batch', 4]);
  const flag = builder.input('flag', 'bool', []);
  const w = builder.constant('w', 'float32', [4, 3], new Float32Array(12));
  const product = builder.node('MatMul', [x, w], { name: 'dense', outputs: ['d'] });
  const r = builder.node('Relu', [product], { outputs: ['r'] });
  builder.output(r, 'float32', ['batch', 3]);
  const attributes = { then_branch: branch('then'), else_branch: branch('else') };
  builder.output(builder.node('If', [flag], { name: 'choice', attributes, outputs: ['y'] }), 'float32', ['batch', 3]);
  return builder.model();
}

const bodyOf = (model: OnnxModel) => model.graph.node[2]?.attribute[0]?.g;

test('a model with bodies that use outer values is sound', () => {
  expect(checkModel(sound())).toEqual([]);
  expect(() => requireSoundModel(sound(), 'sound.onnx')).not.toThrow();
});

test('bundled and foreign models are sound', () => {
  expect(checkModel(readModel(packageFile('models', 'digits', 'digits.onnx')))).toEqual([]);
  const assets = packageFile('node_modules', '@gutenye', 'ocr-models', 'assets');
  expect(checkModel(readModel(`${assets}/ch_PP-OCRv4_rec_infer.onnx`))).toEqual([]);
});

test('an initialiser that is listed as an input, too, is the default of that input', () => {
  const model = sound();
  const [x] = model.graph.input;
  if (x !== undefined) model.graph.input.push({ ...x, name: 'w' });
  expect(checkModel(model)).toEqual([]);
});

type Damage = (model: OnnxModel) => unknown;

const weight = (model: OnnxModel) => at(model.graph.initializer, 0);
const node = (model: OnnxModel, place: number) => at(model.graph.node, place);

test.each<[string, ModelProblemCode, string, Damage]>([
  ['no IR version', 'IR_VERSION', 'the model', (model) => Object.assign(model, { irVersion: 0n })],
  ['no operator version', 'OPSET_MISSING', 'MatMul "dense"', (model) => model.opsetImport.splice(0)],
  ['version 0', 'OPSET_INVALID', 'the model', (model) => Object.assign(at(model.opsetImport, 0), { version: 0n })],
  ['an unknown domain', 'OPSET_MISSING', 'a:Relu "Relu2"', (model) => Object.assign(node(model, 1), { domain: 'a' })],
  ['no operator', 'NAME_MISSING', 'node "Relu2"', (model) => Object.assign(node(model, 1), { opType: '' })],
  ['two nodes that make a value', 'VALUE_MADE_TWICE', 'Relu "Relu2"', (model) => node(model, 1).output.push('d')],
  ['a node that makes an input', 'VALUE_MADE_TWICE', 'Relu "Relu2"', (model) => node(model, 1).output.push('x')],
  ['two constants', 'VALUE_MADE_TWICE', 'initialiser "w"', (model) => model.graph.initializer.push(weight(model))],
  ['a lost constant', 'VALUE_MISSING', 'MatMul "dense"', (model) => model.graph.initializer.splice(0)],
  [
    'a lost output',
    'VALUE_MISSING',
    'graph "main"',
    (model) => Object.assign(at(model.graph.output, 0), { name: 'z' }),
  ],
  ['a value of another body', 'VALUE_MISSING', 'Neg "Neg1"', (model) => bodyOf(model)?.node[0]?.input.push('elseOut')],
  ['a circle', 'CYCLE', 'graph "main"', (model) => node(model, 0).input.splice(0, 1, 'r')],
  ['a circle through a body', 'CYCLE', 'graph "main"', (model) => node(model, 0).input.splice(0, 1, 'y')],
  [
    'an attribute given twice',
    'ATTRIBUTE_INVALID',
    'If "choice"',
    (model) => Object.assign(at(node(model, 2).attribute, 1), { name: 'then_branch' }),
  ],
  [
    'an attribute without its body',
    'ATTRIBUTE_INVALID',
    'If "choice", attribute "then_branch"',
    (model) => Object.assign(at(node(model, 2).attribute, 0), { g: undefined }),
  ],
  ['no type', 'TYPE_MISSING', 'input "x"', (model) => Object.assign(at(model.graph.input, 0), { type: undefined })],
  ['no element type', 'TYPE_UNKNOWN', 'initialiser "w"', (model) => Object.assign(weight(model), { dataType: 99 })],
  [
    'a negative size',
    'SHAPE_INVALID',
    'initialiser "w"',
    (model) => Object.assign(weight(model), { dims: [-4n, -3n] }),
  ],
  ['2^60 elements', 'SHAPE_INVALID', 'initialiser "w"', (model) => Object.assign(weight(model), { dims: [2n ** 60n] })],
  ['too few data', 'DATA_SIZE', 'initialiser "w"', (model) => Object.assign(weight(model), { dims: [4n, 4n] })],
  [
    'a list of another type',
    'DATA_SIZE',
    'initialiser "w"',
    (model) => Object.assign(weight(model), { rawData: new Uint8Array(), int64Data: Array(12).fill(0n) }),
  ],
  ['two encodings', 'DATA_SIZE', 'initialiser "w"', (model) => Object.assign(weight(model), { floatData: [1] })],
])('%s: %s', (_case, code, where, damage) => {
  const model = sound();
  damage(model);
  expect(checkModel(model)).toContainEqual({ code, where, problem: expect.stringMatching(/./) });
  expect(() => requireSoundModel(model, 'm.onnx')).toThrow(
    expect.objectContaining({
      code: 'MODEL_INVALID',
      exitCode: 3,
      message: expect.stringMatching(/^m\.onnx: .*\[[A-Z_]+\]/),
    }),
  );
});

test('a message shows the control characters of a name escaped and a long name cut', () => {
  const model = sound();
  const name = `\u001b[2J${'n'.repeat(5000)}`;
  at(model.graph.node, 0).input.push(name);
  const [{ problem = '' } = {}] = checkModel(model);
  expect(problem).toContain('\\u001b[2J');
  expect(problem.length).toBeLessThan(200);
});

test('at most 100 problems are listed', () => {
  const model = sound();
  at(model.graph.node, 0).input.push(...Array.from({ length: 5000 }, (_, number) => `missing${number}`));
  expect(checkModel(model)).toHaveLength(100);
});

function at<T>(list: readonly T[], place: number): T {
  const item = list[place];
  if (item === undefined) throw new RangeError(`Nothing at ${place}.`);
  return item;
}
