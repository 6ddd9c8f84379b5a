import { hoursPerYear } from './demand.ts';

/**
 * Machine-hours of a year when machines are rented only while the load needs them: those of the machines after the first `kept`, up to
 * the `needed` of the peak. `peakMachines` is the peak ÷ what one machine carries, not rounded; needed = ⌈peakMachines⌉.
 *
 * Of the load within a year only its mean and its peak are known. It is taken to fall from the peak as `peak · (1 − x)^(PAR − 1)` over the
 * share x of the year: the one curve of this form with that mean; constant for PAR 1, a straight line to 0 for PAR 2, and long quiet hours
 * above. An assumption of ours, to be shown as one. The n-th machine runs while the load exceeds n − 1 machines, that is for
 * 1 − ((n − 1) ÷ peakMachines)^(1 ÷ (PAR − 1)) of the year; the first one always.
 */
export function hoursFollowing(peakMachines: number, needed: number, kept: number, peakToAverage: number): number {
  if (peakToAverage === 1) return Math.max(0, needed - kept) * hoursPerYear;
  const exponent = 1 / (peakToAverage - 1);
  let share = 0;
  for (let machine = kept + 1; machine <= needed; machine++) {
    // At a peak of exactly n machines, the one after is not needed yet.
    const idleUpTo = Math.min(1, (machine - 1) / peakMachines);
    share += machine === 1 ? 1 : 1 - idleUpTo ** exponent;
  }
  return share * hoursPerYear;
}
