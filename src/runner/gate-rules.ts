import type { GateRulesSnapshot } from '../results/snapshot.ts';
import type { Plan } from '../suite/plan.ts';

/** The keys of the `gate` section by which stored runs are judged. Others hold commands and variables, which are nobody else's business. */
const judging: readonly string[] = ['metrics', 'alpha', 'limits'] satisfies (keyof GateRulesSnapshot)[];

/** What a result keeps of the `gate` section of its suite; empty where that says nothing of how figures are judged. */
export function gateRules({ gate }: Pick<Plan, 'gate'>): { readonly gate?: GateRulesSnapshot } {
  const rules = Object.entries(gate ?? {}).filter(([key]) => judging.includes(key));
  return rules.length === 0 ? {} : { gate: Object.fromEntries(rules) };
}
