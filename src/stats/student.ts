import { incompleteBeta } from './incomplete-beta.ts';

/**
 * Quantile of Student's t distribution: the t below which a draw lies with chance `p`, 0 < p < 1, for any `degrees` > 0 of freedom.
 * Found by bisection of P(|T| > t) = I_(ν/(ν+t²))(ν/2, ½) (DLMF 8.17.7 and Abramowitz and Stegun 26.5.27).
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`Expected 0 < p < 1, got ${p}.`);
  if (!(degrees > 0)) throw new RangeError(`Expected degrees > 0, got ${degrees}.`);
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  const bothTails = 2 * (1 - p);
  const beyond = (t: number) => incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
  let high = 1;
  while (beyond(high) > bothTails) high *= 2;
  let low = high === 1 ? 0 : high / 2;
  for (let turn = 0; turn < 60; turn++) {
    const middle = (low + high) / 2;
    if (beyond(middle) > bothTails) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Chance that a draw from Student's t distribution with `degrees` > 0 of freedom lies further from 0 than `t`, on either side. */
export function studentBeyond(t: number, degrees: number): number {
  if (Number.isNaN(t)) throw new RangeError('Expected a number as t, got NaN.');
  if (!(degrees > 0)) throw new RangeError(`Expected degrees > 0, got ${degrees}.`);
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}
