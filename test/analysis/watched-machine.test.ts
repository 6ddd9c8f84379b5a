import { expect, test } from 'vitest';
import { watchedMachine } from '../../src/analysis/watched-machine.ts';

const window = { start: 10, length: 6 };
/** Rows every second from 9 to 17: seven of them lie within the window, its edges included. */
const time = Float64Array.from({ length: 9 }, (_, row) => 9 + row);
const column = (...values: number[]) => Float64Array.from(values);

test('rows and gaps are those of the window, its edges included', () => {
  expect(watchedMachine({ time }, window, 2)).toMatchObject({ rows: 7, longestGapSeconds: 1, sampledSeconds: 6 });
  // 12 to 16.
  const late = Float64Array.of(9, 12);
  expect(watchedMachine({ time: late }, window, 2)).toMatchObject({ rows: 1, longestGapSeconds: 4 });
  expect(watchedMachine({ time: new Float64Array() }, window, 2)).toMatchObject({ rows: 0, longestGapSeconds: 6 });
});

test('shares are weighted by the time that each row speaks for, and rows that could not be read count nothing', () => {
  const uneven = Float64Array.of(9.5, 10, 14, 15, 16);
  const busy = column(1, 1, 0.25, Number.NaN, 0.5);
  // 0.5 s of 1, 4 s of 0.25, 1 s of 0.5: 2 s in 5.5 s, of 4 cores.
  const seen = watchedMachine({ time: uneven, 'machine.cpu_busy': busy }, window, 4);
  expect(seen.busyCores).toBeCloseTo((2 / 5.5) * 4, 12);
  expect(seen.stealShare).toBeNull();
  expect(seen.throttled).toBeNull();
});

test('a clock is compared between the first and the last third of its readings', () => {
  const clock = column(9e9, 3e9, 3e9, 2.9e9, 2.8e9, 2.8e9, 2.4e9, 2.4e9, 9e9);
  // Seven readings within the window, thirds of two.
  expect(watchedMachine({ time, 'machine.cpu_clock': clock }, window, 2).cpuClock).toEqual({ first: 3e9, last: 2.4e9 });
  const few = clock.map((value, row) => (row < 4 ? Number.NaN : value));
  expect(watchedMachine({ time, 'machine.cpu_clock': few }, window, 2).cpuClock).toBeNull();
});

test('each device has its own figures, and processes of others are counted outside of the window too', () => {
  const none = new Float64Array(9).fill(Number.NaN);
  const counted = column(2, ...none.slice(1));
  const { devices } = watchedMachine(
    {
      time,
      'nvidia.gpu0_foreign_processes': counted,
      'nvidia.gpu0_temperature': column(0, 50, 50, 50, 55, 60, 60, 60, 0),
      'nvidia.gpu1_foreign_processes': none,
      'nvidia.gpu1_throttle_reasons': column(0, 8, 0, 0, 0, 0, 0, 0, 0),
      'rapl.package0_energy': none,
    },
    window,
    2,
  );
  expect(devices.map(({ device, foreignProcesses }) => [device, foreignProcesses])).toEqual([
    ['gpu0', 2],
    ['gpu1', null],
  ]);
  expect(devices[0]?.temperature).toEqual({ first: 50, last: 60 });
  expect(devices[1]?.throttling).toEqual([{ device: 'gpu1', reason: 'hardware slowdown', share: 1 / 7 }]);
});

test('the clock of a device that does nothing falls by itself, and is not compared', () => {
  const clock = column(9e9, 2e9, 2e9, 2e9, 1e9, 1e9, 1e9, 1e9, 9e9);
  const clockOf = (utilization: Float64Array) =>
    watchedMachine({ time, 'nvidia.gpu0_sm_clock': clock, 'nvidia.gpu0_utilization': utilization }, window, 2)
      .devices[0]?.clock;
  expect(clockOf(column(1, 0, 0, 0, 0, 0, 0, 0, 1))).toBeNull();
  expect(clockOf(column(1, 0, 0, 0.5, 0, 0, 0, 0, 1))).toEqual({ first: 2e9, last: 1e9 });
  expect(clockOf(new Float64Array(9).fill(Number.NaN))).toEqual({ first: 2e9, last: 1e9 });
});

test('the pauses of the sampler are taken off the time that was to be sampled', () => {
  const { sampledSeconds, hertz } = watchedMachine(
    {
      time,
      // 10 to 12 on, 12 to 14 off, 14 to 16 on, then off.
      'sampler.block': column(0, 1, 1, 2, 2, 3, 3, 4, 4),
      'sampler.on': column(0, 1, 1, 0, 0, 1, 1, 0, 0),
      'sampler.hertz': new Float64Array(9).fill(1),
    },
    window,
    2,
  );
  expect([sampledSeconds, hertz]).toEqual([4, 1]);
});
