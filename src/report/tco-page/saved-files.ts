import type { Assumption, StudyData } from '../../tco/model/study-data.ts';
import type { StudyOutcome } from '../../tco/model/study-outcome.ts';
import { csvText } from '../csv-field.ts';

/** What can be saved from the page of a purchase. */
export interface SavedFile {
  /** Letters and hyphens. */
  readonly id: 'options' | 'cash-flows' | 'assumptions' | 'study';
  /** Its name. */
  readonly file: string;
  readonly mediaType: 'text/csv' | 'application/json';
  /** What is in it, in a few words. */
  readonly about: string;
  readonly content: string;
}

/**
 * The figures of a study as files, every number with all its digits. `edited`: the study was edited in the page, and the names of the files
 * say so.
 */
export function savedFiles(study: StudyData, outcome: StudyOutcome, edited = false): SavedFile[] {
  const name = (id: string, ending: string) => `${fileName(study.name)}${edited ? '-edited' : ''}-${id}.${ending}`;
  const csv = (id: SavedFile['id'], about: string, content: string): SavedFile => ({
    id,
    file: name(id, 'csv'),
    mediaType: 'text/csv',
    about,
    content,
  });
  return [
    csv('options', 'costs, energy and returns, one line an option', optionsAsCsv(study, outcome)),
    csv('cash-flows', 'money by option, item and year', cashFlowsAsCsv(study, outcome)),
    csv('assumptions', 'every figure that was put in, with its range, source and date', assumptionsAsCsv(study)),
    {
      id: 'study',
      file: name('study', 'json'),
      mediaType: 'application/json',
      about: 'the study as it was computed and all that it comes to',
      content: `${JSON.stringify({ study, outcome }, null, 2)}\n`,
    },
  ];
}

/** One line an option; money in the currency of the study, which is a column of its own. */
export function optionsAsCsv(study: StudyData, { options, order, simulation }: StudyOutcome): string {
  const names = [
    'option',
    'kind',
    'rank',
    'currency',
    'price_date',
    'horizon_years',
    'throughput_items_per_s',
    'throughput_provenance',
    'throughput_source',
    'max_utilisation',
    'machines_first_year',
    'machines_last_year',
    'net_present_cost',
    'equivalent_annual_cost',
    'cost_per_million_requests',
    'joules_per_request',
    'grams_co2_per_request',
    'grams_co2_per_request_with_making',
    'net_present_value_against_baseline',
    'return_on_investment',
    'payback_years',
    'discounted_payback_years',
    'internal_rate',
    'equivalent_annual_cost_p5',
    'equivalent_annual_cost_p50',
    'equivalent_annual_cost_p95',
    'cost_per_million_requests_p5',
    'cost_per_million_requests_p50',
    'cost_per_million_requests_p95',
    'chance_of_being_cheapest',
  ];
  const lines = options.map((one, index) => {
    const { throughput, emissions, investment } = one;
    const drawn = simulation?.options[index];
    return [
      one.name,
      one.kind,
      order.indexOf(one.name) + 1,
      study.currency,
      study.date,
      study.horizonYears,
      throughput.itemsPerSecond,
      throughput.provenance,
      throughput.source,
      throughput.maxUtilisation,
      one.years[0]?.fleet.total,
      one.years.at(-1)?.fleet.total,
      one.netPresentCost,
      one.equivalentAnnualCost,
      one.costPerMillionRequests,
      emissions.joulesPerRequest,
      emissions.gramsPerRequest,
      emissions.gramsPerRequestWithMaking,
      investment?.netPresentValue,
      investment?.returnOnInvestment,
      investment?.payback,
      investment?.discountedPayback,
      investment?.internalRate.kind === 'rate' ? investment.internalRate.rate : null,
      drawn?.equivalentAnnualCost.p5,
      drawn?.equivalentAnnualCost.p50,
      drawn?.equivalentAnnualCost.p95,
      drawn?.costPerMillionRequests.p5,
      drawn?.costPerMillionRequests.p50,
      drawn?.costPerMillionRequests.p95,
      drawn?.cheapest,
    ];
  });
  return csvText([names, ...lines]);
}

/** A line for every option, time and item of its costs, and one for their sum; time 0 is the purchase. */
export function cashFlowsAsCsv(study: StudyData, { options }: StudyOutcome): string {
  const lines = options.flatMap(({ name, byItem, cashFlow, cumulative }) =>
    cashFlow.flatMap((sum, time) => [
      ...byItem.map(({ item, flow }) => [name, time, item, study.currency, flow[time], null]),
      [name, time, 'all', study.currency, sum, cumulative[time]],
    ]),
  );
  return csvText([['option', 'time_years', 'item', 'currency', 'paid', 'paid_until_then'], ...lines]);
}

/** A line an assumption. Shares are shares: 0.08 is 8 %. */
export function assumptionsAsCsv({ assumptions }: StudyData): string {
  const names = ['name', 'of', 'title', 'value', 'low', 'high', 'unit', 'shape', 'source', 'date', 'place'];
  const lines = assumptions.map((one) => [
    one.name,
    one.owner,
    one.title,
    one.value,
    one.low,
    one.high,
    unitOf(one),
    one.distribution?.kind,
    one.source,
    one.date,
    one.where,
  ]);
  return csvText([names, ...lines]);
}

function unitOf({ unit, isShare }: Assumption): string {
  return isShare ? 'share' : unit;
}

/** The name of a study as that of a file. */
function fileName(study: string): string {
  const safe = study
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return safe === '' ? 'study' : safe;
}
