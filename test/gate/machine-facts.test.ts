import { expect, test } from 'vitest';
import { machineFacts } from '../../src/gate/machine-facts.ts';
import { type Conditions, type Pair, unknownConditions } from '../../src/gate/pair.ts';
import { defaultLimits } from '../../src/gate/settings.ts';
import { madePair, observation } from './made-pairs.ts';

const facts = (pairs: readonly Pair[]) =>
  machineFacts(null, pairs, defaultLimits).map(({ name, value }) => `${name}: ${value}`);
const pair = (round: number, base: Partial<Conditions>, head: Partial<Conditions>) =>
  madePair(round, observation({}, base), observation({}, head));

test('what both versions were started with is told', () => {
  const record = { environmentSha256: 'ab'.repeat(32), nodeOptions: null, affinity: '0-1' };
  expect(machineFacts(record, [], defaultLimits)).toEqual([
    {
      name: 'both versions:',
      value: 'environment abababab of a size that each round draws; no NODE_OPTIONS; processors 0-1',
    },
  ]);
  const other = machineFacts({ ...record, nodeOptions: '--jitless', affinity: null }, [], defaultLimits);
  expect(other[0]?.value).toContain('NODE_OPTIONS set; processors not known');
});

test('of a machine on which nothing was read, nothing is told', () => {
  expect(facts([pair(0, {}, {}), pair(1, unknownConditions, {})])).toEqual([]);
});

test('the most that others took is told with its limit, and in how many processes it was above', () => {
  const pairs = [
    pair(0, { foreignCpuShare: 0.02, ownCores: 0.01 }, { foreignCpuShare: 0.3, ownCores: 0.03 }),
    pair(1, {}, { foreignCpuShare: 0.04 }),
  ];
  expect(facts(pairs)).toEqual([
    'other programs: up to 30.0 % of the processors (limit 10.0 %; above it in 1 of 3 processes)',
    'the gate itself: 2.0 % of one core in both versions alike', // mean of 1 % and 3 %
  ]);
});

test('what was not watched is told by its reason, the most frequent first', () => {
  const hung = { unwatched: [{ code: 'SENSOR_HUNG', message: 'nvidia-smi hangs' }] };
  const short = { unwatched: [{ code: 'PROCESS_TOO_SHORT', message: 'too short' }] };
  expect(facts([pair(0, {}, short), pair(1, hung, hung)])).toEqual([
    'not watched: in 2 of 4 processes: nvidia-smi hangs',
    'not watched: in 1 of 4 processes: too short',
  ]);
});

test('a process that measured two scenarios counts once', () => {
  const hung = { ...observation({}, { unwatched: [{ code: 'X', message: 'x' }] }), pid: 7 };
  const other = { ...observation({}), pid: 8 };
  const pairs = ['a', 'b'].map((scenario) => madePair(0, hung, other, { scenario }));
  expect(facts(pairs)).toEqual(['not watched: in 1 of 2 processes: x']);
});
