import { expect, test } from 'vitest';
import type { Axes, ScenarioSettings } from '../../src/suite/plan.ts';
import { coresForInference, unfitOf } from '../../src/suite/unfit.ts';

const axes: Axes = {
  backend: 'ort-cpu',
  batchSize: 1,
  precision: 'fp32',
  fusion: 'on',
  layout: 'engine',
  hygiene: 'on',
  threads: 2,
  spinning: 'off',
};
const server: ScenarioSettings = { kind: 'server', arrivals: { kind: 'constant' }, rate: 5 };

test('threads and the generator must have a core each', () => {
  expect(unfitOf({ scenario: server, axes }, 3)).toBeNull();
  expect(unfitOf({ scenario: server, axes }, 2)).toMatchObject({ code: 'NO_CORE_FOR_GENERATOR', need: 3, have: 2 });
  expect(unfitOf({ scenario: { kind: 'closed_loop', concurrency: 2 }, axes }, 2)?.code).toBe('NO_CORE_FOR_GENERATOR');
  // One query at a time needs no thread that waits for its moment.
  expect(unfitOf({ scenario: { kind: 'closed_loop', concurrency: 1 }, axes }, 2)).toBeNull();
  expect(unfitOf({ scenario: { kind: 'single_stream' }, axes }, 1)).toBeNull();
});

test('on a single core there is no core for the generator, and it says what would do', () => {
  expect(coresForInference(server, 1)).toBe(1);
  const unfit = unfitOf({ scenario: server, axes: { ...axes, threads: 1 } }, 1);
  expect(unfit).toMatchObject({ code: 'NO_CORE_FOR_GENERATOR', need: 2, have: 1 });
  expect(unfit?.message).toMatch(/a machine with two cores or more/);
});

test('a query of several items is served in whole batches', () => {
  const scenario: ScenarioSettings = { kind: 'multi_stream', itemsPerQuery: 8 };
  const codes = [1, 2, 3, 4, 8, 16].map((batchSize) => unfitOf({ scenario, axes: { ...axes, batchSize } }, 2)?.code);
  const unfit = 'BATCH_DOES_NOT_DIVIDE';
  expect(codes).toEqual([undefined, undefined, unfit, undefined, undefined, unfit]);
});
