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
  if (needed <= kept) return 0;
  const exponent = 1 / (peakToAverage - 1);
  // Machine n is idle below n − 1 machines' load: at a peak of exactly n machines, the one after is not needed yet.
  const last = Math.min(needed - 1, Math.ceil(peakMachines) - 1);
  const count = last - kept + 1;
  if (count <= 0) return kept === 0 ? hoursPerYear : 0;
  return (count - powerSum(kept, last, exponent, peakMachines)) * hoursPerYear;
}

/** Terms that are added one by one; the rest is summed up at once. */
const addedTerms = 12;
/** Of a steep power: so many times the exponent. */
const addedPerExponent = 10;
/** Terms below this share of the largest one are lost in rounding. */
const negligible = 1e-18;

/**
 * Σ (m ÷ scale)^e for m from `first` to `last`, e > 0. Long sums by the Euler–Maclaurin formula (Abramowitz and Stegun 23.1.30) with
 * three corrections: from m = 12 and m = 10 e on, the first that is left out is below 10⁻¹² of the sum. Powers of a peak that is hardly
 * above the mean are steep, beyond any number without the scale.
 */
export function powerSum(first: number, last: number, exponent: number, scale = 1): number {
  if (exponent > 2) return steepSum(first, last, exponent, scale);
  let sum = 0;
  let from = first;
  const addUpTo = Math.min(last, Math.max(first, addedTerms) - 1);
  if (addUpTo < addedTerms) {
    const powers = smallPowers(exponent);
    for (; from <= addUpTo; from++) sum += powers[from] ?? Number.NaN;
  } else for (; from <= addUpTo; from++) sum += from ** exponent;
  if (from <= last) sum += longSum(from, last, exponent, 1);
  return sum / scale ** exponent;
}

function steepSum(first: number, last: number, exponent: number, scale: number): number {
  let sum = 0;
  let from = Math.max(first, Math.floor(last * negligible ** (1 / exponent)));
  const addUpTo = Math.min(last, Math.ceil(addedPerExponent * exponent));
  for (; from <= addUpTo; from++) sum += (from / scale) ** exponent;
  return from > last ? sum : sum + longSum(from, last, exponent, scale);
}

function longSum(first: number, last: number, e: number, scale: number): number {
  const atLast = (last / scale) ** e;
  const atFirst = (first / scale) ** e;
  const integral = (last * atLast - first * atFirst) / (e + 1);
  const slope = (e * (atLast / last - atFirst / first)) / 12;
  const third = (e * (e - 1) * (e - 2) * (atLast / last ** 3 - atFirst / first ** 3)) / 720;
  const fifth = (e * (e - 1) * (e - 2) * (e - 3) * (e - 4) * (atLast / last ** 5 - atFirst / first ** 5)) / 30_240;
  return integral + (atLast + atFirst) / 2 + slope - third + fifth;
}

const powersOfLast = { exponent: Number.NaN, powers: new Float64Array(addedTerms) };

/** m^exponent for m from 0 to 11. Years and options of one draw share their exponent, so that the last powers are kept. */
function smallPowers(exponent: number): Float64Array {
  const { powers } = powersOfLast;
  if (powersOfLast.exponent !== exponent) {
    for (let m = 0; m < addedTerms; m++) powers[m] = m ** exponent;
    powersOfLast.exponent = exponent;
  }
  return powers;
}
