import { performance } from 'node:perf_hooks';

/**
 * The origin of `performance.now()` on the system's monotonic clock, in seconds.
 * Taken as the greatest of several differences: `performance.now()` is read second and subtracted, so a pause between the two
 * readings can only make a difference smaller.
 */
const originSeconds = Math.max(
  ...Array.from({ length: 10 }, () => {
    const monotonic = process.hrtime();
    return monotonic[0] + monotonic[1] / 1e9 - performance.now() / 1e3;
  }),
);

/**
 * Seconds on the system's monotonic clock (CLOCK_MONOTONIC on Linux), the same in every process of this machine, so that
 * times of the runner, a round and the sampler can be compared. A double holds it to better than 0.1 µs for 10 years of uptime.
 */
export function monotonicSeconds(): number {
  return originSeconds + performance.now() / 1e3;
}
