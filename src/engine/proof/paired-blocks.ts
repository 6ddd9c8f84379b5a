import { hodgesLehmann } from '../../stats/signed-rank.ts';

/** How much longer runs of one kind take than those of another. */
export interface BlockRatio {
  /** Seconds of the first kind over those of the second: the centre of the pairs of blocks. */
  readonly ratio: number;
  readonly ci95: readonly [number, number];
  /** Blocks that were run, of both kinds. */
  readonly blocks: number;
}

export interface RunTooLong {
  readonly code: 'RUN_TOO_LONG_TO_AUDIT';
  /** Seconds that a run may take. */
  readonly need: number;
  readonly have: number;
}

export interface BlockRequest {
  /** Seconds that a run takes about. */
  readonly runSeconds: number;
  /** All blocks together last about this long; runs that are too slow for the fewest pairs in twice the time are not compared. */
  readonly usualSeconds: number;
  /** Does a run of a kind that is not counted, then so many that are; answers with the seconds of one of them. */
  readonly block: (kind: 'first' | 'second', pair: number, runs: number) => Promise<number>;
}

/** An interval at 95 % takes six pairs. */
const fewestPairs = 6;
const mostPairs = 12;
const mostRunsInBlock = 200;

/**
 * Compares two kinds of runs by pairs of blocks in the order AB BA AB …, so that drift hits both alike. Of each pair the ratio is taken, and of
 * all ratios the Hodges–Lehmann centre with its exact signed-rank interval, on logarithms, so that turning the ratio around turns the
 * answer around.
 */
export async function pairedBlocks({
  runSeconds,
  usualSeconds,
  block,
}: BlockRequest): Promise<BlockRatio | RunTooLong> {
  const plan = planOf(runSeconds, usualSeconds);
  if (plan === null) {
    // Two blocks of two runs a pair.
    return { code: 'RUN_TOO_LONG_TO_AUDIT', need: (2 * usualSeconds) / (4 * fewestPairs), have: runSeconds };
  }
  const logs: number[] = [];
  for (let pair = 0; pair < plan.pairs; pair++) {
    const isFirst = pair % 2 === 0;
    const before = await block(isFirst ? 'first' : 'second', pair, plan.runs);
    const after = await block(isFirst ? 'second' : 'first', pair, plan.runs);
    logs.push(Math.log(isFirst ? before / after : after / before));
  }
  const centre = hodgesLehmann(logs);
  if ('code' in centre) throw new Error(`${plan.pairs} pairs of blocks are too few for an interval.`);
  return {
    ratio: Math.exp(centre.value),
    ci95: [Math.exp(centre.low), Math.exp(centre.high)],
    blocks: 2 * plan.pairs,
  };
}

/** As many runs in as many pairs of blocks as fit; null: not even the fewest do. Each block has a run that is not counted. */
function planOf(runSeconds: number, usualSeconds: number): { readonly pairs: number; readonly runs: number } | null {
  for (const [pairs, seconds] of [
    [mostPairs, usualSeconds],
    [fewestPairs, usualSeconds],
    [fewestPairs, 2 * usualSeconds],
  ] as const) {
    const runs = Math.floor(seconds / (2 * pairs * runSeconds)) - 1;
    if (runs >= 1) return { pairs, runs: Math.min(runs, mostRunsInBlock) };
  }
  return null;
}
