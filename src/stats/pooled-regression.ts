import { Cholesky } from './cholesky.ts';

/** What a value is made of: weights of effects by name, such as 1 for each group it is a member of, or x for a slope. */
export type Effects = ReadonlyMap<string, number>;

export interface Observation {
  readonly effects: Effects;
  readonly value: number;
  /** Of its own scatter, which no effect explains. */
  readonly variance: number;
}

export interface Estimate {
  readonly mean: number;
  /** Of the estimate itself; the scatter of a new value is to be added. */
  readonly variance: number;
}

/**
 * Linear regression whose effects are pooled partially: each is drawn towards 0 by a prior of its own variance, so that a group of many
 * values speaks for itself and one of few values leans on what it shares with others. The same as ridge regression with a penalty of
 * variance / priorVariance for each effect, and as the best linear unbiased prediction of a mixed model (Robinson, "That BLUP is a good
 * thing", Statistical Science 6, 1991).
 */
export class PooledRegression {
  readonly #values: readonly number[];
  readonly #prior: (effect: string) => number;
  /** Effects by number, in the order in which they were met. */
  readonly #numbers = new Map<string, number>();
  readonly #members: readonly ScaledEffects[];
  readonly #factor: Cholesky;
  /** Covariance⁻¹ times the values. */
  readonly #weights: Float64Array;
  #precision: readonly Float64Array[] | null = null;

  /** `prior` gives the variance of an effect by its name. Throws a `RangeError` without observations. */
  constructor(observations: readonly Observation[], prior: (effect: string) => number) {
    if (observations.length === 0) throw new RangeError('Expected at least one observation, got none.');
    this.#values = observations.map(({ value }) => value);
    this.#prior = prior;
    this.#members = observations.map(({ effects }) => this.#scaled(effects));
    const covariance = observations.map(({ variance }, i) => {
      const row = this.#sharedWith(this.#members[i], i + 1);
      row[i] = (row[i] ?? 0) + variance;
      return row;
    });
    this.#factor = new Cholesky(covariance);
    this.#weights = this.#factor.solve(this.#values);
  }

  /** What a value of these effects is expected to be. */
  predict(effects: Effects): Estimate {
    const scaled = this.#scaled(effects);
    const shared = this.#sharedWith(scaled, this.#members.length);
    const explained = this.#factor.halfSolve(shared).reduce((sum, part) => sum + part * part, 0);
    const mean = shared.reduce((sum, part, i) => sum + part * (this.#weights[i] ?? 0), 0);
    const own = scaled.weights.reduce((sum, weight) => sum + weight * weight, 0);
    return { mean, variance: Math.max(0, own - explained) };
  }

  /**
   * What each observation of a set, by index, would be expected to be had none of the set been seen; the variance has the observation's
   * own scatter in it. By the inverse of the covariance, without fitting again (Rasmussen and Williams, *Gaussian Processes for Machine
   * Learning*, section 5.4.2).
   */
  leaveOut(indices: readonly number[]): Estimate[] {
    this.#precision ??= this.#factor.inverse();
    const precision = this.#precision;
    const block = indices.map((i) => Float64Array.from(indices, (j) => precision[i]?.[j] ?? Number.NaN));
    const factor = new Cholesky(block);
    const residuals = factor.solve(indices.map((i) => this.#weights[i] ?? Number.NaN));
    const variances = factor.inverse();
    return indices.map((index, i) => ({
      mean: (this.#values[index] ?? Number.NaN) - (residuals[i] ?? Number.NaN),
      variance: variances[i]?.[i] ?? Number.NaN,
    }));
  }

  /** Effects by number, each weight times the deviation of its prior: their products are covariances. */
  #scaled(effects: Effects): ScaledEffects {
    const numbers = new Int32Array(effects.size);
    const weights = new Float64Array(effects.size);
    let position = 0;
    for (const [effect, weight] of effects) {
      const number = this.#numbers.get(effect) ?? this.#numbers.size;
      this.#numbers.set(effect, number);
      numbers[position] = number;
      weights[position] = weight * Math.sqrt(this.#prior(effect));
      position++;
    }
    return { numbers, weights };
  }

  /** Covariance of what has these effects with the first `count` observations. */
  #sharedWith(effects: ScaledEffects | undefined, count: number): Float64Array {
    const dense = new Float64Array(this.#numbers.size);
    effects?.numbers.forEach((number, i) => {
      dense[number] = effects.weights[i] ?? 0;
    });
    return Float64Array.from(this.#members.slice(0, count), ({ numbers, weights }) => {
      let sum = 0;
      for (let i = 0; i < numbers.length; i++) sum += (weights[i] ?? 0) * (dense[numbers[i] ?? 0] ?? 0);
      return sum;
    });
  }
}

interface ScaledEffects {
  readonly numbers: Int32Array;
  readonly weights: Float64Array;
}
