import type { StudyModel } from './bound-study.ts';
import { breakEvenUtilisation } from './break-even.ts';
import { hourlyPrice } from './cloud.ts';
import { crossing, settledVolume } from './crossing.ts';
import type { Option } from './option.ts';
import type { OptionOutcome, PairOutcome } from './study-outcome.ts';
import { type VolumeCurve, volumeCurve } from './volume-curve.ts';
import { wholePower } from './whole-power.ts';

/** Steps of the fleets that are looked at without more ado, and where the study's own volume lies beyond them. */
const usualSteps = 2_000;
const mostSteps = 40_000;
/** Steps of all pairs, times their years, that take a second or two: many options over decades are compared less far. */
const mostWork = 2_000_000;

/** Every option against every other by equivalent annual cost. `ordered`: the cheapest first. */
export function pairsOf(model: StudyModel, ordered: readonly OptionOutcome[]): PairOutcome[] {
  const sides = ordered.flatMap((outcome) => {
    const option = model.options.find(({ name }) => name === outcome.name);
    return option === undefined ? [] : [{ option, outcome, curve: curveOf(option, model) }];
  });
  const years = Math.max(...model.options.map(({ lifeYears }) => lifeYears));
  const pairs = (sides.length * (sides.length - 1)) / 2;
  const steps = Math.min(mostSteps, mostWork / (years * pairs));
  return sides.flatMap((a, index) =>
    sides.slice(index + 1).map((b): PairOutcome => {
      return {
        a: a.outcome.name,
        b: b.outcome.name,
        difference: a.outcome.equivalentAnnualCost / b.outcome.equivalentAnnualCost - 1,
        crossing: crossing(a.curve, b.curve, volumeToExamine(a.curve, b.curve, model.demand.requestsPerDay, steps)),
        breakEvenUtilisation: utilisationOf(a, b, model.discountRate) ?? utilisationOf(b, a, model.discountRate),
      };
    }),
  );
}

function curveOf(option: Option, { demand, discountRate }: StudyModel): VolumeCurve {
  return volumeCurve(option, demand, discountRate);
}

/**
 * How far two options are compared: as far as anything can change where that is known, but no further than some thousand steps of their
 * fleets, or twice the volume of the study where that is more.
 */
function volumeToExamine(a: VolumeCurve, b: VolumeCurve, volume: number, most: number): number {
  const stepsAt1 = [...a.steps, ...b.steps].reduce((sum, step) => sum + 1 / step, 0);
  const limit = Math.min(Math.max(usualSteps / stepsAt1, 2 * volume), most / stepsAt1);
  return Math.min(settledVolume(a, b) ?? limit, limit);
}

interface Side {
  readonly option: Option;
  readonly outcome: OptionOutcome;
}

/**
 * Share of the hours at which an owned fleet costs what the rented one does, paid by the hour; null where that is not what is compared.
 * Rented machines grow with the demand: their number is the mean over the years, weighed like money.
 */
function utilisationOf(owned: Side, rented: Side, rate: number): number | null {
  const { option } = rented;
  if (owned.option.kind !== 'owned' || option.kind !== 'cloud' || option.commitment !== null) return null;
  const price = hourlyPrice(option);
  if (price === 0) return null;
  let machines = 0;
  let weights = 0;
  for (const { year, fleet } of rented.outcome.years) {
    const weight = 1 / wholePower(1 + rate, year);
    machines += weight * fleet.total;
    weights += weight;
  }
  return breakEvenUtilisation(owned.outcome.equivalentAnnualCost, machines / weights, price);
}
