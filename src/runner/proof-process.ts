/**
 * Proves one configuration: what took effect (dumped graph, operator profile, threads), accuracy, and fidelity. Nothing of this
 * may run in a process that is measured.
 */

import type { Backend, LoadOptions } from '../engine/backends/backend.ts';
import { createPipeline } from '../engine/pipeline.ts';
import { measureAccuracy } from '../engine/proof/accuracy.ts';
import { measureFidelity, referenceOptions } from '../engine/proof/fidelity.ts';
import { proveConfiguration } from '../engine/proof/prove-configuration.ts';
import { errorText } from '../kernel/errors.ts';
import type { Registry } from '../kernel/registry.ts';
import type { Proof, Reason } from '../results/events.ts';
import { type Items, openItems } from '../workloads/load-items.ts';
import { childMain } from './child-main.ts';
import type { ProofAnswer, ProofJob } from './job.ts';
import { loadPlugins } from './plugins.ts';

/** Agreement of outputs shows in a few items; the figure is no accuracy. */
const fidelityItems = 16;

/** The backend that fidelity is taken against. */
const referenceName = 'ort-cpu';

await childMain<ProofJob, ProofAnswer>(async (job) => {
  const { axes } = job.case;
  const { backends } = await loadPlugins(job.plugins);
  const backend = backends.get(axes.backend);
  const items = await openItems(job.workload);
  const { fusion, precision, threads, spinning } = axes;

  const { pipeline, session } = await open(job, backend, {
    fusion,
    precision,
    threads,
    spinning,
    dumpPath: null,
    profilePrefix: null,
  });
  const query = await pipeline.prepare(await itemsOf(items, axes.batchSize));
  const accuracy = await accuracyOf(job, session, items);
  const fidelity = await fidelityOf(job, await referenceBackend(backends, backend), pipeline, items);
  await session.dispose();

  const { effective, operators, nothingToFuse } = await proveConfiguration({
    backend,
    modelPath: job.workload.model.path,
    options: { fusion, precision, threads, spinning },
    workFolder: job.workFolder,
    feeds: query.feeds,
  });
  return { proof: { effective, operators, ...accuracy, ...fidelity }, nothingToFuse };
});

async function open({ case: { axes }, workload }: ProofJob, backend: Backend, options: LoadOptions) {
  const session = await backend.load(workload.model.path, options);
  const { inputs, preprocess, postprocess } = workload;
  const pipeline = await createPipeline({ session, batchSize: axes.batchSize, inputs, preprocess, postprocess });
  return { session, pipeline };
}

type OpenSession = Awaited<ReturnType<typeof open>>['session'];
type OpenPipeline = Awaited<ReturnType<typeof open>>['pipeline'];

function itemsOf(items: Items, batchSize: number) {
  return Promise.all(Array.from({ length: batchSize }, (_, index) => items.item(index % items.count)));
}

async function accuracyOf(
  { case: { axes }, workload, policy }: ProofJob,
  session: OpenSession,
  items: Items,
): Promise<Pick<Proof, 'accuracy' | 'accuracyReason'>> {
  const { metric, inputs, preprocess, postprocess } = workload;
  if (metric.kind === null) {
    return { accuracy: null, accuracyReason: { code: metric.code, need: metric.need, have: null } };
  }
  if (metric.kind !== 'top1' && metric.kind !== 'top5') {
    return { accuracy: null, accuracyReason: { code: 'METRIC_UNSUPPORTED', need: 'top1 or top5', have: metric.kind } };
  }
  const accuracy = await measureAccuracy(
    { session, batchSize: axes.batchSize, inputs, preprocess, postprocess },
    items,
    { metric: metric.kind, limit: policy.accuracyItems },
  );
  return { accuracy, accuracyReason: null };
}

/** An engine that is compared with itself agrees whatever it answers: another one is the reference where it can run here. */
async function referenceBackend(backends: Registry<Backend>, candidate: Backend): Promise<Backend> {
  if (candidate.name === referenceName || !backends.has(referenceName)) return candidate;
  const reference = backends.get(referenceName);
  return (await reference.probe()).available ? reference : candidate;
}

/** Agreement with the reference: 32-bit floats and the graph as it stands in the file, in a session beside the candidate's. */
async function fidelityOf(
  job: ProofJob,
  backend: Backend,
  candidate: OpenPipeline,
  items: Items,
): Promise<Pick<Proof, 'fidelity' | 'fidelityReason'>> {
  const { fusion, precision, threads, spinning, batchSize } = job.case.axes;
  let reference: Awaited<ReturnType<typeof open>>;
  try {
    reference = await open(
      job,
      backend,
      referenceOptions({ fusion, precision, threads, spinning, dumpPath: null, profilePrefix: null }),
    );
  } catch (error) {
    // What the candidate runs, the reference may not: then there is nothing to compare with.
    const need = `a model that ${backend.name} can load`;
    return { fidelity: null, fidelityReason: { code: 'NO_REFERENCE', need, have: errorText(error) } };
  }
  try {
    const measured = await measureFidelity(
      { candidate, reference: reference.pipeline, batchSize },
      items,
      fidelityItems,
    );
    if (measured === null) {
      const need = 'an output that is not zero everywhere';
      return { fidelity: null, fidelityReason: { code: 'OUTPUTS_ZERO', need, have: 'zeros only' } };
    }
    const { sqnrReason, ...agreement } = measured;
    const fidelityReason: Reason | null = sqnrReason === null ? null : { code: sqnrReason, need: null, have: null };
    return { fidelity: { ...agreement, reference: `fp32 on ${backend.name}, graph as in the file` }, fidelityReason };
  } finally {
    await reference.session.dispose();
  }
}
