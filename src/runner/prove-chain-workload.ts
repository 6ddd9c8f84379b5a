import type { Session, Tensors } from '../engine/backends/backend.ts';
import type { OcrModelName, OcrPipeline } from '../engine/chain/ocr-pipeline.ts';
import { zeroTensors } from '../engine/own-tensors.ts';
import { measureChainFidelity } from '../engine/proof/chain-fidelity.ts';
import { referenceOptions } from '../engine/proof/fidelity.ts';
import type { AnswerRecorder } from '../engine/proof/item-answers.ts';
import { type ChainModel, proveChain } from '../engine/proof/prove-chain.ts';
import { errorText } from '../kernel/errors.ts';
import type { Items } from '../workloads/load-items.ts';
import { modelsOf } from '../workloads/models-of.ts';
import { loadSessions, openChain, type Sessions } from '../workloads/open-engine.ts';
import type { PreparedChain, PreparedInput, PreparedWorkload } from '../workloads/prepared-workload.ts';
import type { ProofAnswer } from './job.ts';
import { loadOptionsOf } from './load-options.ts';
import {
  type AccuracyProof,
  answersProof,
  type FidelityProof,
  fidelityItems,
  fidelityProof,
  noReference,
  type ProofSubject,
  recorderOf,
  textAccuracyOf,
  timesProof,
} from './proof-subject.ts';
import { proveToggles } from './prove-toggles.ts';

type ChainWorkload = PreparedWorkload & { readonly chain: PreparedChain };

/** The proof of a workload that a chain of models serves: of each of them on what it is really fed. */
export async function proveChainWorkload(subject: ProofSubject, workload: ChainWorkload): Promise<ProofAnswer> {
  const { job, backend, items } = subject;
  const options = loadOptionsOf(job.case);
  const sessions = await loadSessions(backend, workload, options);
  const pipeline = await openChain(workload, sessions, job.case.axes.batchSize);
  const models = await chainModels(workload, pipeline, sessions, await firstItems(items, job.case.axes.batchSize));
  const recorder = recorderOf(subject);
  const accuracy = await accuracyOf(subject, pipeline, recorder);
  const answers = await answersProof(recorder, async () => pipeline, subject);
  const fidelity = await fidelityOf(subject, pipeline);
  await sessions.dispose();

  const configuration = await proveChain({ backend, options, workFolder: job.workFolder }, models);
  const { effective, nothingToFuse } = await proveToggles(configuration, subject);
  // The inputs of all but the first model are answers of another: they cannot be varied by themselves.
  const notAudited = { code: 'CHAIN_NOT_AUDITED', need: 'one model', have: modelsOf(workload).length };
  const audits = {
    cachingAudit: null,
    cachingAuditReason: notAudited,
    recordingAudit: null,
    recordingAuditReason: notAudited,
  };
  return {
    proof: {
      effective,
      operators: configuration.operators,
      ...timesProof(configuration),
      ...accuracy,
      ...fidelity,
      ...answers,
      ...audits,
    },
    nothingToFuse,
  };
}

function firstItems(items: Items, batchSize: number) {
  return Promise.all(Array.from({ length: batchSize }, (_, index) => items.item(index % items.count)));
}

/** Each model with inputs of its last run on the first items, or zeros where the one before it left it nothing to do. */
async function chainModels(
  workload: ChainWorkload,
  pipeline: OcrPipeline,
  { byName }: Sessions,
  items: Parameters<OcrPipeline['request']>[0],
): Promise<ChainModel[]> {
  const seen = new Map<string, Tensors>();
  pipeline.watch(async ({ model, feeds }) => {
    seen.set(model, copyOf(feeds));
  });
  await pipeline.request(items);
  pipeline.watch(null);
  return modelsOf(workload).flatMap(({ name, model }) => {
    const session = byName.get(name);
    if (name === null || session === undefined) return [];
    const feeds = seen.get(name) ?? zeroTensors(session, inputsOf(workload, name));
    return [{ name, modelPath: model.path, feeds }];
  });
}

/** The pipeline writes the next query into the same memory. */
function copyOf(feeds: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, dims, data }]) => [name, { type, dims, data: data.slice() }]),
  );
}

function inputsOf({ chain, inputs }: ChainWorkload, name: OcrModelName): readonly PreparedInput[] {
  if (name === 'detect') return inputs;
  return (name === 'angle' ? chain.angle : chain.recognise)?.inputs ?? [];
}

async function accuracyOf(
  subject: ProofSubject,
  pipeline: OcrPipeline,
  recorder: AnswerRecorder,
): Promise<AccuracyProof> {
  const { metric } = subject.job.workload;
  if (metric.kind === null) {
    return { accuracy: null, accuracyReason: { code: metric.code, need: metric.need, have: null } };
  }
  if (metric.kind === 'character_accuracy' || metric.kind === 'box_recall') {
    return textAccuracyOf(metric.kind, pipeline, subject, recorder);
  }
  const need = 'character_accuracy or box_recall';
  return { accuracy: null, accuracyReason: { code: 'METRIC_UNSUPPORTED', need, have: metric.kind } };
}

/** Agreement of the model that agrees least. */
async function fidelityOf({ job, reference, items }: ProofSubject, candidate: OcrPipeline): Promise<FidelityProof> {
  let sessions: Sessions;
  try {
    sessions = await loadSessions(reference, job.source, referenceOptions(loadOptionsOf(job.case)));
  } catch (error) {
    return noReference(reference, errorText(error));
  }
  try {
    const references = new Map<OcrModelName, Session>();
    for (const [name, session] of sessions.byName) if (name !== null) references.set(name, session);
    const { batchSize } = job.case.axes;
    const measured = await measureChainFidelity({ candidate, references, batchSize }, items, fidelityItems);
    const uncompared =
      measured === null || measured.uncompared.length === 0
        ? ''
        : ` (${measured.uncompared.join(', ')}: nothing to compare)`;
    const what = measured === null ? '' : `; of the models of the chain, ${measured.model} agrees least${uncompared}`;
    return fidelityProof(measured, reference, what);
  } finally {
    await sessions.dispose();
  }
}
