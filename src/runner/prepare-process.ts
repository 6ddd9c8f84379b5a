/** Makes one workload ready in a process of its own: what a broken model or image does to a native library stays there. */
import { hashOfData } from '../workloads/data-hash.ts';
import { joinedModel } from '../workloads/models-of.ts';
import { prepareWorkload } from '../workloads/prepare-workload.ts';
import { childMain } from './child-main.ts';
import { countGraph } from './count-graph.ts';
import type { PrepareAnswer, PrepareJob } from './job.ts';
import { loadPlugins } from './plugins.ts';

await childMain<PrepareJob, PrepareAnswer>(async (job) => {
  const { workloads } = await loadPlugins(job.plugins);
  const workload = await prepareWorkload(job.request, workloads, job.cacheFolder);
  const { metric } = workload;
  return {
    workload,
    record: joinedModel(workload),
    dataSha256: await hashOfData(workload.data),
    graph: job.countGraph ? countGraph(workload) : null,
    metricReason: metric.kind === null ? { code: metric.code, need: metric.need, have: null } : null,
  };
});
