import { expect, test } from 'vitest';
import type { ModelValue } from '../../src/graph/model-values.ts';
import { type ChosenSizes, resolveInputs } from '../../src/workloads/input-shapes.ts';

type Dimension = number | string | null;

const none: ChosenSizes = { dimensions: {}, shapes: {} };

function float(name: string, ...shape: Dimension[]): ModelValue {
  return { name, type: 'float32', shape };
}

function int(name: string, ...shape: Dimension[]): ModelValue {
  return { name, type: 'int64', shape };
}

/** Item shape and batch axis of each input. */
function resolved(inputs: ModelValue[], chosen: Partial<ChosenSizes> = {}) {
  return resolveInputs(inputs, { ...none, ...chosen }, 'm.onnx').map(({ itemShape, batchAxis }) => [
    itemShape,
    batchAxis,
  ]);
}

/** The message of the error that it ends in. */
function refusal(inputs: ModelValue[], chosen: Partial<ChosenSizes> = {}) {
  try {
    resolveInputs(inputs, { ...none, ...chosen }, 'm.onnx');
  } catch (error) {
    return error as Error & { code: string; exitCode: number };
  }
  throw new Error('Expected an error.');
}

test.each<[string, Dimension]>([
  ['named batch', 'batch_size'],
  ['named N', 'N'],
  ['named by a converter', 'unk__12'],
  ['named by Paddle', 'p2o.DynamicDimension.0'],
  ['without a name', null],
])('a dynamic dimension in front of the only input, %s, is the batch', (_name, dimension) => {
  expect(resolved([float('x', dimension, 3, 8, 8)])).toEqual([[[1, 3, 8, 8], 0]]);
});

test('a dimension in front whose name says something else is no batch', () => {
  expect(resolved([float('x', 'frames', 80)], { dimensions: { frames: 20 } })).toEqual([[[20, 80], null]]);
});

test('a single dynamic dimension without a name is no batch', () => {
  expect(refusal([float('audio', null)])).toMatchObject({ code: 'MODEL_SHAPE_NEEDED' });
});

test('inputs that do not share the dimension in front have no batch, unless one names it', () => {
  expect(resolved([float('a', 'n0', 2), float('b', 3, 2)], { dimensions: { n0: 4 } })).toEqual([
    [[4, 2], null],
    [[3, 2], null],
  ]);
  expect(resolved([float('a', 'batch', 2), float('b', 3, 2)])).toEqual([
    [[1, 2], 0],
    [[3, 2], null],
  ]);
});

test('a named batch is found in second place, too', () => {
  expect(resolved([float('input', 'batch', 512), float('h', 2, 'batch', 64), int('sr')])).toEqual([
    [[1, 512], 0],
    [[2, 1, 64], 1],
    [[], null],
  ]);
});

test('a fixed 1 in front is a batch of one where no input has another', () => {
  expect(resolved([float('x', 1, 3, 8, 8)])).toEqual([[[1, 3, 8, 8], 0]]);
  expect(resolved([float('x', 'batch', 4), float('scale', 1, 4)])).toEqual([
    [[1, 4], 0],
    [[1, 4], null],
  ]);
});

test('the size of a named dimension goes for all inputs that have it', () => {
  const inputs = [int('ids', 'batch', 'seq'), int('mask', 'batch', 'seq'), int('lengths', 'batch')];
  const expected = [
    [[1, 7], 0],
    [[1, 7], 0],
    [[1], 0],
  ];
  expect(resolved(inputs, { dimensions: { seq: 7 } })).toEqual(expected);
  expect(resolved(inputs, { shapes: { mask: [1, 7] } })).toEqual(expected);
});

test('open dimensions are asked for with the lines that make the model run', () => {
  const error = refusal([float('x', 'p2o.DynamicDimension.0', 3, 48, 'p2o.DynamicDimension.1')]);
  expect(error).toMatchObject({ code: 'MODEL_SHAPE_NEEDED', exitCode: 3 });
  expect(error.message.split('\n').map((line) => line.trim())).toEqual(
    expect.arrayContaining(['--shape x:1x3x48x320', '--shape p2o.DynamicDimension.1=320']),
  );
});

test('inputs of audio with its sampling rate are asked for by whole shapes, as their dimensions have no names', () => {
  const { message } = refusal([float('input', null, null), float('state', 2, null, 128), int('sr')]);
  expect(message).toContain('--shape input:1x512 --shape state:2x1x128\n');
  expect(message).not.toContain('by the names');
});

test('tokens are asked for once for all inputs that share the dimension', () => {
  const { message } = refusal([int('ids', 'batch', 'seq'), int('mask', 'batch', 'seq')]);
  expect(message).toContain('--shape ids:1x128 --shape mask:1x128');
  expect(message).toContain('--shape seq=128');
});

test('pictures are asked for with channels in front or last', () => {
  expect(refusal([float('x', 'N', 3, 'H', 'W')]).message).toContain('--shape x:1x3x224x224');
  expect(refusal([float('x', 'N', 'H', 'W', 3)]).message).toContain('--shape x:1x224x224x3');
  expect(refusal([float('x', 'N', 3, 640, null)]).message).toContain('--shape x:1x3x640x640');
});

test('names that a shell would read otherwise are quoted', () => {
  expect(refusal([float('my input', 'batch', 'floor(w / 2)')]).message).toContain(
    "--shape 'my input:1x128'\nor by the names of the dimensions:\n  --shape 'floor(w / 2)=128'",
  );
});

test.each<[string, ModelValue[], Partial<ChosenSizes>, string, string]>([
  [
    'an input that is not there',
    [float('image', 1, 2)],
    { shapes: { imgae: [1, 2] } },
    'SHAPE_UNKNOWN_INPUT',
    'Did you mean "image"?',
  ],
  [
    'a dimension that is not there',
    [float('x', 'batch', 'width')],
    { dimensions: { widht: 2 } },
    'SHAPE_UNKNOWN_DIMENSION',
    '"width"?',
  ],
  [
    'another number of dimensions',
    [float('x', 'batch', 'w')],
    { shapes: { x: [1, 2, 3] } },
    'SHAPE_MISMATCH',
    'x:1x2x3 has 3',
  ],
  [
    'another size of a fixed dimension',
    [float('x', 'batch', 4)],
    { shapes: { x: [1, 5] } },
    'SHAPE_MISMATCH',
    'is fixed at 4',
  ],
  [
    'two sizes of one dimension',
    [float('a', 'batch', 'w'), float('b', 'batch', 'w')],
    { shapes: { a: [1, 2], b: [1, 3] } },
    'SHAPE_CONFLICT',
    '2 and, by b:1x3, 3',
  ],
  ['a batch by shape', [float('x', 'batch', 'w')], { shapes: { x: [8, 2] } }, 'SHAPE_BATCH', '--batch-size 8'],
  ['a batch by name', [float('x', 'batch', 2)], { dimensions: { batch: 8 } }, 'SHAPE_BATCH', '--batch-size 8'],
  ['a size of 0', [float('x', 'batch', 'w')], { dimensions: { w: 0 } }, 'SHAPE_INVALID', 'above 0'],
])('%s is refused', (_name, inputs, chosen, code, text) => {
  expect(refusal(inputs, chosen)).toMatchObject({ code, exitCode: 3, message: expect.stringContaining(text) });
});

test('a model that hides the rank of its input takes a whole shape', () => {
  const input: ModelValue = { name: 'x', type: 'float32', shape: null };
  expect(refusal([input])).toMatchObject({
    code: 'MODEL_SHAPE_NEEDED',
    message: expect.stringContaining('--shape x:1x3x224x224'),
  });
  expect(resolveInputs([input], { ...none, shapes: { x: [2, 5] } }, 'm.onnx')[0]?.itemShape).toEqual([2, 5]);
});
