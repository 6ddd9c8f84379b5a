/**
 * Proves one configuration: what took effect (dumped graph, operator profile, threads), accuracy, and fidelity. Nothing of this
 * may run in a process that is measured.
 */

import type { Backend } from '../engine/backends/backend.ts';
import type { Registry } from '../kernel/registry.ts';
import { openItems } from '../workloads/load-items.ts';
import { isChain } from '../workloads/open-engine.ts';
import { childMain } from './child-main.ts';
import type { ProofAnswer, ProofJob } from './job.ts';
import { loadPlugins } from './plugins.ts';
import { proveChainWorkload } from './prove-chain-workload.ts';
import { proveModelWorkload } from './prove-model-workload.ts';

/** The backend that fidelity is taken against. */
const referenceName = 'ort-cpu';

await childMain<ProofJob, ProofAnswer>(async (job) => {
  const { backends } = await loadPlugins(job.plugins);
  const backend = backends.get(job.case.axes.backend);
  const subject = {
    job,
    backend,
    reference: await referenceBackend(backends, backend),
    items: await openItems(job.workload),
  };
  const { workload } = job;
  return isChain(workload) ? proveChainWorkload(subject, workload) : proveModelWorkload(subject);
});

/** An engine that is compared with itself agrees whatever it answers: another one is the reference where it can run here. */
async function referenceBackend(backends: Registry<Backend>, candidate: Backend): Promise<Backend> {
  if (candidate.name === referenceName || !backends.has(referenceName)) return candidate;
  const reference = backends.get(referenceName);
  return (await reference.probe()).available ? reference : candidate;
}
