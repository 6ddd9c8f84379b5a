import type { Generator } from '../src/stats/random.ts';

export interface Experiment {
  readonly name: string;
  readonly kind: 'exact' | 'between' | 'fails';
  readonly between?: readonly [number, number];
  readonly truth: number;
  readonly interval: (source: Generator, seed: number) => unknown;
}

export const experiments: readonly Experiment[];

export function coverage(
  experiment: Experiment,
  count: number,
): { readonly held: number; readonly level: number; readonly standardError: number };
