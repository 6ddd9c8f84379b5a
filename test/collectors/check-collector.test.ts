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
])('a probe that answers %s is refused', (_, probe, message) => {
  expect(() => checkProbe(probe, 'p.js')).toThrow(message);
});
