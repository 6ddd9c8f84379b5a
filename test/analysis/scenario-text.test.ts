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

test('two traces read differently', () => {
  const trace = { queries: 2, seconds: 1 };
  expect(scenarioText({ kind: 'replay', trace: { sha256: `0123456789${'a'.repeat(54)}`, ...trace } })).toBe(
    'replay 01234567',
  );
});

test('a search reads with what it found', () => {
  expect(scenarioText({ kind: 'server', rate: 'search' }, 1500)).toBe('server search 1,500/s');
});

test('a rate that is searched for is the answer of the system, one that is set is not', () => {
  expect(hasFixedSchedule({ kind: 'server', rate: 100 })).toBe(true);
  expect(hasFixedSchedule({ kind: 'replay' })).toBe(true);
  expect(hasFixedSchedule({ kind: 'server', rate: 'search' })).toBe(false);
  expect(hasFixedSchedule({ kind: 'offline' })).toBe(false);
});
