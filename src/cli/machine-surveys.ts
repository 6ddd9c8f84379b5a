import type { MachineSurveys } from './paired-gate.ts';

/** What a gate on this machine tells of it, and watches while it measures. */
export const machineSurveys: MachineSurveys = {
  environment: async () => [],
  differences: () => [],
  gpuWatch: async () => null,
};
