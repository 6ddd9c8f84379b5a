import { expect, test } from 'vitest';
import { absentHardware } from '../../src/analysis/requested-profiles.ts';

const a100 = { asked: 'a100', id: 'nvidia-a100-sxm-80gb', name: 'NVIDIA A100', present: false, why: 'there is none' };

test('of hardware that is not here it is said first that nothing was measured on it, and what the figures are of', () => {
  expect(absentHardware([a100, { ...a100, id: 'x', name: 'X', present: true }], ['x', 'local'])).toEqual([
    'Nothing was measured on NVIDIA A100 (nvidia-a100-sxm-80gb): there is none.',
    'Every figure is of x and this machine ("local"). Projection to hardware that is not here is not available yet.',
  ]);
});

test('of hardware that was measured nothing needs saying', () => {
  expect(absentHardware([{ ...a100, present: true }], ['nvidia-a100-sxm-80gb'])).toEqual([]);
  expect(absentHardware([], ['local'])).toEqual([]);
});
