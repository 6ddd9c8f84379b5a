import { isOfQuantizedGraph } from './integer-operators.ts';
import type { OperatorCounts, OptimizedGraph } from './optimized-graph.ts';

/** The graph as the file has it and as the engine made it with fusion on and off, each by its operators. */
export interface FusionDumps {
  readonly source: OperatorCounts;
  /** With fusion, in the memory layout that the engine chose. */
  readonly engine: OperatorCounts;
  /** With fusion, in the memory layout of the file. */
  readonly plain: OperatorCounts;
  /** Without fusion, which leaves the memory layout as it is, too. */
  readonly off: OperatorCounts;
}

/**
 * Whether fusion and layout make no difference to a graph: with every fusion and the layout change disabled, the engine arrives at the
 * very operators that it arrives at with them. All that merely cleans up runs in both.
 */
export function nothingToFuse({ engine, off }: FusionDumps): boolean {
  return canonical(engine) === canonical(off);
}

/**
 * Whether fusion was on or off in the graph that was loaded.
 *
 * `on`: in one memory layout, it has other operators than with fusion off. `off`: no operator stands in it oftener than in the file, and no
 * BatchNormalization went. Null where there is nothing to fuse, for then the two cannot be told apart.
 *
 * Reference: what fusion puts in place is named differently or counted higher than in the file (FusedConv, nchwc.Conv, Gelu,
 * Gemm from MatMul and Add); a normalisation folded into weights leaves nothing but its absence. That 8-bit operators stand where the file
 * has operators of floats between DequantizeLinear and QuantizeLinear is the precision, and no fusion.
 */
export function fusionInEffect(requested: 'on' | 'off', dumps: FusionDumps): 'on' | 'off' | null {
  if (canonical(dumps.plain) === canonical(dumps.off)) return null;
  if (requested === 'on') return 'on';
  const created = operatorsCreated(dumps.source, dumps.off);
  const folded = (dumps.off[normalization] ?? 0) < (dumps.source[normalization] ?? 0);
  return created.length > 0 || folded ? 'on' : 'off';
}

/**
 * Whether the graph that was loaded is in a memory layout of the engine's choice, or in that of the file. Null where the engine, when it may
 * choose, arrives at the operators that it arrives at in the file's.
 */
export function layoutInEffect(
  memoryLayout: OptimizedGraph['memoryLayout'],
  { engine, plain }: FusionDumps,
): 'engine' | 'plain' | null {
  if (canonical(engine) === canonical(plain)) return null;
  return memoryLayout === 'plain' ? 'plain' : 'engine';
}

const normalization = 'BatchNormalization';

/** What carries data from one operator to the next; clean-ups move and duplicate these. */
const plumbing = new Set(['Cast', 'Constant', 'Expand', 'Identity', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze']);

/** Operators that stand in `after` oftener than in `before`, but for those that carry data and those of quantised graphs. */
export function operatorsCreated(before: OperatorCounts, after: OperatorCounts): string[] {
  const isPlumbing = (name: string) => plumbing.has(name) || isOfQuantizedGraph(name);
  return Object.keys(after).filter((name) => !isPlumbing(name) && (after[name] ?? 0) > (before[name] ?? 0));
}

function canonical(operators: OperatorCounts): string {
  return JSON.stringify(Object.entries(operators).sort(([a], [b]) => (a < b ? -1 : 1)));
}
