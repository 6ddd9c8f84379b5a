import { amountText, moneyText, volumeText } from '../tco/model/amount-text.ts';
import type { InvestmentReturn } from '../tco/model/investment.ts';
import { isSpentFirst } from '../tco/model/investment.ts';
import { type CostItem, costItems } from '../tco/model/ledger.ts';
import { chanceShare, signedShare, twoDigits } from '../tco/model/share-text.ts';
import type { StudyData } from '../tco/model/study-data.ts';
import type { OptionOutcome, PairOutcome, StudyOutcome } from '../tco/model/study-outcome.ts';
import { formatCount, formatNumber, formatPercent } from '../units/format.ts';
import { indented, section, width, wrappedTable } from './tco-layout.ts';
import { type TextColumn, textTable } from './text-table.ts';

const nameColumn = { title: 'option', most: 30, cell: ({ name }: OptionOutcome) => name };

/** The options by cost, the cheapest first. */
export function optionsText(study: StudyData, { options, order, simulation }: StudyOutcome): string {
  const { currency } = study;
  const best = options.find(({ name }) => name === order[0])?.equivalentAnnualCost ?? Number.NaN;
  const ordered = order.flatMap((name) => options.filter((one) => one.name === name));
  const chances = new Map(simulation?.options.map(({ name, cheapest }) => [name, cheapest]));
  const columns: readonly TextColumn<OptionOutcome>[] = [
    { title: `${currency} a year`, align: 'right', cell: (one) => amountText(one.equivalentAnnualCost) },
    { title: 'per 1M requests', align: 'right', cell: (one) => amountText(one.costPerMillionRequests) },
    { title: 'present cost', align: 'right', cell: (one) => amountText(one.netPresentCost) },
    {
      title: 'over the best',
      align: 'right',
      cell: (one) => (one.name === order[0] ? '' : signedShare(one.equivalentAnnualCost / best - 1)),
    },
    {
      title: 'cheapest in',
      align: 'right',
      cell: ({ name }) => (chances.has(name) ? chanceShare(chances.get(name) ?? 0) : ''),
    },
  ];
  const { horizonYears, model, date } = study;
  const about = `Equivalent annual cost over ${formatNumber(horizonYears)} years at ${formatPercent(model.discountRate)} a year, prices in ${currency} of ${date}, ${volumeText(model.demand.requestsPerDay)}.`;
  return section('Costs, the cheapest first', about, wrappedTable(ordered, nameColumn, columns));
}

/** Machines by what they are there for, and how much of them is used. */
export function fleetText({ options }: StudyOutcome): string {
  const columns: readonly TextColumn<OptionOutcome>[] = [
    { title: '', align: 'left', cell: ({ kind }) => (kind === 'owned' ? 'own' : 'rent') },
    { title: 'items/s each', align: 'right', cell: ({ throughput }) => formatNumber(throughput.itemsPerSecond) },
    { title: 'throughput is', align: 'left', cell: ({ throughput }) => throughput.provenance },
    { title: 'machines', align: 'right', cell: fleetCounts },
    { title: 'used', align: 'right', cell: ({ years }) => usedText(years) },
  ];
  const grows = options.some(({ years }) => years[0]?.fleet.total !== years.at(-1)?.fleet.total);
  const about = `Machines: serving + redundant + spare${grows ? ', first > last year' : ''}; used: mean load over full throughput.`;
  return section('Fleet', about, wrappedTable(options, nameColumn, columns));
}

function fleetCounts({ years }: OptionOutcome): string {
  const counts = (fleet: OptionOutcome['years'][number]['fleet'] | undefined) => {
    if (fleet === undefined) return '';
    const { serving, redundant, spares } = fleet;
    return [serving, redundant, spares].map(formatCount).join(' + ');
  };
  const [first, last] = [counts(years[0]?.fleet), counts(years.at(-1)?.fleet)];
  return first === last ? first : `${first} > ${last}`;
}

function usedText(years: OptionOutcome['years']): string {
  const shares = years.map(({ utilisation }) => utilisation);
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => twoDigits(100 * share));
  return least === most ? `${least} %` : `${least} to ${most} %`;
}

/** Money by item over the whole life; as many options side by side as there is room for. */
export function costText({ currency }: StudyData, { options }: StudyOutcome): string {
  const used = costItems.filter((item) => options.some(({ byItem }) => byItem.some((one) => one.item === item)));
  const rows: readonly (CostItem | 'sum')[] = [...used, 'sum'];
  const amount = ({ byItem }: OptionOutcome, row: CostItem | 'sum') =>
    row === 'sum'
      ? byItem.reduce((sum, one) => sum + one.amount, 0)
      : (byItem.find(({ item }) => item === row)?.amount ?? null);
  const columnOf = (option: OptionOutcome): TextColumn<CostItem | 'sum'> => ({
    title: shortened(option.name),
    align: 'right',
    cell: (row) => {
      const paid = amount(option, row);
      return paid === null ? '–' : amountText(paid);
    },
  });
  const first: TextColumn<CostItem | 'sum'> = {
    title: currency,
    align: 'left',
    cell: (row) => row.replaceAll('_', ' '),
  };
  const tables = chunks(options.map(columnOf), 4).map((columns) => textTable(rows, [first, ...columns]));
  return section('Costs by item', `In ${currency} over the whole life, not discounted.`, tables.join('\n'));
}

function shortened(name: string, most = 18): string {
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

/** Energy, carbon, and what an option brings as an investment. */
export function returnsText({ baseline, model, currency }: StudyData, { options }: StudyOutcome): string {
  const known = (value: number | null) => (value === null ? '–' : formatNumber(value));
  const of = (cell: (investment: InvestmentReturn) => string) => (one: OptionOutcome) =>
    one.investment === null ? '–' : cell(one.investment);
  const columns: readonly TextColumn<OptionOutcome>[] = [
    { title: 'J/request', align: 'right', cell: ({ emissions }) => known(emissions.joulesPerRequest) },
    { title: 'gCO₂/request', align: 'right', cell: ({ emissions }) => known(emissions.gramsPerRequest) },
    { title: `NPV (${currency})`, align: 'right', cell: of(({ netPresentValue }) => amountText(netPresentValue)) },
    {
      title: 'ROI',
      align: 'right',
      cell: of(({ returnOnInvestment }) => (returnOnInvestment === null ? '–' : signedShare(returnOnInvestment))),
    },
    { title: 'payback', align: 'right', cell: of(paybackText) },
    { title: 'IRR', align: 'right', cell: of(rateText) },
  ];
  const against =
    model.revenuePerMillionRequests === undefined
      ? `Return against ${baseline}, whose costs are saved.`
      : `Return on revenue of ${moneyText(model.revenuePerMillionRequests, currency)} per million requests.`;
  const notes = [
    ...(options.some(({ emissions }) => emissions.joulesPerRequest === null)
      ? ['Energy of rented machines is unknown: the seller pays for it and does not tell.']
      : []),
    ...(options.some(({ investment }) => investment !== null && !isSpentFirst(investment))
      ? ['No payback and no IRR where nothing more is spent at first than by what it is compared with.']
      : []),
  ];
  return section(
    'Energy and return',
    against,
    `${wrappedTable(options, { ...nameColumn, most: 24 }, columns)}${notes.map((note) => indented(note, 0)).join('')}`,
  );
}

function paybackText(investment: InvestmentReturn): string {
  if (!isSpentFirst(investment)) return '–';
  return investment.payback === null ? 'never' : `${formatNumber(investment.payback)} years`;
}

function rateText(investment: InvestmentReturn): string {
  const { internalRate } = investment;
  if (!isSpentFirst(investment)) return '–';
  return internalRate.kind === 'rate' ? formatPercent(internalRate.rate) : internalRate.kind;
}

/** From which volume on which option is cheaper: for the first time, and for good. */
export function breakEvenText({ pairs }: StudyOutcome): string {
  if (pairs.length === 0) return '';
  const rows = pairs.map((pair) => ({ pair, ...breakEvenOf(pair) }));
  const table = wrappedTable(rows, { title: 'cheaper', most: 40, cell: ({ words }) => words }, [
    { title: 'first above', align: 'right', cell: ({ first }) => first },
    { title: 'for good above', align: 'right', cell: ({ persistent }) => persistent },
    {
      title: 'own from',
      align: 'right',
      cell: ({ pair }) => (pair.breakEvenUtilisation === null ? '' : hoursText(pair.breakEvenUtilisation)),
    },
  ]);
  const open = pairs.filter(({ crossing }) => !crossing.isSettled);
  const far = Math.min(...open.map(({ crossing }) => crossing.examinedTo));
  const notes = [
    ...(pairs.some(({ breakEvenUtilisation }) => breakEvenUtilisation !== null)
      ? ['own from: share of the hours from which on owning costs less than renting as many machines by the hour.']
      : []),
    ...(open.length > 0 ? [`"*": examined up to ${volumeText(far)} or further; what lies beyond is not settled.`] : []),
  ];
  return section(
    'Break-even volumes',
    'In requests a day of the first year.',
    `${table}${notes.map((note) => indented(note, 0, width)).join('')}`,
  );
}

interface BreakEven {
  readonly words: string;
  readonly first: string;
  readonly persistent: string;
}

/** The break-evens of the one of the two that is not cheaper from the first request on. */
function breakEvenOf({ a, b, crossing }: PairOutcome): BreakEven {
  const { first, persistent, stretches, examinedTo, isSettled } = crossing;
  const open = isSettled ? '' : '*';
  const volume = (value: number | null) => (value === null ? `never${open}` : `${volumeWords(value)}${open}`);
  if (first === 0 && persistent === 0)
    return { words: `${a} than ${b}`, first: 'any volume', persistent: `any volume${open}` };
  if (first !== 0) return { words: `${a} than ${b}`, first: volume(first), persistent: volume(persistent) };
  const last = stretches.at(-1)?.to ?? 0;
  return {
    words: `${b} than ${a}`,
    first: volume(stretches[0]?.to ?? null),
    persistent: volume(last < examinedTo ? last : null),
  };
}

function volumeWords(value: number): string {
  return volumeText(value).replace(' requests a day', '');
}

function hoursText(share: number): string {
  return share > 1 ? 'never' : formatPercent(Number(share.toPrecision(3)));
}
