import { betterDirection, type Unit } from '../units/direction.ts';
import type { Metric, MetricKind } from './metric.ts';

/** A metric as a suite or a command names it: what is not said follows from its unit and name. */
export type GivenMetric = Pick<Metric, 'scenario' | 'metric' | 'unit'> & Partial<Metric>;

/** What may become worse before it counts: of a kind of metric, as a share and in its unit. */
interface Tolerance {
  readonly margin: number;
  readonly floor: number;
}

const latency: Tolerance = { margin: 0.05, floor: 1e-4 };
/** One query of a hundred: fewer of them make the figure, so that it moves more. */
const tailLatency: Tolerance = { margin: 0.1, floor: 1e-4 };
const memory: Tolerance = { margin: 0.03, floor: 2 ** 20 };
const energy: Tolerance = { margin: 0.1, floor: 0 };
const other: Tolerance = { margin: 0.05, floor: 0 };
const exactly: Tolerance = { margin: 0, floor: 0 };

const tail = /(^|_)p99/;

const tolerances: ReadonlyMap<string, Tolerance> = new Map([
  ['s', latency],
  ['bytes', memory],
  ['J', energy],
  ['J/item', energy],
  ['W', energy],
]);

/**
 * Metrics with all that was not said. 5 % for latencies and throughputs, 3 % for memory, 10 % for p99 and energy, with floors of 0.1 ms and 1 MiB;
 * exact ones have neither: no change of them is noise. Of the sampled metrics of a scenario the first one is gating, unless others
 * were said to be: each further one is one more chance of a false alarm. Exact ones are gating, as they have none.
 */
export function withDefaults(given: readonly GivenMetric[]): Metric[] {
  const kindOf = ({ kind }: GivenMetric): MetricKind => kind ?? 'sampled';
  const isSampled = (one: GivenMetric): boolean => kindOf(one) === 'sampled';
  return given.map((metric): Metric => {
    const kind = kindOf(metric);
    const ofScenario = given.filter((one) => one.scenario === metric.scenario && isSampled(one));
    const isSaid = ofScenario.some(({ role }) => role === 'gating');
    const first = ofScenario.find(({ role }) => role === undefined);
    const isGating = kind === 'exact' || (!isSaid && first === metric);
    const role = isGating ? 'gating' : 'informational';
    return { better: betterOf(metric), ...toleranceOf(metric, kind), role, ...metric, kind };
  });
}

function toleranceOf({ metric, unit }: GivenMetric, kind: MetricKind): Tolerance {
  if (kind === 'exact') return exactly;
  if (unit === 's' && tail.test(metric)) return tailLatency;
  return tolerances.get(unit) ?? other;
}

/** By the unit; where it does not say, rates and shares are better higher, all else lower. */
function betterOf({ unit }: GivenMetric): Metric['better'] {
  const direction = betterDirection(unit as Unit) as string | undefined;
  if (direction === 'lower' || direction === 'higher') return direction;
  return unit === 'ratio' || unit.endsWith('/s') ? 'higher' : 'lower';
}
