import type { Case } from '../results/run.ts';
import { formatNumber } from '../units/format.ts';
import { displayName } from './display-name.ts';

type Scenario = Case['scenario'];

/** How much load a scenario brings, `100/s`, `8 in flight`, `8 items a query`; empty where there is nothing to say. */
export function loadText(scenario: Scenario): string {
  if (scenario.rate !== undefined) return scenario.rate === 'search' ? 'searched' : `${formatNumber(scenario.rate)}/s`;
  if (scenario.concurrency !== undefined) return `${formatNumber(scenario.concurrency)} in flight`;
  if (scenario.itemsPerQuery !== undefined) return `${formatNumber(scenario.itemsPerQuery)} items a query`;
  if (scenario.trace === undefined) return '';
  const speed = scenario.speed ?? 1;
  return `trace ${displayName(scenario.trace.sha256, 60).slice(0, 6)}${speed === 1 ? '' : `, ${formatNumber(speed)} × as fast`}`;
}

/** How the gaps between arrivals are distributed; empty where queries do not arrive by themselves. */
export function arrivalText({ arrivals }: Scenario): string {
  return arrivals === undefined ? '' : displayName(arrivals.kind, 20);
}

/** Whether queries come on a schedule or are kept in flight, so that they can stand in a queue. */
export function hasQueue({ scenario }: Case): boolean {
  return scenario.kind === 'server' || scenario.kind === 'replay' || scenario.kind === 'closed_loop';
}

/** Where a case stands on the axis of load: the rate at which queries arrive, or how many are in flight; null where there is neither. */
export function loadOf(one: Case): { readonly axis: 'rate' | 'concurrency'; readonly value: number } | null {
  const { concurrency, rate } = one.scenario;
  if (concurrency !== undefined) return { axis: 'concurrency', value: concurrency };
  const arriving = rate === 'search' ? (one.search?.rate ?? null) : (rate ?? one.load?.scheduledRate ?? null);
  return arriving === null ? null : { axis: 'rate', value: arriving };
}
