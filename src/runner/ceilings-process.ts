/** Measures the ceilings of this machine, in a process of its own: nothing else may run in it. */
import { measureCeilings } from '../ceilings/measure-ceilings.ts';
import { childMain } from './child-main.ts';
import type { CeilingsAnswer, CeilingsJob } from './job.ts';
import { loadPlugins } from './plugins.ts';

await childMain<CeilingsJob, CeilingsAnswer>(async ({ plugins, backend: name, threads, workFolder, timing }) => {
  const backend = (await loadPlugins(plugins)).backends.get(name);
  const probe = await backend.probe();
  if (!probe.available) return { available: false, reason: probe.reason, remedy: probe.remedy };
  const { device, version, precisions } = probe;
  const ceilings = await measureCeilings({ backend, threads, workFolder }, timing);
  return { available: true, device, stack: backend.stack, version, precisions, ceilings };
});
