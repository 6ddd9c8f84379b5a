import { formatNumber } from '../../units/format.ts';
import { volumeText } from './amount-text.ts';
import type { StudyModel } from './bound-study.ts';
import { PresentCosts } from './present-cost.ts';
import { figureText } from './sensitivity.ts';
import { chanceShare, twoDigits } from './share-text.ts';
import type { StudyData } from './study-data.ts';
import type { Findings, PairOutcome, Sensitivity } from './study-outcome.ts';

/** Below this chance of being the cheapest, the best option and its rivals are close to a tie. */
export const nearTie = 0.75;
/** What a figure has to move to be named: 5 points of the difference, or 5 % of the cost. */
const muchSwing = 0.05;
/** A machine that is used less than this could be a smaller one. */
const littleUse = 0.05;
/** Volumes are called far away when they are this many times the study's. */
const farAway = 100;

/** What would change a recommendation or weakens it, a sentence each, the most important first. */
export function caveatsOf(data: StudyData, outcome: Findings): string[] {
  return [
    ...tieCaveat(outcome),
    ...rangeCaveats(data, outcome),
    ...throughputCaveats(data, outcome),
    ...volumeCaveats(data, outcome),
    ...fleetCaveat(outcome),
    ...leftOutCaveat(data, outcome),
    ...(data.latencyLimitSeconds === null
      ? ['No latency limit is stated: throughputs may belong to different latencies.']
      : []),
  ];
}

function tieCaveat({ order, simulation }: Findings): string[] {
  if (simulation === null || order.length < 2) return [];
  const chances = new Map(simulation.options.map(({ name, cheapest }) => [name, cheapest]));
  const best = order[0] ?? '';
  const own = chances.get(best) ?? 0;
  if (own >= nearTie) return [];
  const [rival, chance] = [...chances].filter(([name]) => name !== best).sort(([, a], [, b]) => b - a)[0] ?? ['', 0];
  const percent = `${chanceShare(chance)} of the draws`;
  return [
    chance > own && chanceShare(chance) !== chanceShare(own)
      ? `With all ranges drawn, ${rival} is the cheapest more often, in ${percent}: what is known does not tell the two apart.`
      : `${rival} is the cheapest in ${percent}: what is known hardly tells the two apart.`,
  ];
}

/** Figures that turn the order, guesses that move the answer much, and guesses of which not even a range was stated. */
function rangeCaveats(data: StudyData, { sensitivity }: Findings): string[] {
  const guesses = new Map(data.assumptions.filter(({ source }) => source === null).map((one) => [one.name, one]));
  const { bars } = sensitivity;
  const flipping = bars.filter(({ flipsOrder }) => flipsOrder);
  const moving = bars.filter(({ name, flipsOrder, swing }) => {
    return guesses.has(name) && !flipsOrder && swing >= muchSwing * scaleOf(sensitivity);
  });
  const bare = [...guesses.values()].filter(({ distribution }) => distribution === null);
  const isGuess = (name: string) => (guesses.has(name) ? ', a guess' : '');
  return [
    ...(bars.length === 0
      ? ['No figure has a range: how sure this is cannot be said. State low and high of what you doubt.']
      : []),
    ...(flipping.length > 0
      ? [
          `Another option is the cheapest within the range of ${list(
            flipping.map(
              ({ title, low, high, name }) =>
                `${title} (${formatNumber(low)} to ${formatNumber(high)}${isGuess(name)})`,
            ),
          )}.`,
        ]
      : []),
    ...(moving.length > 0
      ? [
          `It rests on guesses that move it: ${list(moving.map(({ title, swing }) => `${title} (${swingText(swing, sensitivity)})`))}.`,
        ]
      : []),
    ...(bare.length > 0
      ? [`Without a source and without a range, so that nothing shows what they do: ${list(bare.map(figureText), 6)}.`]
      : []),
  ];
}

function scaleOf({ output, atBase }: Sensitivity): number {
  return output === 'difference' ? 1 : Math.abs(atBase);
}

function swingText(swing: number, sensitivity: Sensitivity): string {
  const size = twoDigits((100 * swing) / scaleOf(sensitivity));
  return sensitivity.output === 'difference' ? `${size} points` : `${size} %`;
}

/** Of the options that are compared first: a projection, a number from nowhere, a measurement that is not valid. */
function throughputCaveats({ throughputs }: StudyData, { order }: Findings): string[] {
  const compared = order.slice(0, 2);
  const from = (provenance: string) => compared.filter((name) => throughputs[name]?.provenance === provenance);
  const projected = from('projected');
  const given = from('given');
  return [
    ...(projected.length > 0 ? [`The throughput of ${list(projected)} is projected: nobody has measured it.`] : []),
    ...(given.length > 0 ? [`The throughput of ${list(given)} was entered by hand.`] : []),
    ...compared.flatMap((name) => {
      const caveat = throughputs[name]?.caveat;
      return caveat === undefined ? [] : [`${name}: ${caveat}`];
    }),
  ];
}

/** Where the volume would have to lie for another option to be cheaper, and how far that was looked at. */
function volumeCaveats({ model }: StudyData, { order, pairs }: Findings): string[] {
  const volume = model.demand.requestsPerDay;
  const own = pairs.filter(({ a }) => a === order[0]);
  const below = own
    .map((pair) => ({ pair, limit: stretchAround(pair, volume)?.from ?? 0 }))
    .sort((one, other) => other.limit - one.limit)[0];
  const above = own
    .flatMap((pair) => {
      const to = stretchAround(pair, volume)?.to;
      return to === undefined || to >= pair.crossing.examinedTo ? [] : [{ pair, limit: to }];
    })
    .sort((one, other) => one.limit - other.limit)[0];
  const open = own.filter(({ crossing }) => !crossing.isSettled && crossing.examinedTo < farAway * volume);
  return [
    ...(below !== undefined && below.limit > 0 ? [belowText(model, below.pair, below.limit)] : []),
    ...(above === undefined ? [] : [aboveText(above.pair, above.limit)]),
    ...(open.length > 0
      ? [
          `Beyond ${volumeText(Math.min(...open.map(({ crossing }) => crossing.examinedTo)))} nothing was compared with ${list(open.map(({ b }) => b))}.`,
        ]
      : []),
  ];
}

function stretchAround({ crossing }: PairOutcome, volume: number) {
  const { stretches, persistent, examinedTo, isSettled } = crossing;
  // Beyond what has been examined the last stretch goes on, if it is known to.
  if (volume > examinedTo) return persistent === null || !isSettled ? undefined : stretches.at(-1);
  return stretches.find(({ from, to }) => from < volume && volume <= to);
}

function belowText(model: StudyModel, { a, b, crossing }: PairOutcome, limit: number): string {
  if (crossing.stretches.some(({ to }) => to < limit)) {
    return `Below ${volumeText(limit)} ${b} is cheaper at some volumes.`;
  }
  // A stretch is where A costs less: below it B does, or the two cost the same, as one machine of either may.
  const [costOfA, costOfB] = [a, b].map((name) => costAt(model, name, limit / 2));
  return Math.abs((costOfB ?? 0) / (costOfA ?? 0) - 1) < 1e-9
    ? `${b} costs the same below ${volumeText(limit)}.`
    : `${b} is cheaper below ${volumeText(limit)}.`;
}

function costAt({ options, demand, discountRate }: StudyModel, name: string, requestsPerDay: number): number {
  const option = options.find((one) => one.name === name);
  if (option === undefined) throw new RangeError(`Expected an option of the study, got ${name}.`);
  return new PresentCosts().of(option, { ...demand, requestsPerDay }, discountRate).equivalentAnnualCost;
}

function aboveText({ a, b, crossing }: PairOutcome, limit: number): string {
  const { persistent, stretches, examinedTo, isSettled } = crossing;
  const start = `${b} is cheaper above ${volumeText(limit)}`;
  const reach = `up to ${volumeText(examinedTo)}, as far as was compared`;
  const fromThereOn = (volume: number) =>
    isSettled ? `for good above ${volumeText(volume)}` : `at every volume above ${volumeText(volume)} ${reach}`;
  if (persistent !== null) {
    return persistent > limit && stretches.filter(({ from }) => from > limit).length > 1
      ? `${start}; from there on the two change places with every machine, and ${a} is cheaper ${fromThereOn(persistent)}.`
      : `${start}, and ${a} ${fromThereOn(persistent)}.`;
  }
  const last = stretches.at(-1)?.to ?? limit;
  return last > limit
    ? `${start}; from there on the two change places with every machine, and ${b} is cheaper ${fromThereOn(last)}.`
    : `${start}${isSettled ? '' : ` ${reach}`}.`;
}

function fleetCaveat({ order, options }: Findings): string[] {
  const first = options.find(({ name }) => name === order[0])?.years[0];
  if (first === undefined || first.fleet.serving !== 1 || first.utilisation >= littleUse) return [];
  return [
    `One machine is more than enough: ${twoDigits(100 * first.utilisation)} % of its throughput is used on average, so that the price of the smallest machine decides.`,
  ];
}

/** Costs that are not counted of the recommended option, apart where the next best does not count them either. */
function leftOutCaveat({ leftOut }: StudyData, { order }: Findings): string[] {
  const [best = '', next] = order;
  const of = (option: string | undefined) => leftOut.filter((one) => one.option === option).map(({ what }) => what);
  const others = new Set(of(next));
  const costs = of(best).filter((what) => !what.startsWith('CO₂'));
  const alone = costs.filter((what) => !others.has(what));
  const both = costs.filter((what) => others.has(what));
  return [
    ...(alone.length > 0 ? [`Not counted of ${best}: ${list(alone)}.`] : []),
    ...(both.length > 0 && next !== undefined ? [`Counted of neither ${best} nor ${next}: ${list(both)}.`] : []),
  ];
}

/** `a, b and c`; of more than `most`, so many and how many more. */
function list(words: readonly string[], most = Number.POSITIVE_INFINITY): string {
  if (words.length > most) return `${words.slice(0, most).join(', ')} and ${words.length - most} more`;
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
