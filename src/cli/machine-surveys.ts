import { versionDifferences } from '../gate/version-differences.ts';
import type { MachineSurveys } from './paired-gate.ts';

/** What a gate on this machine tells of it, and watches while it measures. */
export const machineSurveys: MachineSurveys = {
  environment: async (gpus) => (await import('./gate-environment.ts')).gateEnvironment(gpus?.devices ?? []),
  differences: versionDifferences,
  gpuWatch: async (environment) => (await import('./gpu-watch.ts')).gpuWatch({ environment }),
};
