import { expect, test } from 'vitest';
import { deviceSeries } from '../../src/analysis/device-series.ts';

const window = { start: 10, length: 10 };
/** Rows ten times a second from 5 to 25 s; a figure is in every second one, as from a tool that reports five times a second. */
const time = Float64Array.from({ length: 201 }, (_, row) => 5 + row / 10);
const everySecond = (of: (second: number) => number) => time.map((at, row) => (row % 2 === 0 ? of(at) : Number.NaN));

test('power is of all devices together, utilisation and temperature of the highest', () => {
  const series = deviceSeries(
    {
      time,
      'nvidia.gpu0_power': everySecond(() => 100),
      'nvidia.gpu1_power': everySecond(() => 50),
      'nvidia.gpu0_utilization': everySecond(() => 0.25),
      'nvidia.gpu1_utilization': everySecond(() => 0.75),
      'nvidia.gpu0_temperature': everySecond(() => 40),
      'machine.cpu_busy': everySecond(() => 9),
    },
    window,
    20,
  );
  expect(series.map(({ name, mean }) => [name, mean])).toEqual([
    ['gpuPower', 150],
    ['gpuUtilization', 0.75],
    ['gpuTemperature', 40],
  ]);
  expect(series[0]?.values).toHaveLength(20);
  // Rows in between are no gaps.
  expect(series[0]?.values.every((value) => value === 150)).toBe(true);
  expect(series[0]?.seconds.slice(0, 2)).toEqual([0.25, 0.75]);
});

test('only reports within the window count', () => {
  const [power] = deviceSeries(
    { time, 'amd.gpu0_power': everySecond((at) => (at < 10 || at > 20 ? 999 : 60)) },
    window,
    5,
  );
  expect(power?.values).toEqual([60, 60, 60, 60, 60]);
});

test('a stretch in which one of the devices gave nothing is a gap, not the power of the others', () => {
  const [power] = deviceSeries(
    {
      time,
      'nvidia.gpu0_power': everySecond(() => 100),
      'nvidia.gpu1_power': everySecond((at) => (at >= 14 && at < 16 ? Number.NaN : 50)),
    },
    window,
    5,
  );
  expect(power?.values).toEqual([150, 150, null, 150, 150]); // stretches of 2 s: the third is that of 14 to 16 s
  expect(power?.mean).toBe(150);
});

test('without a device there is no series', () => {
  expect(deviceSeries({ time, 'process.cpu_cores': time }, window, 5)).toEqual([]);
  expect(deviceSeries({ time, 'nvidia.gpu0_power': time.map(() => Number.NaN) }, window, 5)).toEqual([]);
});

test('a stretch in which sampling paused has no point; one in which the device gave nothing though it was asked is a gap', () => {
  // Seconds without sampling: 11 to 13, as two blocks next to each other, of which only the rows at their beginnings are there.
  const block = (at: number): number => Math.floor(at + 1e-9);
  const isOff = (at: number): boolean => block(at) === 11 || block(at) === 12;
  const times = time.filter((at) => !isOff(at) || Math.abs(at - block(at)) < 1e-9);
  const silent = (at: number): boolean => isOff(at) || (at >= 16 && at < 18);
  const [power] = deviceSeries(
    {
      time: times,
      'sampler.block': times.map(block),
      'sampler.on': times.map((at) => (isOff(at) ? 0 : 1)),
      'sampler.hertz': times.map(() => 10),
      'nvidia.gpu0_power': times.map((at, row) => (silent(at) || row % 2 === 1 ? Number.NaN : 100)),
    },
    window,
    10,
  );
  const gaps = power?.seconds.filter((_, at) => power.values[at] === null);
  expect(gaps).toEqual([6.5, 7.5]);
  for (const second of [1.5, 2.5]) expect(power?.seconds).not.toContain(second);
  expect(power?.mean).toBe(100);
});
