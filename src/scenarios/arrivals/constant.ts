import type { ArrivalTimes } from './arrival-times.ts';

/** Arrivals every 1 / rate seconds, the first at 0. */
export function constantArrivals(rate: number): ArrivalTimes {
  let arrivals = 0;
  // Multiplied, not added up: no error grows.
  return { next: () => arrivals++ / rate };
}
