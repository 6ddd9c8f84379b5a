/** How it is known that a setting took effect. */
export type Evidence = 'dump' | 'profile' | 'threads of the process' | 'session metadata' | 'unverified';

/** A setting as it took effect. `value` null: could not be found out. */
export interface EffectiveField {
  readonly value: string | number | boolean | null;
  readonly evidence: Evidence;
}
