import { expect, test } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { tableRows } from '../../src/graph/table-lookups.ts';

test('ids are bounded by the smallest table that they look up, through casts and reshapes', () => {
  const graph = new GraphBuilder('embedding');
  const ids = graph.input('input_ids', 'int64', ['batch', 'seq']);
  graph.input('attention_mask', 'int64', ['batch', 'seq']);
  const words = graph.constant('words', 'float32', [30, 2], new Float32Array(60));
  const types = graph.constant('types', 'float32', [2, 20], new Float32Array(40));
  graph.node('Gather', [words, graph.node('Cast', [ids], { attributes: { to: 6 } })]);
  graph.node('Gather', [types, graph.node('Unsqueeze', [ids])], { attributes: { axis: 1 } });
  expect(tableRows(graph.model())).toEqual(new Map([['input_ids', 20]]));
});

test('an input that is itself looked up in bounds nothing', () => {
  const graph = new GraphBuilder('table as input');
  const table = graph.input('table', 'float32', [5, 2]);
  const index = graph.constant('index', 'int64', [1], new BigInt64Array(1));
  graph.node('Gather', [table, index]);
  expect(tableRows(graph.model()).size).toBe(0);
});
