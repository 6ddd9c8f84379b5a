import type { ArrivalTimes } from './arrival-times.ts';
import { exponential } from './exponential.ts';
import { mersenneTwister } from './mersenne-twister.ts';

export interface RampSettings {
  readonly shape: 'linear' | 'exponential';
  /** Arrivals a second at the start and from `seconds` on. Above 0 both where the ramp is exponential. */
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

/**
 * Poisson arrivals whose rate changes along a ramp and then stays: those of a process of rate 1, each moved to where the integral of the rate
 * reaches it (time rescaling, which is exact). The first at 0.
 */
export function rampArrivals(ramp: RampSettings, seed: number): ArrivalTimes {
  const source = mersenneTwister(seed);
  const expected = expectedOnRamp(ramp);
  let reached = 0;
  return {
    next() {
      const at = reached < expected ? timeOnRamp(ramp, reached) : ramp.seconds + (reached - expected) / ramp.to;
      reached += exponential(source);
      return at;
    },
  };
}

/** How many arrivals are expected until the end of the ramp: the integral of its rate. */
function expectedOnRamp({ shape, from, to, seconds }: RampSettings): number {
  if (shape === 'linear' || from === to) return (seconds * (from + to)) / 2;
  return (seconds * (to - from)) / Math.log(to / from);
}

/** When the integral of the rate reaches `expected`, which it does on the ramp. */
function timeOnRamp({ shape, from, to, seconds }: RampSettings, expected: number): number {
  if (shape === 'linear' || from === to) {
    // from·t + (to − from)·t² / (2·seconds) = expected, in the form that neither cancels nor divides by 0 where the ramp is level.
    const root = Math.sqrt(from ** 2 + (2 * (to - from) * expected) / seconds);
    return expected === 0 ? 0 : (2 * expected) / (from + root);
  }
  // from · seconds / k · (e^(k·t / seconds) − 1) = expected, k = ln(to / from)
  const k = Math.log(to / from);
  return (seconds / k) * Math.log1p((expected * k) / (from * seconds));
}
