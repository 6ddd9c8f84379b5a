import type { StudyModel } from '../../tco/model/bound-study.ts';
import type { Option } from '../../tco/model/option.ts';
import { PresentCosts } from '../../tco/model/present-cost.ts';
import { volumeCurve } from '../../tco/model/volume-curve.ts';
import type { TcoView } from './view.ts';

/** An option at a volume, in requests a day of the first year. */
export interface VolumePoint {
  readonly volume: number;
  readonly cost: number;
}

/** Points of a curve that are as far apart as the eye can tell. */
const evenPoints = 110;
/** Steps that are drawn exactly; beyond them one machine more is a small part of many. */
const stepPoints = 160;

/** The volumes that a chart shows: the study's demand, the break-evens of its two cheapest options, and room around them. */
export function volumesShown({ study, best }: TcoView): [from: number, to: number] {
  const { requestsPerDay } = study.model.demand;
  const marked = [requestsPerDay, best?.crossing.first ?? 0, best?.crossing.persistent ?? 0].filter(
    (volume) => volume > 0,
  );
  return [Math.min(...marked) / 8, Math.max(...marked) * 6];
}

/**
 * Volumes at which to draw options: evenly spread by their logarithm, and both sides of each step by a whole machine of any of them, so that
 * the teeth of the saw are upright and none is missed where they are large.
 */
export function volumesOf(
  options: readonly Option[],
  { demand, discountRate }: StudyModel,
  [from, to]: readonly [number, number],
): number[] {
  const spread = Array.from({ length: evenPoints }, (_, index) => from * (to / from) ** (index / (evenPoints - 1)));
  const steps = options.flatMap((option) => [...new Set(volumeCurve(option, demand, discountRate).steps)]);
  const each = Math.max(1, Math.floor(stepPoints / (2 * Math.max(1, steps.length))));
  const beside = steps.flatMap((step) =>
    Array.from({ length: each }, (_, index) => (index + 1) * step)
      .filter((volume) => volume > from && volume * (1 + 1e-9) < to)
      .flatMap((volume) => [volume, volume * (1 + 1e-9)]),
  );
  return [...spread, ...beside].sort((one, other) => one - other);
}

/** Levelised cost of 10⁶ requests at each volume. */
export function unitCosts(option: Option, model: StudyModel, volumes: readonly number[]): VolumePoint[] {
  return costsAt(option, model, volumes, 'costPerMillionRequests');
}

/** Equivalent annual cost of A ÷ that of B − 1 at each volume. */
export function differences(a: Option, b: Option, model: StudyModel, volumes: readonly number[]): VolumePoint[] {
  const costsOfB = costsAt(b, model, volumes, 'equivalentAnnualCost');
  return costsAt(a, model, volumes, 'equivalentAnnualCost').map(({ volume, cost }, index) => ({
    volume,
    cost: cost / (costsOfB[index]?.cost ?? Number.NaN) - 1,
  }));
}

function costsAt(
  option: Option,
  { demand, discountRate }: StudyModel,
  volumes: readonly number[],
  measure: 'costPerMillionRequests' | 'equivalentAnnualCost',
): VolumePoint[] {
  const costs = new PresentCosts();
  return volumes.map((volume) => ({
    volume,
    cost: costs.of(option, { ...demand, requestsPerDay: volume }, discountRate)[measure],
  }));
}
