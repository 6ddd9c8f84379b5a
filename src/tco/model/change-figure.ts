import { type StudyModel, slotAt } from './bound-study.ts';
import { checkBetween, checkPositive } from './check-figure.ts';
import type { Distribution } from './distribution.ts';
import type { Assumption, StudyData, ThroughputOrigin } from './study-data.ts';

/**
 * A copy of the study with one figure at another value, wherever it stands; the study stays as it is. A changed figure is a guess: it has no
 * source any more. Its range moves along in proportion (from 0, by the difference), within what the figure can be. A changed throughput
 * is `given`. Throws a RangeError in words for a name that is none and a value that the figure cannot have; whether figures fit together,
 * such as idle and load power, is seen when the study is evaluated.
 */
export function changeFigure(data: StudyData, name: string, value: number): StudyData {
  const figure = data.assumptions.find((one) => one.name === name);
  if (figure === undefined) throw new RangeError(`Expected the name of a figure of the study, got ${name}.`);
  if (value === figure.value) return data;
  checkValue(figure, value);
  const model: StudyModel = structuredClone(data.model);
  for (const place of figure.places) {
    const { holder, key } = slotAt(model, name, place);
    holder[key] = value;
  }
  const changed: Assumption = { ...figure, ...rangeAround(figure, value), value, source: null };
  return {
    ...data,
    model,
    assumptions: data.assumptions.map((one) => (one === figure ? changed : one)),
    throughputs: throughputsAfter(data, figure),
  };
}

function checkValue({ title, least, most }: Assumption, value: number): void {
  // "Above 0" is written as the least number that is, "unlimited" as the largest there is.
  if (least === Number.MIN_VALUE) checkPositive(title, value);
  if (most !== Number.MAX_VALUE) checkBetween(title, value, least === Number.MIN_VALUE ? 0 : least, most);
  else if (!(value >= least && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`Expected ${title} of ${least} or more, got ${value}.`);
  }
}

function rangeAround(figure: Assumption, value: number): Pick<Assumption, 'low' | 'high' | 'distribution'> {
  const { low, high, distribution, least, most } = figure;
  if (low === null || high === null || distribution === null) return { low, high, distribution };
  const moved = (end: number): number => {
    const proportional = figure.value > 0 ? end * (value / figure.value) : end + value - figure.value;
    return Math.min(most, Math.max(least, proportional));
  };
  const ends = { low: moved(low), high: moved(high) };
  return { ...ends, distribution: distributionAround(distribution, ends, value, figure.value) };
}

function distributionAround(
  distribution: Distribution,
  ends: { low: number; high: number },
  value: number,
  before: number,
): Distribution {
  switch (distribution.kind) {
    case 'triangular':
      return { kind: 'triangular', low: ends.low, mode: value, high: ends.high };
    case 'uniform':
      return { kind: 'uniform', ...ends };
    case 'lognormal':
      return { ...distribution, median: distribution.median * (value / before) };
  }
}

function throughputsAfter({ throughputs, model }: StudyData, figure: Assumption): StudyData['throughputs'] {
  const owners = figure.places.flatMap(([list, option, ...rest]) =>
    list === 'options' && option !== undefined && rest.join('.') === 'throughput.itemsPerSecond' ? [option] : [],
  );
  if (owners.length === 0) return throughputs;
  const given: ThroughputOrigin = { provenance: 'given', source: `changed by hand from ${figure.value} items/s` };
  return Object.fromEntries(
    model.options.flatMap(({ name }) => {
      const origin = owners.includes(name) ? given : throughputs[name];
      return origin === undefined ? [] : [[name, origin]];
    }),
  );
}
