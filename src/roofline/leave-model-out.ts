import { normalQuantile } from '../stats/normal.ts';
import { type Observation, PooledRegression } from '../stats/pooled-regression.ts';
import { studentQuantile } from '../stats/student.ts';
import type { Cell } from './cell.ts';
import { regimeOf } from './effects.ts';
import type { Evidence } from './evidence.ts';
import type { ModelCost } from './known-models.ts';

/** With fewer models than this, leaving one out says too little of how far off another one is. */
const fewestModels = 5;
/**
 * How much smaller than all known models, in operations an item, a model may be: about what leaving out the smallest, mobilenet-v1, was tried
 * with. Larger ones wait less for anything but their operations.
 */
const smallerThanKnown = 2.5;

/**
 * Why nothing can be said of a model without figures of its own, which leans on the other models of its stack; null where something can. A
 * model much smaller than all that are known is bound by something else, such as starting kernels.
 */
export function unknownModelRefusal(cell: Cell, evidence: readonly Evidence[]): string | null {
  const ofStack = evidence.filter((one) => one.stack === cell.stack && regimeOf(one) === regimeOf(cell));
  const models = [...new Map(ofStack.map(({ model }) => [model.id, model])).values()];
  const { id, kind, operationsPerItem } = cell.model;
  if (models.some((model) => model.id === id)) return null;
  const known = `of ${cell.stack}, ${regimeOf(cell)} is known of ${list(models)}`;
  const help = `a figure of ${id} itself on any device would help`;
  if (models.length < fewestModels) {
    return `${known}, and none of ${id}: figures of ${fewestModels} models are needed to tell of another one; ${help}`;
  }
  if (!models.some((model) => model.kind === kind)) {
    return `${known}, none of them ${article(kind)} model as ${id} is; ${help}`;
  }
  const least = Math.min(...models.map((model) => model.operationsPerItem));
  if (operationsPerItem < least / smallerThanKnown) {
    return `${id} does ${giga(operationsPerItem)} operations an item, the smallest model known of ${cell.stack} ${giga(least)}: too far from it to be bound alike; ${help}`;
  }
  return null;
}

/**
 * In how many predicted deviations the interval of a model without figures of its own ends. At least in as many as hold a share of what
 * whole models reached that were left out one by one: the ⌈share × (n + 1)⌉-th of n errors, or the largest where there are too few (split
 * conformal prediction: Lei et al., "Distribution-free predictive inference for regression", JASA 113, 2018). As it is models that differ, and
 * few are known, it is wider by Student's quantile over the normal one, with a degree of freedom less than there are models.
 * @param observations Those of each model together, as the regression takes them with `prior`.
 */
export function deviationsOfUnknownModels(
  observations: ReadonlyMap<string, readonly Observation[]>,
  prior: (effect: string) => number,
  share: number,
): number {
  if (observations.size < 2) return Number.POSITIVE_INFINITY;
  const errors = [...observations].flatMap(([model, members]) => {
    const others = [...observations].flatMap(([other, values]) => (other === model ? [] : values));
    const regression = new PooledRegression(others, prior);
    return members.map(({ effects, value, variance }) => {
      const estimate = regression.predict(effects);
      return Math.abs(value - estimate.mean) / Math.sqrt(estimate.variance + variance);
    });
  });
  errors.sort((a, b) => a - b);
  const ofLeftOut = errors[Math.min(errors.length, Math.ceil(share * (errors.length + 1))) - 1] ?? Number.NaN;
  const normal = normalQuantile((1 + share) / 2);
  const student = studentQuantile((1 + share) / 2, observations.size - 1);
  return Math.max(normal, ofLeftOut) * (student / normal);
}

function list(models: readonly ModelCost[]): string {
  return models.map(({ id }) => id).join(', ') || 'no model';
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`;
}

function giga(operations: number): string {
  return `${Number((operations / 1e9).toPrecision(3))} × 10⁹`;
}
