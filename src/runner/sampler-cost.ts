import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicSeconds } from '../kernel/clock.ts';
import { readProcessStat, ticksPerSecond } from '../kernel/process-stat.ts';
import { namesIfReadable, textIfReadable } from '../kernel/tolerant-read.ts';
import { startSampler } from './sampler.ts';

/** What sampling costs while it samples this process. */
export interface SamplerCost {
  readonly hertz: number;
  readonly seconds: number;
  readonly samples: number;
  /** Cores that the sampler and its tools kept busy; null where the system does not tell. */
  readonly cores: number | null;
  /** CPU time of one sample. */
  readonly secondsPerSample: number | null;
  /** Collectors that work here. */
  readonly collectors: readonly string[];
}

/**
 * Runs the sampler as a run does, for `seconds`, and counts its CPU time. `workFolder`: where its file may lie meanwhile. Throws `SAMPLER_LOST`,
 * and `AbortError` when `signal` ends it.
 */
export async function measureSamplerCost(
  hertz: number,
  seconds: number,
  workFolder: string,
  signal: AbortSignal,
): Promise<SamplerCost> {
  let lost: Error | null = null;
  const sampler = await startSampler({
    hertz,
    plugins: [],
    onProblem: ({ collector, reason }) => {
      if (collector === null) lost = new Error(reason);
    },
  });
  const file = join(workFolder, 'sampler-cost.seg');
  try {
    await sampler.open(process.pid, file, monotonicSeconds());
    // The first samples find cold code.
    await sleep(500, undefined, { signal });
    const before = cpuSecondsWithChildren(sampler.pid);
    const start = monotonicSeconds();
    await sleep(seconds * 1e3, undefined, { signal });
    const after = cpuSecondsWithChildren(sampler.pid);
    const passed = monotonicSeconds() - start;
    await sampler.close();
    if (lost !== null) throw lost;
    const samples = passed * hertz;
    const used = before === null || after === null ? null : Math.max(0, after - before);
    return {
      hertz,
      seconds: passed,
      samples,
      cores: used === null ? null : used / passed,
      secondsPerSample: used === null ? null : used / samples,
      collectors: sampler.state.filter(({ available }) => available).map(({ name }) => name),
    };
  } finally {
    await sampler.stop();
    rmSync(file, { force: true });
  }
}

/** CPU time of a process and its children, all threads; null where there is no `/proc`. */
function cpuSecondsWithChildren(pid: number): number | null {
  const children = textIfReadable(`/proc/${pid}/task/${pid}/children`) ?? '';
  const all = [pid, ...children.split(' ').filter(Boolean).map(Number)].map(cpuSeconds);
  const own = all[0] ?? null;
  return own === null ? null : all.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

/** From `schedstat`, in nanoseconds, where the kernel keeps it: the times of `stat` come in steps of 10 ms. */
function cpuSeconds(pid: number): number | null {
  const threads = namesIfReadable(`/proc/${pid}/task`).map((thread) =>
    Number(textIfReadable(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[0] ?? Number.NaN),
  );
  const fine = threads.reduce((sum, one) => sum + one, 0) / 1e9;
  if (threads.length > 0 && fine > 0) return fine;
  const stat = readProcessStat(pid);
  return stat === null ? null : (Number(stat.field(14)) + Number(stat.field(15))) / ticksPerSecond;
}
