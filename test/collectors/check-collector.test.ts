import { expect, test } from 'vitest';
import { builtInCollectors } from '../../src/collectors/builtin-collectors.ts';
import { checkCollector, checkProbe } from '../../src/collectors/check-collector.ts';

const good = {
  name: 'noise',
  phase: 'early',
  columns: [{ name: 'level', unit: 'ratio', description: 'How loud it is.' }],
  probe: async () => ({ available: true }),
  open: async () => {},
  sample: () => {},
  close: async () => {},
};

test('what keeps the contract is accepted, our own included', () => {
  for (const collector of [good, ...builtInCollectors()]) expect(() => checkCollector(collector, 'p.js')).not.toThrow();
});

test.each([
  ['nothing', null, 'Plug-in p.js: expected collector to be an object, got null.'],
  [
    'a name with a dot',
    { ...good, name: 'a.b' },
    'collector.name to be a name of small letters, digits, "_" and "-", got "a.b"',
  ],
  ['an unknown phase', { ...good, phase: 'middle' }, 'collector.phase to be "early" or "late", got "middle"'],
  ['no sample', { ...good, sample: undefined }, 'collector.sample to be a function, got undefined'],
  ['a phase that is no function', { ...good, settle: 3 }, 'collector.settle to be a function, or nothing, got 3'],
  ['no columns', { ...good, columns: [] }, 'collector.columns to be an array of at least one column, got []'],
  [
    'an unknown unit',
    { ...good, columns: [{ ...good.columns[0], unit: 'MB' }] },
    'collector.columns[0].unit to be one of s, bytes',
  ],
  ['no description', { ...good, columns: [{ name: 'a', unit: 's' }] }, 'collector.columns[0].description to be a text'],
  [
    'two columns of one name',
    { ...good, columns: [good.columns[0], good.columns[0]] },
    'collector.columns to be names that differ',
  ],
])('%s is refused with the field and what came', (_, collector, message) => {
  expect(() => checkCollector(collector, 'p.js')).toThrow(message);
});

const board = { uuid: 'BOARD-1', index: 0, kind: 'gpu' };

test('a probe may answer columns and devices, or that it cannot work', () => {
  for (const probe of [
    { available: true },
    { available: true, columns: good.columns, devices: [board], missing: [] },
    { available: false, code: 'NO_BOARD', reason: 'There is none.' },
  ]) {
    expect(() => checkProbe(probe, 'p.js')).not.toThrow();
  }
});

test.each([
  ['nothing', undefined, 'probe() to be an object with "available", true or false, got undefined'],
  ['no reason', { available: false, code: 'A' }, 'probe().reason to be a text, got undefined'],
  ['no columns', { available: true, columns: [] }, 'probe().columns to be an array of at least one column'],
  ['devices that are no list', { available: true, devices: board }, 'probe().devices to be an array, or nothing'],
  [
    'a device that nothing identifies',
    { available: true, devices: [{ ...board, uuid: 7 }] },
    'probe().devices[0].uuid to be a text, got 7',
  ],
  [
    'a device of an unknown kind',
    { available: true, devices: [{ ...board, kind: 'fan' }] },
    'probe().devices[0].kind to be one of gpu, package, got "fan"',
  ],
  [
    'a device of a negative number',
    { available: true, devices: [{ ...board, index: -1 }] },
    'probe().devices[0].index to be a whole number from 0, got -1',
  ],
  [
    'a device whose name is no text',
    { available: true, devices: [{ ...board, name: { short: 'B' } }] },
    'probe().devices[0].name to be a text or null, got {"short":"B"}',
  ],
  [
    'a device whose memory is no number',
    { available: true, devices: [{ ...board, memoryBytes: '80 GiB' }] },
    'probe().devices[0].memoryBytes to be a number or null, got "80 GiB"',
  ],
  [
    'a device that is neither sliced nor not',
    { available: true, devices: [{ ...board, isSliced: 'no' }] },
    'probe().devices[0].isSliced to be true, false or null, got "no"',
  ],
  [
    'an estimate that is half told',
    { available: true, devices: [{ ...board, estimated: 'partly' }] },
    'probe().devices[0].estimated to be true, false or nothing, got "partly"',
  ],
  [
    'a note that is no list',
    { available: true, devices: [{ ...board, notes: 'hot' }] },
    'probe().devices[0].notes to be an array of texts, got "hot"',
  ],
  [
    'a missing column without its reason',
    { available: true, missing: [{ column: 'level', code: 'NOT_TOLD' }] },
    'probe().missing[0].reason to be a text, got undefined',
  ],
])('a probe that answers %s is refused', (_, probe, message) => {
  expect(() => checkProbe(probe, 'p.js')).toThrow(message);
});
