/** Asks backends whether they can run here, in a process of its own: a probe loads native libraries. */
import { childMain } from './child-main.ts';
import type { ProbeAnswer, ProbeJob } from './job.ts';
import { checkProbe } from './plugin-contract.ts';
import { loadPlugins } from './plugins.ts';

await childMain<ProbeJob, ProbeAnswer>(async (job) => {
  const { backends } = await loadPlugins(job.plugins);
  const probes: Record<string, ProbeAnswer['probes'][string]> = {};
  for (const name of job.backends) {
    const backend = backends.get(name);
    const probe = await backend.probe();
    checkProbe(name, probe);
    const { stack, operatorDomains = [], usesGraph = true } = backend;
    const always = { stack, operatorDomains, usesGraph };
    probes[name] = probe.available
      ? {
          available: true,
          reason: null,
          remedy: null,
          device: probe.device,
          version: probe.version,
          precisions: probe.precisions,
          ...always,
        }
      : {
          available: false,
          reason: probe.reason,
          remedy: probe.remedy,
          device: null,
          version: null,
          precisions: {},
          ...always,
        };
  }
  return { probes };
});
