import { join } from 'node:path';
import type { Pipeline, PreparedQuery } from '../engine/pipeline.ts';
import { auditCaching, usualRun } from '../engine/proof/caching-audit.ts';
import { pairedBlocks } from '../engine/proof/paired-blocks.ts';
import { monotonicSeconds } from '../kernel/clock.ts';
import type { Proof } from '../results/events.ts';
import { queryColumns } from '../results/record.ts';
import { SegmentWriter } from '../results/segment-file.ts';
import type { Items } from '../workloads/load-items.ts';
import { itemsOfQuery, type ProofSubject } from './proof-subject.ts';
import { queryRecorder } from './query-records.ts';

export type Audits = Pick<Proof, 'cachingAudit' | 'cachingAuditReason' | 'recordingAudit' | 'recordingAuditReason'>;

/** Pairs of blocks take turns at this many queries: their inputs are all in memory at once. */
const auditedQueries = 4;

/** Holds runs of the model on prepared inputs against each other, on a session that is loaded as the case loads its own. */
export async function auditModel({ job, items }: ProofSubject, pipeline: Pipeline): Promise<Audits> {
  const { batchSize } = job.case.axes;
  const [first, ...others] = await queriesOf(items, batchSize, pipeline);
  const caching = await auditCaching({ infer: pipeline.infer, queries: [first, ...others], now: monotonicSeconds });
  const recording = await auditRecording(pipeline, first, batchSize, join(job.workFolder, 'records.segments'));
  return {
    ...('code' in caching
      ? { cachingAudit: null, cachingAuditReason: caching }
      : { cachingAudit: caching, cachingAuditReason: null }),
    ...('code' in recording
      ? { recordingAudit: null, recordingAuditReason: recording }
      : { recordingAudit: recording, recordingAuditReason: null }),
  };
}

async function queriesOf(
  items: Items,
  batchSize: number,
  pipeline: Pipeline,
): Promise<[PreparedQuery, ...PreparedQuery[]]> {
  const prepare = async (query: number) => pipeline.prepare(await itemsOfQuery(items, batchSize, query));
  const queries: [PreparedQuery, ...PreparedQuery[]] = [await prepare(0)];
  const count = Math.min(auditedQueries, Math.ceil(items.count / batchSize));
  while (queries.length < count) queries.push(await prepare(queries.length));
  return queries;
}

/**
 * What taking queries down costs them: the idea of MLPerf's TEST01, which holds a run that logs against one that does not. Time is from one query
 * to the next, so that what is done between two of them counts.
 */
async function auditRecording(pipeline: Pipeline, query: PreparedQuery, batchSize: number, file: string) {
  const writer = new SegmentWriter(file, queryColumns);
  try {
    const record = queryRecorder(writer, { stages: pipeline.stages, itemsPerQuery: batchSize, firstItem: () => 0 });
    let recorded = 0;
    const start = monotonicSeconds();
    const one = async (isRecorded: boolean): Promise<void> => {
      const sent = monotonicSeconds() - start;
      await pipeline.infer(query);
      const completed = monotonicSeconds() - start;
      if (isRecorded) record(recorded++, sent, sent, sent, completed);
    };
    const timed = async (runs: number, isRecorded: boolean): Promise<number> => {
      const before = monotonicSeconds();
      for (let run = 0; run < runs; run++) await one(isRecorded);
      return (monotonicSeconds() - before) / runs;
    };
    return await pairedBlocks({
      runSeconds: await usualRun(() => timed(1, true)),
      usualSeconds: 1,
      block: async (kind, _pair, runs) => {
        await one(kind === 'first');
        return timed(runs, kind === 'first');
      },
    });
  } finally {
    writer.close();
  }
}
