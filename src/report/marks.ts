/** What stands for a verdict beside its word, so that colour is never the only sign. */
export const standingMark = { valid: '✓', degraded: '△', invalid: '✕' } as const;

/** Whether a label is one of a case that is struck out. */
export function isStruckLabel(label: string): boolean {
  return label.startsWith(`${standingMark.invalid} `);
}
