import { Cholesky } from './cholesky.ts';
import type { Effects } from './pooled-regression.ts';

/** A value, the effects that it is made of, and its own scatter: weights by kind, each drawn for this value alone. */
export interface PooledValue {
  readonly effects: Effects;
  readonly scatter: Effects;
  readonly value: number;
}

/** What the deviation of a kind of effects is expected to be before anything was seen: `around`, give or take a factor of exp(`within`). */
export interface ExpectedDeviation {
  readonly around: number;
  /** 0: it is `around`, whatever is seen. */
  readonly within: number;
}

/** Deviations by kind. */
export type Deviations = ReadonlyMap<string, number>;

/** The kind of an effect: the first word of its name. */
export function kindOfEffect(effect: string): string {
  const end = effect.indexOf(' ');
  return end === -1 ? effect : effect.slice(0, end);
}

/** Scatter of a value: the deviations of its kinds together. */
export function scatterVariance(scatter: Effects, deviations: Deviations): number {
  return [...scatter].reduce((sum, [kind, weight]) => sum + (weight * deviationOf(deviations, kind)) ** 2, 0);
}

/** Throws a `RangeError` for a kind that has none. */
export function deviationOf(deviations: Deviations, kind: string): number {
  const deviation = deviations.get(kind);
  if (deviation === undefined) throw new RangeError(`Expected a kind with a deviation, got "${kind}".`);
  return deviation;
}

const mostSteps = 50;
/** Of the logarithm of the posterior density: below it, a step is the last. */
const smallestGain = 1e-3;

/**
 * How far effects of each kind lie from 0, told by the values themselves (empirical Bayes): the deviations of the highest density of the
 * values, with all effects integrated out, times a lognormal density of what is expected of each. Climbed by its gradient and the average information (Gilmour,
 * Thompson and Cullis, "Average information REML", Biometrics 51, 1995), which is damped where a step would go down. With few values the deviations
 * stay near what is expected. Every kind that an effect or a scatter has must be expected.
 */
export function estimateDeviations(
  values: readonly PooledValue[],
  expected: ReadonlyMap<string, ExpectedDeviation>,
): Deviations {
  const kinds = [...expected.keys()];
  const density = new PosteriorDensity(values, expected);
  const start = kinds.map((kind) => Math.log(expected.get(kind)?.around ?? Number.NaN));
  let best = density.at(start);
  let damping = 1e-3;
  for (let step = 0; step < mostSteps; step++) {
    const next = density.at(best.climbed(damping));
    if (next.logDensity >= best.logDensity) {
      const gain = next.logDensity - best.logDensity;
      best = next;
      damping /= 10;
      if (gain < smallestGain) break;
    } else {
      damping *= 10;
      if (damping > 1e6) break;
    }
  }
  return new Map(kinds.map((kind, k) => [kind, Math.exp(best.logDeviations[k] ?? Number.NaN)]));
}

/** The lower triangle of the covariance of the values that a kind with a deviation of 1 makes; `diagonal` where it is scatter alone. */
interface Part {
  readonly expected: ExpectedDeviation;
  readonly rows: readonly Float64Array[];
  readonly diagonal: Float64Array;
  readonly isScatter: boolean;
}

interface Place {
  readonly logDeviations: readonly number[];
  readonly logDensity: number;
  /** Where a step leads from here; the larger the damping, the shorter. */
  climbed(damping: number): number[];
}

class PosteriorDensity {
  readonly #values: readonly number[];
  readonly #parts: readonly Part[];

  constructor(values: readonly PooledValue[], expected: ReadonlyMap<string, ExpectedDeviation>) {
    this.#values = values.map(({ value }) => value);
    for (const { effects, scatter } of values) {
      const missing = [...effects.keys()].map(kindOfEffect).concat(...scatter.keys());
      const unknown = missing.find((kind) => !expected.has(kind));
      if (unknown !== undefined) throw new RangeError(`Expected a kind with a deviation, got "${unknown}".`);
    }
    this.#parts = [...expected].map(([kind, one]) => partOf(kind, one, values));
  }

  at(logDeviations: readonly number[]): Place {
    const variances = logDeviations.map((log) => Math.exp(2 * log));
    const factor = new Cholesky(this.#covariance(variances));
    const weights = factor.solve(this.#values);
    const fit = this.#values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
    const away = this.#parts.map(({ expected: { around, within } }, k) =>
      within === 0 ? 0 : ((logDeviations[k] ?? 0) - Math.log(around)) / within,
    );
    const prior = away.reduce((sum, one) => sum + one * one, 0);
    return {
      logDeviations,
      logDensity: -(fit + factor.logDeterminant() + prior) / 2,
      climbed: (damping) => {
        const { gradient, information } = this.#slopes(variances, factor, weights, away);
        const damped = information.map((row, k) => row.map((value, l) => (k === l ? value * (1 + damping) : value)));
        const step = new Cholesky(damped).solve(gradient);
        // A step of more than a factor of e in one deviation trusts the information too far.
        const longest = Math.max(1, ...step.map(Math.abs));
        return logDeviations.map((log, k) => log + (step[k] ?? 0) / longest);
      },
    };
  }

  #covariance(variances: readonly number[]): Float64Array[] {
    const covariance = this.#values.map((_, i) => new Float64Array(i + 1));
    this.#parts.forEach(({ rows, diagonal, isScatter }, k) => {
      const variance = variances[k] ?? Number.NaN;
      covariance.forEach((row, i) => {
        if (isScatter) row[i] = (row[i] ?? 0) + variance * (diagonal[i] ?? 0);
        else addScaled(row, variance, rows[i] ?? row);
      });
    });
    return covariance;
  }

  /** Of the log density by the log deviations. A deviation that is fixed gets no slope, and so no step. */
  #slopes(variances: readonly number[], factor: Cholesky, weights: Float64Array, away: readonly number[]) {
    const precision = factor.inverse();
    const products = this.#parts.map((part) => productWith(part, weights));
    const solved = products.map((product) => factor.solve(product));
    const isFree = this.#parts.map(({ expected }) => expected.within > 0);
    const gradient = this.#parts.map((part, k) => {
      if (!isFree[k]) return 0;
      const change = dot(weights, products[k] ?? weights) - traceOfProduct(part, precision);
      return (variances[k] ?? 0) * change - (away[k] ?? 0) / part.expected.within;
    });
    const information = this.#parts.map((part, k) =>
      this.#parts.map((_, l) => {
        if (!isFree[k] || !isFree[l]) return k === l ? 1 : 0;
        const shared = dot(products[k] ?? weights, solved[l] ?? weights);
        const own = k === l ? 1 / part.expected.within ** 2 : 0;
        return 2 * (variances[k] ?? 0) * (variances[l] ?? 0) * shared + own;
      }),
    );
    return { gradient, information };
  }
}

function partOf(kind: string, expected: ExpectedDeviation, values: readonly PooledValue[]): Part {
  const diagonal = Float64Array.from(values, ({ scatter }) => (scatter.get(kind) ?? 0) ** 2);
  const members = new Map<string, { indices: number[]; weights: number[] }>();
  values.forEach(({ effects }, i) => {
    for (const [effect, weight] of effects) {
      if (kindOfEffect(effect) !== kind) continue;
      const group = members.get(effect) ?? { indices: [], weights: [] };
      members.set(effect, group);
      group.indices.push(i);
      group.weights.push(weight);
    }
  });
  if (members.size === 0) return { expected, rows: [], diagonal, isScatter: true };
  const rows = values.map((_, i) => {
    const row = new Float64Array(i + 1);
    row[i] = diagonal[i] ?? 0;
    return row;
  });
  for (const { indices, weights } of members.values()) {
    indices.forEach((i, position) => {
      const row = rows[i] ?? diagonal;
      const weight = weights[position] ?? 0;
      for (let other = 0; other <= position; other++) {
        const j = indices[other] ?? i;
        row[j] = (row[j] ?? 0) + weight * (weights[other] ?? 0);
      }
    });
  }
  return { expected, rows, diagonal, isScatter: false };
}

function addScaled(row: Float64Array, factor: number, other: Float64Array): void {
  for (let j = 0; j < row.length; j++) row[j] = (row[j] ?? 0) + factor * (other[j] ?? 0);
}

function productWith({ rows, diagonal, isScatter }: Part, vector: Float64Array): Float64Array {
  if (isScatter) return vector.map((value, i) => value * (diagonal[i] ?? 0));
  const product = new Float64Array(vector.length);
  rows.forEach((row, i) => {
    const own = vector[i] ?? 0;
    let sum = (row[i] ?? 0) * own;
    for (let j = 0; j < i; j++) {
      sum += (row[j] ?? 0) * (vector[j] ?? 0);
      product[j] = (product[j] ?? 0) + (row[j] ?? 0) * own;
    }
    product[i] = (product[i] ?? 0) + sum;
  });
  return product;
}

/** Of symmetric matrices: the sum of the products of their elements. */
function traceOfProduct({ rows, diagonal, isScatter }: Part, other: readonly Float64Array[]): number {
  if (isScatter) return diagonal.reduce((sum, value, i) => sum + value * (other[i]?.[i] ?? Number.NaN), 0);
  let sum = 0;
  rows.forEach((row, i) => {
    const counterpart = other[i] ?? row;
    for (let j = 0; j < i; j++) sum += 2 * (row[j] ?? 0) * (counterpart[j] ?? 0);
    sum += (row[i] ?? 0) * (counterpart[i] ?? 0);
  });
  return sum;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
