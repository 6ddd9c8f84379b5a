/** Makes one variant of a workload's models in a process of its own: what a broken graph does to the engine stays there. */
import { buildVariant } from '../compress/build-variant.ts';
import { childMain } from './child-main.ts';
import type { VariantAnswer, VariantJob } from './job.ts';
import { loadPlugins } from './plugins.ts';

/** Folds constants, and runs the model on what it is calibrated with; which backend is measured makes no difference to the file. */
const builderName = 'ort-cpu';

await childMain<VariantJob, VariantAnswer>(async ({ plugins, request, workload, settings, cacheFolder }) => {
  const { backends, workloads } = await loadPlugins(plugins);
  const backend = backends.get(builderName);
  return buildVariant({ request, workload }, settings, { hub: workloads, cacheFolder, backend });
});
