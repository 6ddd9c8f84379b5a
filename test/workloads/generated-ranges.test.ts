import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { generatedRanges } from '../../src/workloads/generated-ranges.ts';
import type { PreparedInput } from '../../src/workloads/prepared-workload.ts';

function input(name: string, type: string, itemShape: number[]): PreparedInput {
  return { name, type, itemShape, batchAxis: itemShape.length > 0 ? 0 : null };
}

const empty = new GraphBuilder('empty').model();

test.each([
  ['sr', 'int64', [], { kind: 'constant', value: 16_000 }],
  ['attention_mask', 'int64', [1, 8], { kind: 'constant', value: 1 }],
  ['token_type_ids', 'int64', [1, 8], { kind: 'constant', value: 0 }],
  ['state', 'float32', [2, 1, 128], { kind: 'constant', value: 0 }],
  ['h0', 'float32', [1, 64], { kind: 'constant', value: 0 }],
  ['past_key_values.0.key', 'float32', [1, 4, 1, 8], { kind: 'constant', value: 0 }],
  ['use_cache_branch', 'bool', [], { kind: 'constant', value: 0 }],
  ['flags', 'bool', [1, 3], { kind: 'integers', low: 0, high: 1 }],
  ['image', 'uint8', [1, 3, 8, 8], { kind: 'integers', low: 0, high: 255 }],
  ['speaker', 'int64', [1], { kind: 'integers', low: 0, high: 1 }],
  ['x', 'float32', [1, 3, 8, 8], { kind: 'uniform', low: -1, high: 1 }],
])('%s of type %s is filled by its rule', (name, type, shape, expected) => {
  // Beside one that varies, as a state comes with an input.
  const inputs = [input(name, type, shape), input('beside', 'uint8', [1, 2])];
  expect(generatedRanges(inputs, empty)[name]).toEqual(expected);
});

test.each(['hidden_states', 'encoder_hidden_states', 'last_hidden_state', 'lastHiddenState', 'statement', 'pastry'])(
  '%s is no state and varies',
  (name) => {
    const inputs = [input('ids', 'int64', [1, 8]), input(name, 'float32', [1, 8, 4])];
    expect(generatedRanges(inputs, empty)[name]).toEqual({ kind: 'uniform', low: -1, high: 1 });
  },
);

test('floats vary where nothing else does, whatever their names; a sampling rate stays', () => {
  const inputs = [
    input('state', 'float32', [1, 4]),
    input('h', 'float32', [1, 4]),
    input('token_type_ids', 'int64', [1, 4]),
    input('sample_rate', 'float32', [1]),
  ];
  expect(generatedRanges(inputs, empty)).toEqual({
    state: { kind: 'uniform', low: -1, high: 1 },
    h: { kind: 'uniform', low: -1, high: 1 },
    token_type_ids: { kind: 'constant', value: 0 },
    sample_rate: { kind: 'constant', value: 16_000 },
  });
});

test('ids stay below the rows of the table that they look up', () => {
  const graph = new GraphBuilder('embedding');
  const ids = graph.input('input_ids', 'int64', ['batch', 'seq']);
  graph.node('Gather', [graph.constant('table', 'float32', [30, 2], new Float32Array(60)), ids]);
  expect(generatedRanges([input('input_ids', 'int64', [1, 8])], graph.model())).toEqual({
    input_ids: { kind: 'integers', low: 0, high: 29 },
  });
});

test('lengths are those of the sequence beside them', () => {
  const inputs = [input('chars', 'int64', [1, 40]), input('input_lengths', 'int64', [1])];
  expect(generatedRanges(inputs, empty).input_lengths).toEqual({ kind: 'constant', value: 40 });
});
