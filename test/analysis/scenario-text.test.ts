import { expect, test } from 'vitest';
import { hasFixedSchedule, scenarioText } from '../../src/analysis/scenario-text.ts';

test.each([
  [{ kind: 'single_stream' }, 'single_stream'],
  [{ kind: 'multi_stream', itemsPerQuery: 8 }, 'multi_stream 8'],
  [{ kind: 'server', arrivals: { kind: 'poisson' }, rate: 1500 }, 'server 1,500/s'],
  [{ kind: 'server', arrivals: { kind: 'gamma' }, rate: 'search' as const }, 'server gamma search'],
  [{ kind: 'closed_loop', concurrency: 4 }, 'closed_loop 4'],
  [{ kind: 'replay', speed: 2 }, 'replay 2 ×'],
  [{ kind: 'replay', speed: 1 }, 'replay'],
])('%o reads %s', (scenario, text) => {
  expect(scenarioText(scenario)).toBe(text);
});

test('a rate that is searched for is the answer of the system, one that is set is not', () => {
  expect(hasFixedSchedule({ kind: 'server', rate: 100 })).toBe(true);
  expect(hasFixedSchedule({ kind: 'replay' })).toBe(true);
  expect(hasFixedSchedule({ kind: 'server', rate: 'search' })).toBe(false);
  expect(hasFixedSchedule({ kind: 'offline' })).toBe(false);
});
