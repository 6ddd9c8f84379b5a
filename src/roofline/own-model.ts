import type { Case } from '../results/run.ts';
import { kindOfOperators } from './graph-cost.ts';
import { knownModel, type ModelCost } from './known-models.ts';
import type { NoRow } from './own-case.ts';

/** How far the multiply-adds of a workload may be off those of the published model that it says it is. */
const sameModel = 0.05;

/**
 * What the model of a measured case costs: as published where the workload says that it is that model and its multiply-adds agree, otherwise
 * by the multiply-adds and parameters that the run recorded. Its id is the one that `modelCostOf` gives to the graph of the same workload.
 */
export function costOfCase(one: Case, publishedAs: ReadonlyMap<string, string>): ModelCost | NoRow {
  const { model, operators, workload } = one;
  const none = (reason: string): NoRow => ({ code: 'NO_COST', reason });
  if (model === null) return none('the run recorded nothing of its model');
  const { multiplyAdds, parameters } = model;
  const name = publishedAs.get(workload);
  const published = name === undefined ? null : knownModel(name);
  if (published !== null && multiplyAdds !== null) {
    if (Math.abs((2 * multiplyAdds) / published.operationsPerItem - 1) <= sameModel) return published;
  }
  if (multiplyAdds === null || parameters === null) {
    const what = multiplyAdds === null ? 'multiply-adds' : 'parameters';
    return none(
      `how many ${what} ${workload} has is not known of it as a whole: it is a chain of models, an operator, or its shapes are not fixed`,
    );
  }
  if (multiplyAdds === 0) return none(`${workload} has no multiply-adds, and nothing else is counted`);
  if (operators === null) {
    return none(`which operators ${workload} is made of is not known; bench it with its proof (policy.proof)`);
  }
  return {
    id: `graph:${workload}`,
    kind: kindOfOperators(operators),
    operationsPerItem: 2 * multiplyAdds,
    parameters,
    decoding: null,
    source: 'counted by the run that measured it: 2 operations for each multiply-add',
  };
}
