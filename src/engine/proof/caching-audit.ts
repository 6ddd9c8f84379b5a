import { median } from '../../stats/moments.ts';
import type { PreparedQuery } from '../pipeline.ts';
import { type BlockRatio, pairedBlocks, type RunTooLong } from './paired-blocks.ts';
import { type VariedInputs, variedInputs } from './vary-inputs.ts';

/** Why an engine was not audited. */
export type NotAudited =
  | RunTooLong
  | { readonly code: 'INPUTS_CANNOT_VARY'; readonly need: string; readonly have: string };

export interface CachingAuditRequest {
  /** Runs the model once on the query's inputs. */
  readonly infer: (query: PreparedQuery) => Promise<unknown>;
  /** Queries with inputs of their own, at least one: pairs of blocks take turns at them. */
  readonly queries: readonly PreparedQuery[];
  /** Seconds on a monotonic clock. */
  readonly now: () => number;
}

/** The audit lasts about this long, and twice as long at most. */
const usualSeconds = 3;

/**
 * Whether answers come out of a memory: the idea of MLPerf's TEST04, which holds a run over one repeated sample against one over unique
 * ones. The ratio is the median service time with inputs that vary over that with one input. In blocks of the first kind every run has an
 * input of its own, in those of the second all have the same. Both are of the same query but for one element a run, so that no other
 * difference of the inputs is seen. The first run of a block is not counted: a memory of the last input alone has nothing to give there.
 */
export async function auditCaching({ infer, queries, now }: CachingAuditRequest): Promise<BlockRatio | NotAudited> {
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
  return pairedBlocks({
    runSeconds: await usualRun(() => timed(first, true)),
    usualSeconds,
    block: async (kind, pair, runs) => {
      const subject = subjects[pair % subjects.length] ?? first;
      await timed(subject, kind === 'first');
      const seconds = new Float64Array(runs);
      for (let run = 0; run < runs; run++) seconds[run] = await timed(subject, kind === 'first');
      subject.inputs.restore();
      return median(seconds.sort());
    },
  });
}

interface Subject {
  readonly query: PreparedQuery;
  readonly inputs: VariedInputs;
}

/** The middle of three runs, after two that warm up. */
export async function usualRun(run: () => Promise<number>): Promise<number> {
  await run();
  await run();
  return median([await run(), await run(), await run()].sort((a, b) => a - b));
}
