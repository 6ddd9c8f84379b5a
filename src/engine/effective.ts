/** How it is known that a setting took effect. `variant`: it was done to the file that was loaded, which keeps record of it. */
export type Evidence =
  | 'dump'
  | 'profile'
  | 'threads of the process'
  | 'libraries of the process'
  | 'session metadata'
  | 'variant'
  | 'unverified';

/** A setting as it took effect. `value` null: could not be found out. */
export interface EffectiveField {
  readonly value: string | number | boolean | null;
  readonly evidence: Evidence;
}

/** Whether a session says that threads of the processor compute nothing of its model. */
export function computesOnDevice({ threads }: Readonly<Record<string, EffectiveField>>): boolean {
  return threads?.value === null && threads.evidence === 'session metadata';
}
