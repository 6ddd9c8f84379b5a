import type { Axes, PlannedCase } from './plan.ts';
import { scenarioName } from './scenario-name.ts';

/** The axes in the order in which they vary, the last one fastest. */
export const axisNames = ['backend', 'batch_size', 'precision', 'threads', 'spinning', 'fusion'] as const;

export type AxisName = (typeof axisNames)[number];

/** The value that an axis has when the suite does not list it; `threads` has `auto`. */
export const axisDefaults = {
  backend: 'ort-cpu',
  batch_size: 1,
  precision: 'fp32',
  threads: 'auto',
  spinning: 'off',
  fusion: 'on',
} as const;

/** Readable name of a case. What every case has is left out: spinning off, scope `request`, profile `local`. */
export function caseId(planned: Pick<PlannedCase, 'workload' | 'axes' | 'scenario' | 'scope' | 'profile'>): string {
  const { workload, axes, scenario, scope, profile } = planned;
  const parts = [
    workload,
    axes.backend,
    `b${axes.batchSize}`,
    axes.precision,
    `fusion-${axes.fusion}`,
    `t${axes.threads}`,
  ];
  if (axes.spinning === 'on') parts.push('spinning');
  parts.push(scenarioName(scenario));
  if (scope !== 'request') parts.push(scope);
  if (profile !== 'local') parts.push(profile);
  return parts.join('/');
}

/** Axes as a suite writes them. */
export interface AxisValues {
  readonly backend: string;
  readonly batch_size: number;
  readonly precision: Axes['precision'];
  readonly threads: number;
  readonly spinning: 'on' | 'off';
  readonly fusion: 'on' | 'off';
}
