import { expect, test } from 'vitest';
import { usablePeak } from '../../src/roofline/usable-peak.ts';
import { device } from './fixtures.ts';

test('a device that is faster in fp16 than in int8 is used in fp16', () => {
  expect(usablePeak(device('volta', { fp16: 112, int8: 62.8 }), 'int8')).toBe(112e12);
  expect(usablePeak(device('turing', { fp16: 65, int8: 130 }), 'int8')).toBe(130e12);
});

test('a precision that the device has no peak for stays without one, whatever it has beside it', () => {
  expect(usablePeak(device('old', { fp16: 112, int8: null }), 'int8')).toBeNull();
  expect(usablePeak(device('old'), 'fp8')).toBeNull();
});
