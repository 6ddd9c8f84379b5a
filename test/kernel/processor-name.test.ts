import { expect, test } from 'vitest';
import { nameAmong } from '../../src/kernel/processor-name.ts';

test('a processor is called what its first core is called', () => {
  expect(nameAmong([{ model: ' AMD EPYC 7763 ' }, { model: 'another' }])).toBe('AMD EPYC 7763');
});

test.each([[[]], [[{ model: '' }]], [[{ model: 'unknown' }]]])(
  'without a name (%j) it is the instruction set',
  (cores) => {
    expect(nameAmong(cores)).toBe(process.arch);
  },
);
