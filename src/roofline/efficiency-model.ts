import type { HardwareProfile } from '../hardware/profile.ts';
import { PooledRegression } from '../stats/pooled-regression.ts';
import { type Cell, roofOf } from './cell.ts';
import { effectsOf, priorVariance, type Regime, regimeOf, scatterVariance } from './effects.ts';
import type { Evidence } from './evidence.ts';
import { groupBy } from './group-by.ts';

/** How near the nearest evidence is to a cell: of the same device, its architecture, its maker, or of none of these. */
export type Nearness = 'device' | 'architecture' | 'maker' | 'none';

export interface EfficiencyEstimate {
  /** ln of the share of the roof. */
  readonly mean: number;
  /** Of a published figure about the mean, both natural logarithms: the 90 % interval is mean ± halfWidth. */
  readonly halfWidth: number;
  readonly nearness: Nearness;
  /** Devices whose figures of this model it rests on. */
  readonly modelDevices: number;
}

/** Confidence of every interval here. */
export const confidence = 0.9;

interface Fit {
  readonly evidence: readonly Evidence[];
  readonly regression: PooledRegression;
  /** Half of the interval in predicted deviations: of a model with figures of its own, and of one without any. */
  readonly multiplier: number;
  readonly unknownModelMultiplier: number;
}

/**
 * What share of its roof a device reaches with the models of one stack, learned from published figures. Each stack and regime has a
 * pooled regression of its own; its intervals are scaled until they hold 90 % of the figures of devices that were left out one by one.
 */
export class EfficiencyModel {
  readonly #fits = new Map<string, Fit>();

  constructor(evidence: readonly Evidence[]) {
    for (const [key, members] of groupBy(evidence, fitKey)) {
      const [first] = members;
      if (first !== undefined) this.#fits.set(key, fitOf(members, regimeOf(first)));
    }
  }

  /** Devices with evidence of a stack for the regime of a cell, any model. */
  devices(cell: Pick<Cell, 'stack' | 'scenario'>): readonly HardwareProfile[] {
    return [...new Set(this.#fits.get(fitKey(cell))?.evidence.map(({ profile }) => profile))];
  }

  /** The estimate for a cell; null where the stack has no evidence, or the profile no roof. */
  estimate(cell: Cell): EfficiencyEstimate | null {
    const fit = this.#fits.get(fitKey(cell));
    if (fit === undefined || roofOf(cell) === null) return null;
    const { mean, variance } = fit.regression.predict(effectsOf(cell));
    // A future figure is taken as one result.
    const deviation = Math.sqrt(variance + scatterVariance(cell, 1));
    const ofModel = fit.evidence.filter(({ model }) => model.id === cell.model.id);
    return {
      mean,
      halfWidth: (ofModel.length === 0 ? fit.unknownModelMultiplier : fit.multiplier) * deviation,
      nearness: nearnessOf(cell, ofModel),
      modelDevices: new Set(ofModel.map(({ profile }) => profile.id)).size,
    };
  }
}

function fitKey(cell: Pick<Cell, 'stack' | 'scenario'>): string {
  return `${cell.stack} ${regimeOf(cell)}`;
}

function fitOf(evidence: readonly Evidence[], regime: Regime): Fit {
  const merged = [...groupBy(evidence, cellKey).values()].flatMap((members) => mergeMembers(members));
  const regression = new PooledRegression(
    merged.map(({ cell, value, results }) => ({
      effects: effectsOf(cell),
      value,
      variance: scatterVariance(cell, results),
    })),
    priorVariance(regime),
  );
  const multiplier = multiplierOf(merged, regression, ({ profile }) => profile.id);
  const ofModels = multiplierOf(merged, regression, ({ model }) => model.id);
  return { evidence, regression, multiplier, unknownModelMultiplier: Math.max(multiplier, ofModels) };
}

interface Merged {
  readonly cell: Evidence;
  readonly value: number;
  readonly results: number;
}

/** Figures that differ in the accuracy target only are mostly one run that was entered twice. */
function mergeMembers(members: readonly Evidence[]): Merged[] {
  const [cell] = members;
  if (cell === undefined) return [];
  const value = members.reduce((sum, { logEfficiency }) => sum + logEfficiency, 0) / members.length;
  return [{ cell, value, results: Math.max(...members.map(({ figure }) => figure.results)) }];
}

function cellKey({ profile, model, precision, scenario }: Cell): string {
  return [profile.id, model.id, precision, scenario].join(' ');
}

/**
 * How many predicted deviations hold 90 % of what was left out, a group at a time (split conformal prediction: the ⌈0.9 (n + 1)⌉-th of n
 * errors; Lei et al., "Distribution-free predictive inference for regression", JASA 113, 2018). With too few values for that rank the
 * largest one is taken.
 */
function multiplierOf(
  merged: readonly Merged[],
  regression: PooledRegression,
  groupOf: (cell: Cell) => string,
): number {
  const groups = groupBy([...merged.entries()], ([, { cell }]) => groupOf(cell));
  const errors = [...groups.values()].flatMap((members) => {
    const left = regression.leaveOut(members.map(([index]) => index));
    return members.map(([, { value }], position) => {
      const { mean, variance } = left[position] ?? { mean: Number.NaN, variance: Number.NaN };
      return Math.abs(value - mean) / Math.sqrt(variance);
    });
  });
  errors.sort((a, b) => a - b);
  const rank = Math.min(errors.length, Math.ceil(confidence * (errors.length + 1)));
  return errors[rank - 1] ?? Number.NaN;
}

function nearnessOf({ profile }: Cell, evidence: readonly Evidence[]): Nearness {
  const others = evidence.map((one) => one.profile);
  if (others.some(({ id }) => id === profile.id)) return 'device';
  if (others.some(({ architecture }) => architecture === profile.architecture)) return 'architecture';
  return others.some(({ vendor, kind }) => vendor === profile.vendor && kind === profile.kind) ? 'maker' : 'none';
}
