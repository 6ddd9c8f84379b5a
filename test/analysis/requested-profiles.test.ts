import { expect, test } from 'vitest';
import { absentHardware } from '../../src/analysis/requested-profiles.ts';

const a100 = { asked: 'a100', id: 'nvidia-a100-sxm-80gb', name: 'NVIDIA A100', present: false, why: 'there is none' };
const x = { ...a100, id: 'x', name: 'X', present: true };

test('of hardware that is not here it is said first that nothing was measured on it, what was measured where, and what is projected', () => {
  expect(absentHardware([a100, x], ['x', 'local'], true)).toEqual([
    'Nothing was measured on NVIDIA A100 (nvidia-a100-sxm-80gb): there is none.',
    'Measured: x and this machine ("local"). Projected, not measured: nvidia-a100-sxm-80gb, from the cost of the model and from published figures of a stack, never from figures measured here; of the model alone (scope inference), with 90 % intervals.',
  ]);
});

test('a result of a version that could not project says that every figure is of what was measured', () => {
  expect(absentHardware([a100], ['local'], false)).toEqual([
    'Nothing was measured on NVIDIA A100 (nvidia-a100-sxm-80gb): there is none.',
    'Every figure is of this machine ("local").',
  ]);
});

test('hardware that is missing for one reason shares a sentence', () => {
  const h100 = { ...a100, id: 'h', name: 'H' };
  const part = { ...a100, id: 'p', name: 'P', why: 'only a part is here' };
  expect(absentHardware([a100, part, h100], ['local'], false).slice(0, 2)).toEqual([
    'Nothing was measured on NVIDIA A100 (nvidia-a100-sxm-80gb) and H (h): there is none.',
    'Nothing was measured on P (p): only a part is here.',
  ]);
});

test('of hardware that was measured nothing needs saying', () => {
  expect(absentHardware([{ ...a100, present: true }], ['nvidia-a100-sxm-80gb'], false)).toEqual([]);
  expect(absentHardware([], ['local'], false)).toEqual([]);
});
