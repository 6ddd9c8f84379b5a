import { expect, test } from 'vitest';
import { wholePower } from '../../../src/tco/model/whole-power.ts';

test('a power is a product, none of it is 1', () => {
  expect(wholePower(1.5, 0)).toBe(1);
  expect(wholePower(1.5, 1)).toBe(1.5);
  // 1.5 · 1.5 · 1.5, exact in binary.
  expect(wholePower(1.5, 3)).toBe(3.375);
  expect(wholePower(0, 0)).toBe(1);
});
