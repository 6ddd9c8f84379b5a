import { median } from '../../stats/moments.ts';
import { hodgesLehmann } from '../../stats/signed-rank.ts';
import type { PreparedQuery } from '../pipeline.ts';
import { type VariedInputs, variedInputs } from './vary-inputs.ts';

/** How much longer inputs that vary take than one input again and again. */
export interface CachingRatio {
  /** Median service time with varied inputs over that with one input: the centre of the pairs of blocks. */
  readonly ratio: number;
  readonly ci95: readonly [number, number];
  /** Blocks that were run, of both kinds. */
  readonly blocks: number;
}

/** Why there is none. */
export interface NotAudited {
  readonly code: 'INPUTS_CANNOT_VARY' | 'RUN_TOO_LONG_TO_AUDIT';
  readonly need: string | number | null;
  readonly have: string | number | null;
}

export interface CachingAuditRequest {
  /** Runs the model once on the query's inputs. */
  readonly infer: (query: PreparedQuery) => Promise<unknown>;
  /** Queries with inputs of their own, at least one: pairs of blocks take turns at them. */
  readonly queries: readonly PreparedQuery[];
  /** Seconds on a monotonic clock. */
  readonly now: () => number;
}

/** The audit lasts about this long; a model that is too slow for the fewest pairs in twice the time is not audited. */
const usualSeconds = 3;
const mostSeconds = 6;
/** An interval at 95 % takes six pairs. */
const fewestPairs = 6;
const mostPairs = 12;
const mostRunsInBlock = 200;

/**
 * Whether answers come out of a memory: the idea of MLPerf's TEST04, which holds a run over one repeated sample against one over unique
 * ones. Pairs of blocks in the order AB BA AB …: in A every run has an input of its own, in B all have the same. Both are of the same query
 * but for one element a run, so that no other difference of the inputs is seen. The first run of a block is not counted: a memory of the
 * last input alone has nothing to give there. Of each pair the ratio of the medians is taken, and of all ratios the Hodges–Lehmann
 * centre with its exact signed-rank interval, on logarithms, so that turning the ratio around turns the answer around.
 */
export async function auditCaching({ infer, queries, now }: CachingAuditRequest): Promise<CachingRatio | NotAudited> {
  const subjects = queries.flatMap((query, index): Subject[] => {
    const inputs = variedInputs(query.feeds, index);
    return inputs === null ? [] : [{ query, inputs }];
  });
  const [first] = subjects;
  if (first === undefined) {
    return { code: 'INPUTS_CANNOT_VARY', need: 'an input with two different elements', have: 'none' };
  }
  const timed = async ({ query, inputs }: Subject, isVaried: boolean): Promise<number> => {
    // The same work before both kinds of runs, so that it leaves the same behind in the processor's caches.
    inputs.vary();
    if (!isVaried) inputs.restore();
    const start = now();
    await infer(query);
    return now() - start;
  };
  const runSeconds = await usualRun(() => timed(first, true));
  const plan = planOf(runSeconds);
  if (plan === null) {
    // Two blocks of two runs a pair.
    return { code: 'RUN_TOO_LONG_TO_AUDIT', need: mostSeconds / (4 * fewestPairs), have: runSeconds };
  }

  const block = async (subject: Subject, isVaried: boolean): Promise<number> => {
    await timed(subject, isVaried);
    const seconds = new Float64Array(plan.runs);
    for (let run = 0; run < plan.runs; run++) seconds[run] = await timed(subject, isVaried);
    return median(seconds.sort());
  };
  const logs: number[] = [];
  for (let pair = 0; pair < plan.pairs; pair++) {
    const subject = subjects[pair % subjects.length] ?? first;
    const variedFirst = pair % 2 === 0;
    const before = await block(subject, variedFirst);
    const after = await block(subject, !variedFirst);
    subject.inputs.restore();
    logs.push(Math.log(variedFirst ? before / after : after / before));
  }
  const centre = hodgesLehmann(logs);
  if ('code' in centre) throw new Error(`${plan.pairs} pairs of blocks are too few for an interval.`);
  return {
    ratio: Math.exp(centre.value),
    ci95: [Math.exp(centre.low), Math.exp(centre.high)],
    blocks: 2 * plan.pairs,
  };
}

interface Subject {
  readonly query: PreparedQuery;
  readonly inputs: VariedInputs;
}

/** The middle of three runs, after two that warm up. */
async function usualRun(run: () => Promise<number>): Promise<number> {
  await run();
  await run();
  return median([await run(), await run(), await run()].sort((a, b) => a - b));
}

/** As many runs in as many pairs of blocks as fit; null: not even the fewest do. Each block has a run that is not counted. */
function planOf(runSeconds: number): { readonly pairs: number; readonly runs: number } | null {
  const affordable = (pairs: number, seconds: number): number => Math.floor(seconds / (2 * pairs * runSeconds)) - 1;
  for (const [pairs, seconds] of [
    [mostPairs, usualSeconds],
    [fewestPairs, usualSeconds],
    [fewestPairs, mostSeconds],
  ] as const) {
    const runs = affordable(pairs, seconds);
    if (runs >= 1) return { pairs, runs: Math.min(runs, mostRunsInBlock) };
  }
  return null;
}
