import type { StudyModel } from '../../../src/tco/model/bound-study.ts';
import type { Demand } from '../../../src/tco/model/demand.ts';
import { type Distribution, lognormalOf } from '../../../src/tco/model/distribution.ts';
import type { Option } from '../../../src/tco/model/option.ts';
import type { Assumption, LeftOut, StudyData, ThroughputOrigin } from '../../../src/tco/model/study-data.ts';
import { oneASecond } from './example-options.ts';

interface StudyChanges {
  readonly demand?: Demand;
  readonly discountRate?: number;
  readonly revenuePerMillionRequests?: number;
  readonly figures?: readonly Assumption[];
  readonly throughputs?: Readonly<Record<string, ThroughputOrigin>>;
  readonly leftOut?: readonly LeftOut[];
  readonly latencyLimitSeconds?: number | null;
}

/** A study of these options, undiscounted unless told; figures with a range stand at their value in the options already. */
export function studyData(options: readonly Option[], changes: StudyChanges = {}): StudyData {
  const { revenuePerMillionRequests, figures = [] } = changes;
  const model: StudyModel = structuredClone({
    demand: changes.demand ?? oneASecond,
    discountRate: changes.discountRate ?? 0,
    options,
    ...(revenuePerMillionRequests === undefined ? {} : { revenuePerMillionRequests }),
  });
  for (const { value, places } of figures) for (const place of places) put(model, place, value);
  return {
    name: 'example',
    currency: 'USD',
    date: '2025-06-01',
    horizonYears: 3,
    model,
    assumptions: figures,
    throughputs:
      changes.throughputs ??
      Object.fromEntries(options.map(({ name }) => [name, { provenance: 'published', source: 'a table' }])),
    baseline: options[0]?.name ?? '',
    leftOut: changes.leftOut ?? [],
    latencyLimitSeconds: changes.latencyLimitSeconds === undefined ? 0.05 : changes.latencyLimitSeconds,
    simulation: { draws: 1_000, seed: 1 },
  };
}

/** A figure of `[low, value, high]` at these places of the model, a guess unless it has a source. */
export function figure(
  name: string,
  [low, value, high]: readonly [number, number, number],
  places: Assumption['places'],
  shape: Distribution['kind'] = 'triangular',
  source: string | null = null,
): Assumption {
  const distributions: Record<Distribution['kind'], () => Distribution> = {
    triangular: () => ({ kind: 'triangular', low, mode: value, high }),
    uniform: () => ({ kind: 'uniform', low, high }),
    lognormal: () => lognormalOf(low, high),
  };
  return {
    name,
    title: name,
    owner: null,
    unit: '',
    isShare: false,
    where: 'study.yaml:1:1',
    value,
    least: 0,
    most: Number.MAX_VALUE,
    distribution: distributions[shape](),
    low,
    high,
    source,
    date: null,
    places,
  };
}

function put(model: StudyModel, place: readonly string[], value: number): void {
  let holder: unknown = model;
  for (const key of place.slice(0, -1)) {
    holder = Array.isArray(holder)
      ? holder.find((one: { name: string }) => one.name === key)
      : (holder as Record<string, unknown>)[key];
  }
  (holder as Record<string, number>)[place.at(-1) ?? ''] = value;
}
