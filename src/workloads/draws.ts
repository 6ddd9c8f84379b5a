import { type Generator, integer, uniform } from '../stats/random.ts';

/** One of the choices, each equally likely. */
export function pick<T>(random: Generator, choices: readonly T[]): T {
  return choices[integer(random, choices.length)] as T;
}

/** A whole number, both ends included. */
export function between(random: Generator, low: number, high: number): number {
  return low + integer(random, high - low + 1);
}

/** A number, `low` ≤ value < `high`. */
export function within(random: Generator, low: number, high: number): number {
  return low + (high - low) * uniform(random);
}
