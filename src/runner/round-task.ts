import { tf32Environment } from '../engine/backends/tf32.ts';
import type { Policy } from '../suite/plan.ts';
import { modelsOf } from '../workloads/models-of.ts';
import { runTask } from './child-task.ts';
import type { Outcome, RoundAnswer, RoundJob } from './job.ts';
import { pageCacheOfAll } from './page-cache.ts';
import type { ReadyCase } from './prepare.ts';
import type { RunContext } from './run-context.ts';

export interface RoundTask {
  readonly policy: Policy;
  readonly seed: number;
  /** Absolute path of the segment file for the samples. */
  readonly samplesFile: string;
  /** Told the process id before the job is handed over. */
  readonly onStart: (pid: number) => Promise<void> | void;
}

/** Measures one window of a case in a fresh process, and waits for what it reports. */
export async function runRoundTask(
  { plugins, origin, signal }: Pick<RunContext, 'plugins' | 'origin' | 'signal'>,
  { case: planned, workload, variant }: ReadyCase,
  { policy, seed, samplesFile, onStart }: RoundTask,
): Promise<Outcome<RoundAnswer>> {
  const job: RoundJob = {
    plugins,
    case: planned,
    workload,
    variant,
    policy,
    seed,
    origin,
    samplesFile,
    pageCache: await pageCacheOfAll(modelsOf(workload).map(({ model }) => model.path)),
    deadlineSeconds: planned.timeLimitSeconds,
  };
  return runTask<RoundJob, RoundAnswer>('runner/round-process.js', job, {
    signal,
    // libuv's pool decodes images: as many threads as the case may use for inference.
    environment: { UV_THREADPOOL_SIZE: String(planned.axes.threads), ...tf32Environment(planned.axes) },
    onStart,
  });
}
