import type { Projection, ProjectionRequest } from '../roofline/project.ts';
import { formatNumber } from '../units/format.ts';
import { limitRefusal } from './limit-refusal.ts';
import type { FoundThroughput, NoThroughput, ThroughputNeed } from './settled-throughput.ts';

/** What is to be projected. */
export type ProjectedAsked = Required<Pick<ProjectionRequest, 'accelerator' | 'model' | 'scenario' | 'stack'>> & {
  readonly precision: string;
};

/** The throughput of a machine as projected, with its 90 % interval, or why it is refused. */
export function projectedThroughput(
  asked: ProjectedAsked,
  need: ThroughputNeed,
  project: (request: ProjectionRequest) => Projection,
): FoundThroughput | NoThroughput {
  const { accelerators } = need;
  const answer = project({ ...asked, devices: accelerators });
  if ('refused' in answer) return { refused: `no projection: ${answer.refused}` };
  if (answer.unit === 'ms (p90)') return { refused: 'expected a throughput, got a latency' };
  const alone = project({ ...asked, scenario: 'SingleStream', devices: accelerators });
  // Refused only where the whole interval is beyond the limit.
  const limit = limitRefusal(asked, 'refused' in alone ? null : alone.low, need);
  if ('refused' in limit) return limit;
  const scaled = accelerators === 1 ? '' : `, times ${accelerators} accelerators`;
  return {
    provenance: 'projected',
    value: answer.value * accelerators,
    low: answer.low * accelerators,
    high: answer.high * accelerators,
    shape: 'lognormal',
    source:
      `projected: ${asked.model} in ${asked.precision} on ${asked.accelerator}, ${asked.scenario}, ${asked.stack}: ${formatNumber(answer.value)} ` +
      `${answer.unit}, 90 % interval ${formatNumber(answer.low)} to ${formatNumber(answer.high)}${scaled}; rests on published figures of ` +
      `the model on ${answer.modelDevices} ${answer.modelDevices === 1 ? 'device' : 'devices'}`,
    caveats: [
      ...limit.caveats,
      ...(answer.unit === 'tokens/s per accelerator' ? ['its items are tokens written, not requests'] : []),
    ],
    items: answer.unit === 'tokens/s per accelerator' ? 'tokens' : 'samples',
  };
}
