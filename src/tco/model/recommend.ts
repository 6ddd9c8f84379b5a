import { formatNumber } from '../../units/format.ts';
import { moneyText } from './amount-text.ts';
import { caveatsOf, nearTie } from './caveats.ts';
import type { Option } from './option.ts';
import { chanceShare, shareText } from './share-text.ts';
import type { StudyData } from './study-data.ts';
import type { Findings, OptionOutcome, Recommendation } from './study-outcome.ts';

/** What to buy by equivalent annual cost, in one sentence, and what weakens it. Without a simulation it has no confidence. */
export function recommend(data: StudyData, outcome: Findings): Recommendation {
  const name = outcome.order[0] ?? '';
  const best = outcome.options.find((one) => one.name === name);
  const option = data.model.options.find((one) => one.name === name);
  if (best === undefined || option === undefined) throw new RangeError('Expected a study with an option, got none.');
  const confidence = outcome.simulation?.options.find((one) => one.name === name)?.cheapest ?? null;
  const hasRival = outcome.order.length > 1;
  const isTie = hasRival && confidence !== null && confidence < nearTie;
  const cost = `${moneyText(best.costPerMillionRequests, data.currency)} per million requests over ${years(data.horizonYears)} (prices of ${data.date})`;
  const parts = [cost, ...againstNext(best, outcome)];
  const chance =
    hasRival && confidence !== null && outcome.simulation !== null
      ? chanceText(confidence, outcome.simulation.draws, isTie)
      : '';
  return {
    option: name,
    sentence: `${isTie ? 'Close to a tie. ' : ''}${whatToGet(best, option)}: ${parts.join(', ')}${chance}.`,
    confidence,
    caveats: caveatsOf(data, outcome),
  };
}

/** `Buy 3 machines of A100 (6 accelerators), growing to 5 by year 4 (10)`. */
function whatToGet({ name, years: served }: OptionOutcome, option: Option): string {
  const counts = served.map(({ fleet }) => fleet.total);
  const first = counts[0] ?? 0;
  const last = counts.at(-1) ?? 0;
  if (option.kind === 'owned') {
    const each = option.capital.acceleratorsPerMachine;
    const accelerators = (machines: number, word = '') =>
      each === 1 ? '' : ` (${formatNumber(machines * each)}${word})`;
    const growth =
      last > first ? `, growing to ${formatNumber(last)} by year ${counts.length}${accelerators(last)}` : '';
    return `Buy ${machinesText(first)} of ${name}${accelerators(first, ' accelerators')}${growth}`;
  }
  const upTo = option.scaling === 'follows_demand' ? 'up to ' : '';
  const change = last === first ? '' : `, ${upTo}${formatNumber(last)} by year ${counts.length}`;
  return `Rent ${upTo}${machinesText(first)} of ${name}${change}`;
}

function machinesText(count: number): string {
  return `${formatNumber(count)} ${count === 1 ? 'machine' : 'machines'}`;
}

function againstNext(best: OptionOutcome, { order, options }: Findings): string[] {
  const next = options.find((one) => one.name === order[1]);
  if (next === undefined) return [];
  const lower = 1 - best.equivalentAnnualCost / next.equivalentAnnualCost;
  if (!Number.isFinite(lower)) return [`as much as ${next.name}, the next best`];
  return [`${lower === 0 ? 'as much as' : `${shareText(lower)} less than`} ${next.name}, the next best`];
}

function chanceText(chance: number, draws: number, isTie: boolean): string {
  return `; the cheapest in ${isTie ? 'only ' : ''}${chanceShare(chance).replace('> ', 'more than ').replace('< ', 'less than ')} of ${formatNumber(draws)} draws`;
}

function years(count: number): string {
  return count === 1 ? '1 year' : `${count} years`;
}
