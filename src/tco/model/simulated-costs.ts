import { checkValues } from '../../stats/check-values.ts';
import { percentileRank } from '../../stats/percentile.ts';
import type { Simulation } from './simulation.ts';

/** Percentiles 5, 50 and 95 of draws, by nearest rank. */
export interface Spread {
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
}

/** Spread of one column of draws. Throws a RangeError where a draw is no finite number. */
export function spread(draws: Float64Array): Spread {
  checkValues(draws, 1, 'draws');
  const sorted = draws.slice().sort();
  const at = (p: number) => sorted[percentileRank(sorted.length, p)] ?? Number.NaN;
  return { p5: at(0.05), p50: at(0.5), p95: at(0.95) };
}

/** Share of the draws in which A is strictly cheaper than B. */
export function chanceCheaper(a: Float64Array, b: Float64Array): number {
  checkPaired(a, b);
  let cheaper = 0;
  for (let draw = 0; draw < a.length; draw++) if ((a[draw] ?? 0) < (b[draw] ?? 0)) cheaper++;
  return cheaper / a.length;
}

/** A ÷ B − 1 in each draw: −0.22 is 22 % lower. */
export function relativeDifference(a: Float64Array, b: Float64Array): Float64Array {
  checkPaired(a, b);
  return a.map((cost, draw) => cost / (b[draw] ?? Number.NaN) - 1);
}

/** Share of draws at or below a limit. */
export function shareAtMost(draws: Float64Array, limit: number): number {
  checkValues(draws, 1, 'draws');
  return draws.reduce((count, draw) => count + (draw <= limit ? 1 : 0), 0) / draws.length;
}

/** How far the order of the options by cost can be trusted. */
export interface RankStability {
  /** Names, the cheapest first, at the base values of the inputs. */
  readonly order: readonly string[];
  /** Share of the draws in which each option, in the order of the simulation, is the cheapest; of equals the first. */
  readonly cheapest: readonly number[];
  /** Share of the draws in which another option than at the base is the cheapest. */
  readonly bestFlips: number;
  /** Share of the draws in which the order of all options is another than at the base. */
  readonly orderFlips: number;
}

/** Compares the order of the options in each draw with that at the base. `baseCosts`: a cost an option, in the order of the simulation. */
export function rankStability(
  { options, costs, draws }: Pick<Simulation, 'options' | 'costs' | 'draws'>,
  baseCosts: ArrayLike<number>,
): RankStability {
  checkValues(baseCosts, options.length, 'base costs');
  const order = [...options.keys()].sort((a, b) => (baseCosts[a] ?? 0) - (baseCosts[b] ?? 0));
  const ordered = order.map((option) => costs[option] ?? new Float64Array(0));
  const wins = new Uint32Array(options.length);
  let orderFlips = 0;
  for (let draw = 0; draw < draws; draw++) {
    let best = 0;
    let isInOrder = true;
    for (let rank = 1; rank < ordered.length; rank++) {
      const cost = ordered[rank]?.[draw] ?? Number.NaN;
      if (cost < (ordered[rank - 1]?.[draw] ?? Number.NaN)) isInOrder = false;
      if (cost < (ordered[best]?.[draw] ?? Number.NaN)) best = rank;
    }
    const winner = order[best] ?? 0;
    wins[winner] = (wins[winner] ?? 0) + 1;
    if (!isInOrder) orderFlips++;
  }
  const cheapest = Array.from(wins, (count) => count / draws);
  return {
    order: order.map((option) => options[option] ?? ''),
    cheapest,
    bestFlips: 1 - (cheapest[order[0] ?? 0] ?? 0),
    orderFlips: orderFlips / draws,
  };
}

function checkPaired(a: Float64Array, b: Float64Array): void {
  if (a.length !== b.length || a.length === 0) {
    throw new RangeError(`Expected as many draws of both, one at least, got ${a.length} and ${b.length}.`);
  }
}
