import { expect, test } from 'vitest';
import { silentDevices } from '../../src/analysis/silent-devices.ts';

const window = { start: 10, length: 4 };
/** Ten rows a second from a second before the window to a second behind it. */
const time = Float64Array.from({ length: 61 }, (_, row) => 9 + row / 10);
const until = (end: number, watts: number) => time.map((second) => (second < end + 0.01 ? watts : Number.NaN));

test('a device that ends while another goes on is told with what the other drew', () => {
  const columns = { time, 'nvidia.gpu0_power': until(99, 100), 'nvidia.gpu1_power': until(12, 50) };
  expect(silentDevices(columns, window)).toEqual([
    { device: 'gpu1', untilSeconds: expect.closeTo(2, 6), others: [{ device: 'gpu0', meanPowerWatts: 100 }] },
  ]);
});

test('one that never reported in the window is told, too, though processes on it are still counted', () => {
  const columns = {
    time,
    'nvidia.gpu0_power': until(99, 100),
    'nvidia.gpu1_power': until(9.5, 50),
    'nvidia.gpu1_foreign_processes': until(99, 0),
  };
  expect(silentDevices(columns, window)).toMatchObject([{ device: 'gpu1', untilSeconds: null }]);
});

test('devices that end together, a moment apart, or that another collector samples, are not told', () => {
  const both = { time, 'nvidia.gpu0_power': until(12, 100), 'nvidia.gpu1_power': until(11.5, 50) };
  expect(silentDevices(both, window)).toEqual([]);
  const apart = { time, 'nvidia.gpu0_power': until(11, 100), 'amd.gpu0_power': until(99, 50) };
  expect(silentDevices(apart, window)).toEqual([]);
});
