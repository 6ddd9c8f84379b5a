import { withBodies } from '../graph/bodies.ts';
import type { OnnxModel } from '../graph/onnx-message.ts';
import { operatorName } from '../graph/operator-counts.ts';
import type { PlanOptions } from './quantization-plan.ts';

/** What words of the user say of what stays in floats: each is an operator that the graph has, else the name of a node. */
export function keptInFloats(model: OnnxModel, words: readonly string[]): PlanOptions {
  const operators = new Set(withBodies(model.graph).flatMap(({ node }) => node.map(operatorName)));
  return {
    excludedOperators: words.filter((word) => operators.has(word)),
    excludedNodes: words.filter((word) => !operators.has(word)),
  };
}

/** How many nodes of an operator became what, and why those that stay in floats do. */
export interface DecisionCount {
  readonly becomes: string;
  readonly reason: string | null;
  readonly operators: Readonly<Record<string, number>>;
}

/** Decisions counted by outcome and reason, in the order in which these first come up. */
export function countDecisions(
  decisions: readonly { readonly operator: string; readonly becomes: string; readonly reason: string | null }[],
): DecisionCount[] {
  const counts = new Map<string, { becomes: string; reason: string | null; operators: Record<string, number> }>();
  for (const { operator, becomes, reason } of decisions) {
    const key = `${becomes} ${reason}`;
    const count = counts.get(key) ?? { becomes, reason, operators: {} };
    count.operators[operator] = (count.operators[operator] ?? 0) + 1;
    counts.set(key, count);
  }
  return [...counts.values()];
}
