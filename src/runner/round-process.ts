/**
 * One round: a fresh process that loads a model, warms it up and measures one window. Its main thread runs the inference, and generates the load
 * where the scenario needs no thread of its own for that; nothing that is only proof happens here.
 */
import { stat } from 'node:fs/promises';
import { computesOnDevice } from '../engine/effective.ts';
import { monotonicSeconds } from '../kernel/clock.ts';
import { threadIds } from '../kernel/thread-ids.ts';
import { openItems } from '../workloads/load-items.ts';
import { modelsOf } from '../workloads/models-of.ts';
import { loadSessions, openPipeline } from '../workloads/open-engine.ts';
import { inWordsOfAxes } from './axis-words.ts';
import { childMain } from './child-main.ts';
import type { RoundAnswer, RoundJob } from './job.ts';
import { loadOptionsOf } from './load-options.ts';
import { measureWindow } from './measure-window.ts';
import { loadPlugins } from './plugins.ts';
import { peakRssOf } from './process-usage.ts';
import { createQuerySource } from './query-source.ts';
import { RemoteEngines } from './remote-engines.ts';

/** What is left of the time limit when the last query must have been served: for the answer, and for what ends the process. */
const reserve = 0.1;

await childMain<RoundJob, RoundAnswer>(async (job) => {
  const drainUntil = monotonicSeconds() + (1 - reserve) * job.deadlineSeconds;
  const { axes, scope, scenario } = job.case;
  const { backends } = await loadPlugins(job.plugins);
  const backend = backends.get(axes.backend);
  const items = await openItems(job.workload);
  // Loads the engine's library, so that the time to load the model is the model's.
  await backend.probe();
  // Starts libuv's threads, which would be counted as the engine's otherwise.
  for (const { model } of modelsOf(job.workload)) await stat(model.path);

  const rssBeforeLoadBytes = process.memoryUsage.rss();
  const threadsBefore = threadIds();
  const loadStart = monotonicSeconds();
  const sessions = await loadSessions(backend, job.workload, loadOptionsOf(job.case));
  const allLoadSeconds = monotonicSeconds() - loadStart;
  const remote = RemoteEngines.of(sessions.byName.values());
  const threadsAfter = threadIds();

  const pipeline = await openPipeline(job.workload, sessions, axes.batchSize);
  const source = await createQuerySource(pipeline, items, {
    batchSize: axes.batchSize,
    itemsPerQuery: scenario.kind === 'multi_stream' ? scenario.itemsPerQuery : axes.batchSize,
    scope,
    seed: job.seed,
  });

  await source.stage?.(0);
  await source.issue(0);
  const firstInferenceSeconds = pipeline.stages.inference;
  // Of an engine in another process, starting it is not the model's, and what it compiles at the first run is.
  const loadSeconds = allLoadSeconds - (remote?.startSeconds() ?? 0) + (remote?.preparationSeconds() ?? 0);
  const { transport, ...window } = await measureWindow({
    source,
    scenario,
    scope,
    remote,
    policy: job.policy,
    samplesFile: job.samplesFile,
    about: { case: job.case.id, seed: String(job.seed) },
    origin: job.origin,
    seed: job.seed,
    drainUntil,
  });

  const measured: RoundAnswer['measured'] = {
    pid: process.pid,
    ...window,
    ...(transport === undefined || remote === undefined
      ? {}
      : { transport: { ...transport, echoSeconds: await remote.echoSeconds() } }),
    coldStart: { loadSeconds, firstInferenceSeconds, pageCache: job.pageCache },
    memory: { peakRssBytes: peakRssBytes(remote), rssBeforeLoadBytes },
    effective: {
      ...inWordsOfAxes(pipeline.effective(), {
        axes,
        usesGraph: backend.usesGraph ?? true,
        variant: job.variant,
        passesFindNothing: false,
      }),
      ...(threadsBefore === null ||
      threadsAfter === null ||
      remote !== undefined ||
      computesOnDevice(pipeline.effective())
        ? {}
        : {
            threads: {
              value: threadsOfModel(threadsAfter.size - threadsBefore.size, sessions.byName.size),
              evidence: 'threads of the process',
            },
          }),
    },
    uvThreadpoolSize: Number(process.env.UV_THREADPOOL_SIZE ?? 4),
    distinctItems: Math.min(source.distinctItems, window.items),
  };
  await sessions.dispose();
  return { measured };
});

/**
 * Threads that each of the models computes in. The calling thread is one of the engine's: a pool of n threads adds n − 1 to the process,
 * and each model has a pool of its own.
 */
function threadsOfModel(added: number, models: number): number {
  return added / models + 1;
}

/** The most memory this process has held, from VmHWM (or getrusage where there is no /proc), and those in which models compute. */
function peakRssBytes(remote: RemoteEngines | undefined): number | null {
  const { maxRSS } = process.resourceUsage();
  const own = peakRssOf('self') ?? (maxRSS > 0 ? maxRSS * 1024 : null);
  if (remote === undefined || own === null) return own;
  const others = remote.peakRssBytes();
  return others === null ? null : own + others;
}
