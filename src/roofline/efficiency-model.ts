import type { HardwareProfile } from '../hardware/profile.ts';
import { normalQuantile } from '../stats/normal.ts';
import {
  type Deviations,
  deviationOf,
  type ExpectedDeviation,
  estimateDeviations,
  kindOfEffect,
  type PooledValue,
  scatterVariance,
} from '../stats/pooled-deviations.ts';
import { type Effects, type Observation, PooledRegression } from '../stats/pooled-regression.ts';
import { type Cell, roofOf } from './cell.ts';
import { effectsOf, expectedDeviations, regimeOf, scatterOf } from './effects.ts';
import type { Evidence } from './evidence.ts';
import { groupBy } from './group-by.ts';
import { deviationsOfUnknownModels } from './leave-model-out.ts';

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

/** Deviations of a normal distribution that its middle 90 % end at. */
const deviationsWithin = normalQuantile((1 + confidence) / 2);

interface Fit {
  readonly evidence: readonly Evidence[];
  readonly regression: PooledRegression;
  readonly deviations: Deviations;
  /** Predicted deviations that the interval of a model without figures of its own ends at. */
  ofUnknownModels(): number;
}

/** What an efficiency is taken to be made of. */
export interface EfficiencyStructure {
  readonly effectsOf: (cell: Cell) => Effects;
  readonly expectedDeviations: ReadonlyMap<string, ExpectedDeviation>;
}

/**
 * What share of its roof a device reaches with the models of one stack, learned from published figures. Each stack and regime has a
 * pooled regression of its own, whose deviations are told by its figures alone: nothing is set by hand that looks at them. Intervals are what the
 * regression says; of a model without figures of its own, wider: as wide as models that were left out need.
 */
export class EfficiencyModel {
  readonly #evidence: ReadonlyMap<string, readonly Evidence[]>;
  readonly #structure: EfficiencyStructure;
  readonly #fits = new Map<string, Fit>();

  constructor(evidence: readonly Evidence[], structure: EfficiencyStructure = { effectsOf, expectedDeviations }) {
    this.#evidence = groupBy(evidence, fitKey);
    this.#structure = structure;
  }

  /** Devices with evidence of a stack for the regime of a cell, any model. */
  devices(cell: Pick<Cell, 'stack' | 'scenario'>): readonly HardwareProfile[] {
    return [...new Set(this.#evidence.get(fitKey(cell))?.map(({ profile }) => profile))];
  }

  /** The estimate for a cell; null where the stack has no evidence, or the profile no roof. */
  estimate(cell: Cell): EfficiencyEstimate | null {
    const fit = this.#fit(cell);
    if (fit === null || roofOf(cell) === null) return null;
    const { mean, variance } = fit.regression.predict(this.#structure.effectsOf(cell));
    const deviation = Math.sqrt(variance + scatterVariance(scatterOf(cell), fit.deviations));
    const ofModel = fit.evidence.filter(({ model }) => model.id === cell.model.id);
    return {
      mean,
      halfWidth: (ofModel.length === 0 ? fit.ofUnknownModels() : deviationsWithin) * deviation,
      nearness: nearnessOf(cell, ofModel),
      modelDevices: new Set(ofModel.map(({ profile }) => profile.id)).size,
    };
  }

  /** A fit takes a while: it is made when it is first asked for. */
  #fit(cell: Pick<Cell, 'stack' | 'scenario'>): Fit | null {
    const key = fitKey(cell);
    const known = this.#fits.get(key);
    if (known !== undefined) return known;
    const evidence = this.#evidence.get(key);
    if (evidence === undefined) return null;
    const fit = fitOf(evidence, this.#structure);
    this.#fits.set(key, fit);
    return fit;
  }
}

function fitKey(cell: Pick<Cell, 'stack' | 'scenario'>): string {
  return `${cell.stack} ${regimeOf(cell)}`;
}

function fitOf(evidence: readonly Evidence[], structure: EfficiencyStructure): Fit {
  const cells = [...groupBy(evidence, cellKey).values()];
  const values = cells.flatMap((members) => merged(members, structure));
  const deviations = estimateDeviations(values, structure.expectedDeviations);
  const prior = (effect: string) => deviationOf(deviations, kindOfEffect(effect)) ** 2;
  const observations = values.map(
    ({ effects, scatter, value }): Observation => ({ effects, value, variance: scatterVariance(scatter, deviations) }),
  );
  const byModel = new Map<string, Observation[]>();
  for (const [place, observation] of observations.entries()) {
    const model = cells[place]?.[0]?.model.id ?? '';
    byModel.set(model, [...(byModel.get(model) ?? []), observation]);
  }
  let ofUnknownModels: number | null = null;
  return {
    evidence,
    regression: new PooledRegression(observations, prior),
    deviations,
    // A regression for each model: only where a model is asked for that has no figures.
    ofUnknownModels: () => (ofUnknownModels ??= deviationsOfUnknownModels(byModel, prior, confidence)),
  };
}

/** Figures that differ in the accuracy target only are mostly one run that was entered twice. */
function merged(members: readonly Evidence[], structure: EfficiencyStructure): PooledValue[] {
  const [cell] = members;
  if (cell === undefined) return [];
  const value = members.reduce((sum, { logEfficiency }) => sum + logEfficiency, 0) / members.length;
  return [{ effects: structure.effectsOf(cell), scatter: scatterOfAll(members, cell), value }];
}

/** The scatter of figures, and of their mean what rounds of one's own measurements show beside it. */
function scatterOfAll(members: readonly Evidence[], cell: Cell): Effects {
  const variance =
    members.reduce((sum, { measured }) => sum + (measured?.deviation ?? 0) ** 2, 0) / members.length ** 2;
  return variance === 0 ? scatterOf(cell) : new Map([...scatterOf(cell), ['measurement', Math.sqrt(variance)]]);
}

function cellKey({ profile, model, precision, scenario }: Cell): string {
  return [profile.id, model.id, precision, scenario].join(' ');
}

function nearnessOf({ profile }: Cell, evidence: readonly Evidence[]): Nearness {
  const others = evidence.map((one) => one.profile);
  if (others.some(({ id }) => id === profile.id)) return 'device';
  if (others.some(({ architecture }) => architecture === profile.architecture)) return 'architecture';
  return others.some(({ vendor, kind }) => vendor === profile.vendor && kind === profile.kind) ? 'maker' : 'none';
}
