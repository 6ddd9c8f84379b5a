import { expect, test } from 'vitest';
import { betterDirection } from '../../src/units/direction.ts';

test('less time and more items a second are better', () => {
  expect(betterDirection('s')).toBe('lower');
  expect(betterDirection('items/s')).toBe('higher');
});
