import { simulateStudy } from '../../../tco/model/simulate-study.ts';
import type { SimulationOptions } from '../../../tco/model/simulation.ts';
import type { StudyData } from '../../../tco/model/study-data.ts';
import type { OptionOutcome, SimulationOutcome } from '../../../tco/model/study-outcome.ts';

/** A simulation that is wanted. */
export interface DrawingOrder {
  readonly study: StudyData;
  readonly options: readonly OptionOutcome[];
  readonly settings: SimulationOptions;
}

/** A failure is in words: a draw was a value that a figure cannot have. */
export type DrawingAnswer = { readonly simulation: SimulationOutcome | null } | { readonly failure: string };

export function draw({ study, options, settings }: DrawingOrder): DrawingAnswer {
  try {
    return { simulation: simulateStudy(study, { options }, settings) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
