import type { ScenarioSnapshot } from '../results/snapshot.ts';
import { formatNumber } from '../units/format.ts';

/**
 * A scenario in a few words, different for scenarios that differ in how much load they bring: `server 100/s`, `closed_loop 4`, `replay` with the
 * beginning of the trace's hash. `found`: the rate that a search ended with.
 */
export function scenarioText(scenario: ScenarioSnapshot, found: number | null = null): string {
  const { kind, rate, arrivals, concurrency, itemsPerQuery, trace, speed } = scenario;
  const much =
    typeof rate === 'number'
      ? `${formatNumber(rate)}/s`
      : (rate ?? concurrency ?? itemsPerQuery ?? (speed === undefined || speed === 1 ? undefined : `${speed} ×`));
  const how = arrivals === undefined || arrivals.kind === 'poisson' ? undefined : arrivals.kind;
  const which = trace?.sha256.slice(0, 8);
  const searched = found === null ? undefined : `${formatNumber(found)}/s`;
  return [kind, how, which, much, searched].filter((part) => part !== undefined).join(' ');
}

/** Whether load arrives at times that are set beforehand: then the throughput is that of the schedule, and only latency compares systems. */
export function hasFixedSchedule({ kind, rate }: ScenarioSnapshot): boolean {
  return kind === 'replay' || (kind === 'server' && typeof rate === 'number');
}
