import { expect, test } from 'vitest';
import { projectedCells } from '../../src/cli/projected-cells.ts';
import { compileSuites } from '../../src/suite/compile.ts';
import { known, suiteFolder } from '../suite/suite-folder.ts';

const { write } = suiteFolder();
const requested = [
  { asked: 'a', id: 'absent-a', name: 'A', present: false, why: 'there is none' },
  { asked: 'b', id: 'here', name: 'B', present: true, why: 'found' },
  { asked: 'c', id: 'absent-c', name: 'C', present: false, why: 'there is none' },
];
const cellsOf = (text: string) =>
  projectedCells(compileSuites([write(`name: a\nworkloads: [digits]\n${text}`)], {}, { ...known, requested }));

test('each profile that is absent has a cell for each case, and one that is here has none', () => {
  const cells = cellsOf('matrix: {precision: [fp32, int8], fusion: [on], threads: [1]}\n');
  expect(cells.map(({ profile, precision }) => `${profile} ${precision}`)).toEqual([
    'absent-a fp32',
    'absent-a int8',
    'absent-c fp32',
    'absent-c int8',
  ]);
});

test('cases that differ in what means nothing on the target share a cell', () => {
  const [cell, ...others] = cellsOf('matrix: {fusion: [on, off], threads: [1, 2]}\n').filter(
    ({ profile }) => profile === 'absent-a',
  );
  expect(others).toEqual([]);
  expect(cell?.beside).toHaveLength(4);
  expect(new Set(cell?.beside).size).toBe(4);
});

test('batch sizes of offline share a cell, as the stack decides what it takes at once', () => {
  const cells = cellsOf('scenarios: [offline]\nmatrix: {batch_size: [1, 8], threads: [1]}\n');
  expect(cells.map(({ published, batchSize }) => [published, batchSize])).toEqual([
    ['Offline', null],
    ['Offline', null],
  ]);
});

test('scenarios that nothing is published of have a cell that says so', () => {
  const cells = cellsOf(
    'scenarios: [single_stream, {kind: server, rate: 10}, {kind: closed_loop, concurrency: 2}, multi_stream]\nmatrix: {batch_size: [1, 8], threads: [1]}\n',
  ).filter(({ profile }) => profile === 'absent-a');
  expect(cells.map(({ scenario, batchSize, published }) => [scenario, batchSize, published])).toEqual([
    ['single_stream', 1, 'SingleStream'],
    ['single_stream', 8, null],
    ['server', null, 'Server'],
    ['closed_loop', 1, null],
    ['closed_loop', 8, null],
    ['multi_stream', 1, null],
    ['multi_stream', 8, null],
  ]);
  expect(cells.every(({ published, why }) => (published === null) === (why !== null))).toBe(true);
  expect(cells[1]?.why).toContain('no latency of a batch of 8 items is published');
});
