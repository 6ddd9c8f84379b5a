import { bindStudy } from './bound-study.ts';
import { doubtedFigures } from './sensitivity.ts';
import { chanceCheaper, rankStability, spread } from './simulated-costs.ts';
import { type SimulationOptions, simulate } from './simulation.ts';
import type { StudyData } from './study-data.ts';
import type { SimulationOutcome, StudyOutcome } from './study-outcome.ts';

/**
 * Many draws of all figures that have a range, with common random numbers; null: none has one. The same study, draws and seed give the same
 * outcome to the last bit. Throws a RangeError where a draw is a value that a figure cannot have.
 */
export function simulateStudy(
  data: StudyData,
  { options }: Pick<StudyOutcome, 'options'>,
  settings: SimulationOptions,
): SimulationOutcome | null {
  const figures = doubtedFigures(data);
  if (figures.length === 0) return null;
  const model = bindStudy(data.model, figures, 'equivalentAnnualCost', 'costPerMillionRequests');
  const simulation = simulate(model, new Map(figures.map((one) => [one.name, one.distribution])), settings);
  const { costs, costsBy } = simulation;
  const { cheapest, bestFlips } = rankStability(
    simulation,
    options.map((option) => option.equivalentAnnualCost),
  );
  const column = (columns: readonly Float64Array[] | undefined, index: number) =>
    columns?.[index] ?? new Float64Array(0);
  return {
    draws: settings.draws,
    seed: settings.seed,
    options: simulation.options.map((name, index) => ({
      name,
      equivalentAnnualCost: spread(column(costs, index)),
      costPerMillionRequests: spread(column(costsBy.get('costPerMillionRequests'), index)),
      cheapest: cheapest[index] ?? 0,
    })),
    cheaperThan: costs.map((row, index) =>
      costs.map((other, place) => (index === place ? null : chanceCheaper(row, other))),
    ),
    bestFlips,
  };
}
