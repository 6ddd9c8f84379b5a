import { checkValues } from '../../stats/check-values.ts';

/** The internal rate of return a period, or why there is not exactly one. */
export type InternalRate =
  | { readonly kind: 'rate'; readonly rate: number }
  /** The amounts never change sign: no rate makes them worth nothing. */
  | { readonly kind: 'none' }
  /** They change sign more than once, and more than one rate may do (Descartes' rule of signs). */
  | { readonly kind: 'multiple'; readonly signChanges: number };

/**
 * The rate at which amounts at t = 0, 1, 2 … are together worth nothing: the root of Σ amount_t / (1 + rate)^t. With one change of sign
 * there is exactly one above −1 (Descartes); it is bracketed in the discount factor 1 / (1 + rate), doubling, and bisected to its last bits.
 */
export function internalRate(amounts: readonly number[]): InternalRate {
  checkValues(amounts, 1, 'amounts');
  const signs = amounts.filter((amount) => amount !== 0).map(Math.sign);
  const signChanges = signs.filter((sign, index) => index > 0 && sign !== signs[index - 1]).length;
  if (signChanges === 0) return { kind: 'none' };
  if (signChanges > 1) return { kind: 'multiple', signChanges };

  // What is worth nothing at one time is so at any other: without its leading zeros the sum keeps the sign of its first amount near 0.
  const given = amounts.slice(amounts.findIndex((amount) => amount !== 0));
  const first = signs[0] ?? 0;
  const isEarly = (factor: number): boolean => Math.sign(valueAt(given, factor)) === first;
  let low = 1;
  while (!isEarly(low)) low /= 2;
  let high = 2 * low;
  while (isEarly(high)) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (isEarly(middle)) low = middle;
    else high = middle;
  }
  return { kind: 'rate', rate: 1 / low - 1 };
}

/** Σ amount_t · factor^t. */
function valueAt(amounts: readonly number[], factor: number): number {
  let value = 0;
  for (let time = amounts.length - 1; time >= 0; time--) value = value * factor + (amounts[time] ?? 0);
  return value;
}
