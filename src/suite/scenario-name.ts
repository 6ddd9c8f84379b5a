import type { Arrivals, ScenarioSettings } from './plan.ts';

/**
 * Readable name of a scenario, different for scenarios that differ: `single_stream`, `multi_stream-8`, `server-poisson-100qps`,
 * `server-poisson-search`, `closed_loop-c4`, `replay-` and the beginning of the hash of the trace.
 */
export function scenarioName(scenario: ScenarioSettings): string {
  switch (scenario.kind) {
    case 'multi_stream':
      return `multi_stream-${scenario.itemsPerQuery}`;
    case 'server': {
      const { arrivals, rate } = scenario;
      return `server-${arrivalsName(arrivals)}-${rate === 'search' ? rate : `${rate}qps`}`;
    }
    case 'closed_loop':
      return `closed_loop-c${scenario.concurrency}`;
    case 'replay': {
      const { trace, speed } = scenario;
      return `replay-${trace.sha256.slice(0, 8)}${speed === 1 ? '' : `-x${speed}`}`;
    }
    default:
      return scenario.kind;
  }
}

function arrivalsName(arrivals: Arrivals): string {
  switch (arrivals.kind) {
    case 'poisson':
      return arrivals.normalise ? 'poisson-normalised' : 'poisson';
    case 'constant':
      return 'constant';
    case 'gamma':
      return `gamma${arrivals.burstiness}`;
    case 'ramp':
      return `ramp-${arrivals.shape}-from-${arrivals.from}-in-${arrivals.seconds}s`;
  }
}
