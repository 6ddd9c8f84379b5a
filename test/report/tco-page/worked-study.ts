import { type Distribution, lognormalOf } from '../../../src/tco/model/distribution.ts';
import { evaluateStudy, withSimulation } from '../../../src/tco/model/evaluate-study.ts';
import type { Assumption, StudyData } from '../../../src/tco/model/study-data.ts';
import type { StudyOutcome } from '../../../src/tco/model/study-outcome.ts';
import { cloud, owned } from '../../tco/model/example-options.ts';

/**
 * Own machines of 10,000 against rented ones at 1 an hour, three years, not discounted, nothing else: by hand 30 items/s at the mean and 60
 * at the peak take one machine of 100 items/s, so that owning costs 10,000 and renting 26,298 (3 × 8,766 h).
 */
export function workedStudy(changes: Partial<StudyData> = {}): StudyData {
  return {
    name: 'Own or rent',
    currency: 'CHF',
    date: '2025-06-01',
    horizonYears: 3,
    model: {
      demand: { requestsPerDay: 30 * 86_400, growthPerYear: 0, peakToAverage: 2, itemsPerRequest: 1 },
      discountRate: 0,
      options: [cloud({ name: 'hour', onDemandPrice: 1 }), owned({ name: 'card' })],
    },
    assumptions: [
      figure('options[1].machine.accelerator_price', 'price of an accelerator', 'card', 'CHF', 10_000, {
        low: 8_000,
        high: 30_000,
        distribution: { kind: 'uniform', low: 8_000, high: 30_000 },
        places: [['options', 'card', 'capital', 'acceleratorPrice']],
        date: '2025-05',
      }),
      figure('options[1].throughput.items_per_second', 'throughput of a machine', 'card', 'items/s', 100, {
        low: 80,
        high: 125,
        distribution: lognormalOf(80, 125),
        places: [['options', 'card', 'throughput', 'itemsPerSecond']],
        source: 'a run of May',
      }),
      figure('discount_rate', 'discount rate a year', null, '', 0, {
        isShare: true,
        most: 1,
        places: [['discountRate']],
        source: 'the board',
      }),
    ],
    throughputs: {
      hour: { provenance: 'given', source: 'a guess' },
      card: { provenance: 'projected', source: 'stack tensorrt' },
    },
    baseline: 'hour',
    leftOut: [
      { option: 'hour', what: 'staff' },
      { option: 'hour', what: 'taxes' },
      { option: 'card', what: 'taxes' },
    ],
    latencyLimitSeconds: 0.05,
    simulation: { draws: 500, seed: 3 },
    ...changes,
  };
}

export function workedOutcome(study: StudyData = workedStudy()): StudyOutcome {
  return withSimulation(study, evaluateStudy(study), study.simulation);
}

function figure(
  name: string,
  title: string,
  owner: string | null,
  unit: string,
  value: number,
  more: Partial<Assumption> & { readonly distribution?: Distribution },
): Assumption {
  return {
    name,
    title,
    owner,
    unit,
    value,
    isShare: false,
    where: `/home/me/own.yaml:${name.length}:5`,
    least: 0,
    most: Number.MAX_VALUE,
    distribution: null,
    low: null,
    high: null,
    source: null,
    date: null,
    places: [],
    ...more,
  };
}
