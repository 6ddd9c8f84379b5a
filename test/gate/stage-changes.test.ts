import { expect, test } from 'vitest';
import { stagesOf } from '../../src/gate/gate-report.ts';
import { type Observation, type Pair, unknownConditions } from '../../src/gate/pair.ts';
import { stageChanges } from '../../src/gate/stage-changes.ts';

function pair(
  round: number,
  base: Observation['stages'],
  head: Observation['stages'] | null,
  scenario = 'vision',
): Pair {
  const measured = (stages: Observation['stages']): Observation => {
    return { outcome: 'measured', values: {}, outputs: null, stages, conditions: unknownConditions, pid: 1 };
  };
  const failed = { outcome: 'failed', code: 'TIMEOUT', message: 'too slow', pid: 2 } as const;
  return {
    scenario,
    stage: 'look',
    round,
    first: 'base',
    seed: 1,
    base: measured(base),
    head: head === null ? failed : measured(head),
  };
}

test('the stage that changed most stands first, by the median over the pairs', () => {
  const pairs = [
    pair(0, { decode: 0.001, inference: 0.01 }, { decode: 0.003, inference: 0.01 }),
    pair(1, { decode: 0.001, inference: 0.01 }, { decode: 0.003, inference: 0.011 }),
    pair(2, { decode: 0.001, inference: 0.01 }, { decode: 0.003, inference: 0.09 }), // one slow process
    pair(3, { decode: 5 }, null), // failed pairs and other scenarios count nowhere
    pair(0, { decode: 7 }, { decode: 9 }, 'text'),
  ];
  expect(stageChanges(pairs, 'vision')).toEqual([
    { stage: 'decode', base: 0.001, head: 0.003, difference: 0.002 },
    { stage: 'inference', base: 0.01, head: 0.011, difference: expect.closeTo(0.001, 12) },
  ]);
});

test('a stage that one version lacks counts whole', () => {
  expect(stageChanges([pair(0, { a: 1 }, { b: 3 })], 'vision')).toEqual([
    { stage: 'b', base: null, head: 3, difference: 3 },
    { stage: 'a', base: 1, head: null, difference: -1 },
  ]);
});

test('without stages there is nothing to say', () => {
  expect(stageChanges([pair(0, {}, {})], 'vision')).toEqual([]);
});

test('a scenario that is called as what every object has is one of which nothing is known', () => {
  for (const name of ['constructor', '__proto__', 'toString']) expect(stagesOf({ stages: {} }, name)).toEqual([]);
  expect(stagesOf({ stages: { vision: [] } }, 'vision')).toEqual([]);
});

test('a stage that one version calls like a member that every object has is new in it', () => {
  const changes = stageChanges([pair(0, {}, { constructor: 0.5 } as unknown as Observation['stages'])], 'vision');
  expect(changes).toEqual([{ stage: 'constructor', base: null, head: 0.5, difference: 0.5 }]);
});
