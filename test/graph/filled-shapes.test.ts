import { expect, test } from 'vitest';
import { type Attribute, GraphBuilder } from '../../src/graph/builder.ts';
import { inferShapes } from '../../src/graph/shapes.ts';

interface Case {
  /** Shapes of the inputs; of a number or list in `constants`, the elements of one more input, null leaves it out. */
  readonly inputs?: number[][];
  readonly constants?: (number | number[] | null)[];
  readonly attributes?: Record<string, Attribute>;
  readonly domain?: string;
  readonly outputs?: number;
}

/** The shapes of the outputs of one node, null for one that is not known. */
function shapesAfter(operator: string, { inputs = [], constants = [], outputs = 1, ...options }: Case) {
  const builder = new GraphBuilder('one');
  const names = inputs.map((shape, place) => builder.input(`x${place}`, 'float32', shape));
  for (const [place, values] of constants.entries()) {
    const list = typeof values === 'number' ? [values] : values;
    const dims = typeof values === 'number' ? [] : [list?.length ?? 0];
    names.push(list === null ? '' : builder.constant(`c${place}`, 'int64', dims, BigInt64Array.from(list, BigInt)));
  }
  const made = Array.from({ length: outputs }, (_, place) => `y${place}`);
  builder.node(operator, names, { outputs: made, ...options });
  const shapes = inferShapes(builder.model(), Object.fromEntries(inputs.map((shape, place) => [`x${place}`, shape])));
  return made.map((name) => shapes.get(name) ?? null);
}

test.each<[string, string, Case, number[]]>([
  ['Expand broadcasts either way', 'Expand', { inputs: [[3, 1]], constants: [[2, 1, 6]] }, [2, 3, 6]],
  ['Tile repeats', 'Tile', { inputs: [[2, 3]], constants: [[2, 1]] }, [4, 3]],
  ['Pad adds begins and ends', 'Pad', { inputs: [[2, 5]], constants: [[0, 1, 3, 2]] }, [5, 8]],
  ['Pad of an older model', 'Pad', { inputs: [[2, 5]], attributes: { pads: [0, 1, 3, 2] } }, [5, 8]],
  ['Pad of one axis', 'Pad', { inputs: [[2, 5]], constants: [[1, -2], null, [-1]] }, [2, 4]],
  ['ConstantOfShape', 'ConstantOfShape', { constants: [[2, 7]] }, [2, 7]],
  ['Range rounds up', 'Range', { constants: [1, 10, 4] }, [3]], // 1 5 9
  ['Range that goes nowhere', 'Range', { constants: [3, 1, 1] }, [0]],
  ['OneHot adds a last dimension', 'OneHot', { inputs: [[2, 3]], constants: [10, [0, 1]] }, [2, 3, 10]],
  ['OneHot in front', 'OneHot', { inputs: [[2, 3]], constants: [10, [0, 1]], attributes: { axis: 0 } }, [10, 2, 3]],
  [
    'GatherElements is as the indices',
    'GatherElements',
    {
      inputs: [
        [5, 3],
        [2, 3],
      ],
    },
    [2, 3],
  ],
  [
    'GatherND of rows',
    'GatherND',
    {
      inputs: [
        [5, 3, 4],
        [7, 1],
      ],
    },
    [7, 3, 4],
  ],
  [
    'GatherND in a batch',
    'GatherND',
    {
      inputs: [
        [5, 3, 4],
        [5, 2, 1],
      ],
      attributes: { batch_dims: 1 },
    },
    [5, 2, 4],
  ],
  ['ArgMax', 'ArgMax', { inputs: [[2, 5]], attributes: { axis: -1, keepdims: 0 } }, [2]],
  ['ArgMin that keeps', 'ArgMin', { inputs: [[2, 5]] }, [1, 5]],
  ['DepthToSpace', 'DepthToSpace', { inputs: [[1, 8, 3, 5]], attributes: { blocksize: 2 } }, [1, 2, 6, 10]],
  ['SpaceToDepth', 'SpaceToDepth', { inputs: [[1, 2, 6, 10]], attributes: { blocksize: 2 } }, [1, 8, 3, 5]],
  [
    'GridSample',
    'GridSample',
    {
      inputs: [
        [2, 3, 9, 9],
        [2, 4, 5, 2],
      ],
    },
    [2, 3, 4, 5],
  ],
  [
    'Einsum',
    'Einsum',
    {
      inputs: [
        [2, 3, 4],
        [2, 5, 4],
      ],
      attributes: { equation: 'bqd, bkd -> bqk' },
    },
    [2, 3, 5],
  ],
  [
    'Einsum without an arrow',
    'Einsum',
    {
      inputs: [
        [3, 4],
        [4, 5],
      ],
      attributes: { equation: 'zj,jb' },
    },
    [5, 3],
  ], // b, z
  [
    'ReduceMean of no axes that is to do nothing',
    'ReduceMean',
    { inputs: [[2, 5]], attributes: { noop_with_empty_axes: 1 } },
    [2, 5],
  ],
  [
    'ConvTranspose with SAME',
    'ConvTranspose',
    {
      inputs: [
        [1, 4, 5, 5],
        [4, 2, 3, 3],
      ],
      attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] },
    },
    [1, 2, 10, 10],
  ],
  [
    'FusedConv',
    'FusedConv',
    {
      inputs: [
        [1, 1, 5, 5],
        [2, 1, 3, 3],
      ],
      domain: 'com.microsoft',
    },
    [1, 2, 3, 3],
  ],
  ['QLinearMatMul', 'QLinearMatMul', { inputs: [[2, 8], [], [], [8, 5]] }, [2, 5]],
])('%s', (_name, operator, options, expected) => {
  expect(shapesAfter(operator, options)).toEqual([expected]);
});

test.each<[string, string, Case, (number[] | null)[]]>([
  [
    'Split in equal parts',
    'Split',
    { inputs: [[2, 6]], attributes: { axis: 1 }, outputs: 3 },
    [
      [2, 2],
      [2, 2],
      [2, 2],
    ],
  ],
  [
    'Split with a smaller last part',
    'Split',
    { inputs: [[7]], attributes: { num_outputs: 3 }, outputs: 3 },
    [[3], [3], [1]],
  ],
  ['Split by an attribute', 'Split', { inputs: [[7]], attributes: { split: [2, 5] }, outputs: 2 }, [[2], [5]]],
  ['Split by an input', 'Split', { inputs: [[7]], constants: [[1, 6]], outputs: 2 }, [[1], [6]]],
  ['Split by what is not known', 'Split', { inputs: [[7], [2]], outputs: 2 }, [null, null]],
  [
    'TopK',
    'TopK',
    { inputs: [[2, 9]], constants: [[4]], outputs: 2 },
    [
      [2, 4],
      [2, 4],
    ],
  ],
  [
    'LSTM',
    'LSTM',
    {
      inputs: [
        [7, 2, 3],
        [1, 20, 3],
        [1, 20, 5],
      ],
      outputs: 3,
    },
    [
      [7, 1, 2, 5],
      [1, 2, 5],
      [1, 2, 5],
    ],
  ],
  [
    'GRU of batches first',
    'GRU',
    {
      inputs: [
        [2, 7, 3],
        [2, 15, 3],
        [2, 15, 5],
      ],
      attributes: { layout: 1 },
      outputs: 2,
    },
    [
      [2, 7, 2, 5],
      [2, 2, 5],
    ],
  ],
  ['DynamicQuantizeLinear', 'DynamicQuantizeLinear', { inputs: [[2, 3]], outputs: 3 }, [[2, 3], [], []]],
  [
    'LayerNormalization',
    'LayerNormalization',
    { inputs: [[2, 3, 4]], attributes: { axis: 1 }, outputs: 3 },
    [
      [2, 3, 4],
      [2, 1, 1],
      [2, 1, 1],
    ],
  ],
])('%s', (_name, operator, options, expected) => {
  expect(shapesAfter(operator, options)).toEqual(expected);
});

test('a shape that the graph chooses by comparing is followed, as exporters write an expansion', () => {
  const builder = new GraphBuilder('expansion');
  const constant = (name: string, ...values: number[]) =>
    builder.constant(name, 'int64', [values.length], BigInt64Array.from(values, BigInt));
  const x = builder.input('x', 'float32', [3, 1]);
  const wanted = constant('wanted', -1, 6);
  const ones = builder.node('ConstantOfShape', [constant('two', 2)], { attributes: { value: tensorOf(1n) } });
  const isOpen = builder.node('Equal', [wanted, builder.node('Mul', [ones, constant('minus', -1)])]);
  builder.node('Expand', [x, builder.node('Where', [isOpen, ones, wanted])], { outputs: ['y'] });
  expect(inferShapes(builder.model(), { x: [3, 1] }).get('y')).toEqual([3, 6]);
});

test('halves of a dimension are followed where they are whole', () => {
  const halved = (width: number) => {
    const builder = new GraphBuilder('halves');
    const x = builder.input('x', 'float32', ['width']);
    const two = builder.constant('two', 'int64', [1], BigInt64Array.of(2n));
    const half = builder.node('Div', [builder.node('Shape', [x]), two]);
    builder.node('ConstantOfShape', [half], { outputs: ['y'] });
    return inferShapes(builder.model(), { x: [width] }).get('y');
  };
  expect(halved(10)).toEqual([5]);
  expect(halved(7)).toBeUndefined(); // 3 of integers, 3.5 of floats
});

test('shapes and numbers that double at every node are given up, not followed', () => {
  const builder = new GraphBuilder('doubling');
  let ids = builder.input('x', 'int64', [1]);
  let numbers = builder.node('Shape', [ids]);
  for (let round = 0; round < 60; round++) {
    ids = builder.node('Gather', [ids, ids]);
    ids = builder.node('Unsqueeze', [ids], { attributes: { axes: [0] } });
    numbers = builder.node('Concat', [numbers, numbers], { attributes: { axis: 0 } });
  }
  builder.output(ids, 'int64', []);
  expect(inferShapes(builder.model(), { x: [1] }).get(ids)).toBeUndefined();
});

test('a Slice of a huge axis is counted, one with a step of 0 is not known', () => {
  const far = [2 ** 40];
  expect(shapesAfter('Slice', { inputs: [far], constants: [[0], far, [0], [1]] })).toEqual([[2 ** 40]]);
  expect(shapesAfter('Slice', { inputs: [far], constants: [[0], [5], [0], [0]] })).toEqual([null]);
});

function tensorOf(value: bigint) {
  const builder = new GraphBuilder('value');
  builder.constant('value', 'int64', [1], BigInt64Array.of(value));
  const [tensor] = builder.graph().initializer;
  if (tensor === undefined) throw new RangeError('No constant was made.');
  return tensor;
}
