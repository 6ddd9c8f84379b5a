import { expect, test } from 'vitest';
import { panelsOf } from '../../../src/report/charts/panels.ts';
import { paretoFigure, paretoFront } from '../../../src/report/charts/pareto.ts';
import { inputOf, sketchRun } from '../fixtures.ts';

test('the front holds what no other point beats in both', () => {
  const points = [
    { name: 'fast', latency: 1, throughput: 10 },
    { name: 'worse in both', latency: 2, throughput: 9 },
    { name: 'same speed, slower', latency: 3, throughput: 10 },
    { name: 'busy', latency: 4, throughput: 30 },
  ];
  expect(paretoFront(points).map(({ name }) => name)).toEqual(['fast', 'busy']);
});

test('of two points with one latency the one with more throughput is on the front', () => {
  expect(
    paretoFront([
      { latency: 1, throughput: 5 },
      { latency: 1, throughput: 7 },
    ]),
  ).toEqual([{ latency: 1, throughput: 7 }]);
});

test('offline cases are left out of the chart and the note says so', () => {
  const input = inputOf(
    sketchRun('pareto', [
      { workload: 'w', batchSize: 1 },
      { workload: 'w', batchSize: 8, median: 0.05 },
      { workload: 'w', batchSize: 8, scenario: 'offline' },
    ]),
  );
  const { charts, notes } = paretoFigure(panelsOf(input, 100, 10).panels);
  expect(charts).toHaveLength(1);
  expect(notes).toEqual(['Offline cases have no response time and stand in the table only.']);
});
