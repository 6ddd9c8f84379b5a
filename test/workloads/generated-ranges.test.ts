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
  expect(generatedRanges([input(name, type, shape)], empty)).toEqual({ [name]: expected });
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
