import type { OperatorCounts } from './optimized-graph.ts';

/** The graph as the file has it and as the engine made it with fusion on and off, each by its operators. */
export interface FusionDumps {
  readonly source: OperatorCounts;
  readonly on: OperatorCounts;
  readonly off: OperatorCounts;
}

/**
 * Whether fusion makes no difference to a graph: with every fusion and the layout change disabled, the engine arrives at the very
 * operators that it arrives at with them. All that merely cleans up runs in both.
 */
export function nothingToFuse({ on, off }: FusionDumps): boolean {
  return canonical(on) === canonical(off);
}

/**
 * Whether fusion was on or off in the graph that was loaded.
 *
 * `on`: it has other operators than with fusion off. `off`: no operator stands in it oftener than in the file, and no
 * BatchNormalization went. Null where there is nothing to fuse, for then the two cannot be told apart.
 *
 * Reference: what fusion puts in place is named differently or counted higher than in the file (FusedConv, nchwc.Conv, Gelu,
 * Gemm from MatMul and Add); a normalisation folded into weights leaves nothing but its absence.
 */
export function fusionInEffect(requested: 'on' | 'off', dumps: FusionDumps): 'on' | 'off' | null {
  if (nothingToFuse(dumps)) return null;
  if (requested === 'on') return 'on';
  const created = operatorsCreated(dumps.source, dumps.off);
  const folded = (dumps.off[normalization] ?? 0) < (dumps.source[normalization] ?? 0);
  return created.length > 0 || folded ? 'on' : 'off';
}

const normalization = 'BatchNormalization';

/** What carries data from one operator to the next; clean-ups move and duplicate these. */
const plumbing = new Set(['Cast', 'Constant', 'Expand', 'Identity', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze']);

/** Operators that stand in `after` oftener than in `before`. */
export function operatorsCreated(before: OperatorCounts, after: OperatorCounts): string[] {
  return Object.keys(after).filter((name) => !plumbing.has(name) && (after[name] ?? 0) > (before[name] ?? 0));
}

function canonical(operators: OperatorCounts): string {
  return JSON.stringify(Object.entries(operators).sort(([a], [b]) => (a < b ? -1 : 1)));
}
