export interface DriftRates {
  readonly variation: number;
  readonly steady: number;
  readonly none: number;
  readonly drift5: number;
  readonly drift10: number;
  readonly shift10: number;
}

export interface Warmup {
  readonly fall: number;
  readonly variation: number;
}

export interface WatchRates {
  readonly median: number;
  readonly p90: number;
  readonly leftAtMinimum: number;
  readonly left: number;
  readonly tooEarly: number;
}

export const windows: readonly number[];
export const correlations: readonly number[];
export const variations: readonly number[];
export const warmups: readonly Warmup[];
export const warmupMinimum: number;

export function driftRates(
  window: {
    readonly queries: number;
    readonly correlation: number;
    readonly among?: readonly ('steady' | 'drift5' | 'drift10' | 'shift10')[];
  },
  count: number,
): readonly DriftRates[];

export function watchRates(warmup: Warmup, count: number): WatchRates;
