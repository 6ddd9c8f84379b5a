import type { SteadyState } from '../results/run.ts';
import { formatSeconds } from '../units/format.ts';
import { signedPercent } from './percent-text.ts';

/** Verdicts of the drift rule in words. */
export const steadyWords = {
  plateau: 'steady',
  up: 'drifting up',
  down: 'drifting down',
  none: 'no steady state',
} as const satisfies Record<SteadyState['verdict'], string>;

/** `drifting up, drift +7.2 %, level changes at 3.1 s, steady from 4 s`. */
export function steadyText({ verdict, series, drift, levelShift, plateauFromSeconds }: SteadyState): string {
  return [
    `${steadyWords[verdict]}${series === 'throughput' ? ' in the pace of completions' : ''}`,
    `drift ${signedPercent(drift)}`,
    ...(levelShift === null ? [] : [`level changes at ${formatSeconds(levelShift.atSeconds)}`]),
    ...(plateauFromSeconds === null || plateauFromSeconds === 0
      ? []
      : [`steady from ${formatSeconds(plateauFromSeconds)}`]),
  ].join(', ');
}
