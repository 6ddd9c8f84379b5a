import { expect, test } from 'vitest';
import { throttlingOf } from '../../src/analysis/throttling.ts';

const time = Float64Array.from([0, 1, 2, 3, 4, 5]);
const window = { start: 1, length: 3 };

test('bits that slow a device are named with the share of its reports, those at rest are not', () => {
  const masks = Float64Array.from([0x80, 0x4, 0x24, 0x1, 0x102, 0x80]); // the first and the last are outside of the window
  expect(throttlingOf({ time, 'nvidia.gpu1_throttle_reasons': masks }, window)).toEqual([
    { device: 'gpu1', reason: 'software power cap', share: 0.5 },
    { device: 'gpu1', reason: 'software thermal slowdown', share: 0.25 },
  ]);
});

test('rows without a report do not count', () => {
  const masks = Float64Array.from([0, Number.NaN, 0x40, Number.NaN, 0x40, 0]);
  expect(throttlingOf({ time, 'nvidia.gpu0_throttle_reasons': masks }, window)).toEqual([
    { device: 'gpu0', reason: 'hardware thermal slowdown', share: 1 },
  ]);
});

test('without reasons there is nothing to say', () => {
  expect(throttlingOf({ time, 'nvidia.gpu0_power': time }, window)).toEqual([]);
});
