import { checkBetween, checkPositive, checkWhole } from './check-figure.ts';
import { checkSpares, type Spares, spareMachines } from './spares.ts';

/** What one machine serves. */
export interface Throughput {
  /** Items/s of one machine at the latency limit of the service (MLPerf's Server, not Offline), fully used. */
  readonly itemsPerSecond: number;
  /** Share of it that may be used at the peak, so that queues stay short; 0 < share ≤ 1. Sizes the fleet and nothing else. */
  readonly maxUtilisation: number;
}

/** Machines beside those that the peak needs. */
export interface Reserve {
  /** Installed and running, for failures and maintenance. */
  readonly redundantMachines: number;
  readonly spares: Spares;
  /** `cold`: spares lie on the shelf and draw nothing; `powered`: they stand in the rack and idle. */
  readonly sparesAre: 'cold' | 'powered';
}

/** Whole machines. */
export interface Fleet {
  /** Needed at the peak. */
  readonly serving: number;
  readonly redundant: number;
  readonly spares: number;
  /** All of them. */
  readonly total: number;
  /** Those that draw power and stand in a rack. */
  readonly powered: number;
}

/** Throws a RangeError unless the figures can be those of a machine. */
export function checkThroughput({ itemsPerSecond, maxUtilisation }: Throughput): void {
  checkPositive('a throughput in items/s', itemsPerSecond);
  checkPositive('a highest utilisation', maxUtilisation);
  checkBetween('a highest utilisation', maxUtilisation, 0, 1);
}

/** Throws a RangeError unless the reserve can be one. */
export function checkReserve({ redundantMachines, spares }: Reserve): void {
  checkWhole('number of redundant machines', redundantMachines, 0);
  checkSpares(spares);
}

/** Items/s that one machine may be asked for at the peak. */
export function capacity({ itemsPerSecond, maxUtilisation }: Throughput): number {
  return itemsPerSecond * maxUtilisation;
}

/** Nobody has more, and machines of such fleets can still be counted one by one. */
const mostMachines = 1e9;

/**
 * Machines that carry a peak of `peakItemsPerSecond`. Whole ones: the steps decide which option is cheaper at small volumes. A peak of
 * exactly n machines needs n, though the quotient may be off in its last bits. Throws a RangeError for more than 10⁹.
 */
export function machinesFor(peakItemsPerSecond: number, throughput: Throughput): number {
  const machines = Math.ceil((peakItemsPerSecond / capacity(throughput)) * (1 - 1e-12));
  if (machines <= mostMachines) return machines;
  throw new RangeError(
    `Expected a peak for at most ${mostMachines} machines, got ${peakItemsPerSecond} items/s at ${capacity(throughput)} a machine. ` +
      'Check the requests, their growth and the throughput.',
  );
}

/** The fleet around `serving` machines, each of which fails `failuresPerYear` times a year on average. */
export function fleetOf(serving: number, reserve: Reserve, failuresPerYear: number): Fleet {
  const running = serving + reserve.redundantMachines;
  const spares = spareMachines(reserve.spares, running, failuresPerYear);
  return {
    serving,
    redundant: reserve.redundantMachines,
    spares,
    total: running + spares,
    powered: reserve.sparesAre === 'powered' ? running + spares : running,
  };
}
