import type { ArrivalTimes } from './arrival-times.ts';

/** Arrivals as a trace has them, `speed` times as fast. */
export function replayArrivals(seconds: Float64Array, speed: number): ArrivalTimes {
  let next = 0;
  return {
    next() {
      const arrival = seconds[next++];
      return arrival === undefined ? Number.POSITIVE_INFINITY : arrival / speed;
    },
  };
}

/**
 * The same again and again, one mean gap between the last arrival and the first: load like the trace's for as long as it is wanted. A trace whose
 * arrivals all fall on one moment is repeated once a second.
 */
export function endlessReplayArrivals(seconds: Float64Array, speed: number): ArrivalTimes {
  const last = seconds.at(-1) ?? 0;
  const period = last > 0 ? last + last / (seconds.length - 1) : 1;
  let arrivals = 0;
  return {
    next() {
      const turn = Math.floor(arrivals / seconds.length);
      const within = seconds[arrivals % seconds.length] ?? 0;
      arrivals++;
      return (turn * period + within) / speed;
    },
  };
}
