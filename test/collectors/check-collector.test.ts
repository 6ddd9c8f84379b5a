import { expect, test } from 'vitest';
import { builtInCollectors } from '../../src/collectors/builtin-collectors.ts';
import { checkCollector } from '../../src/collectors/check-collector.ts';

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
