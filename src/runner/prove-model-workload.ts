import type { Pipeline } from '../engine/pipeline.ts';
import { measureAccuracy } from '../engine/proof/accuracy.ts';
import { measureFidelity, referenceOptions } from '../engine/proof/fidelity.ts';
import type { AnswerRecorder } from '../engine/proof/item-answers.ts';
import { proveConfiguration } from '../engine/proof/prove-configuration.ts';
import { errorText } from '../kernel/errors.ts';
import { loadSessions, openSingle, type Sessions } from '../workloads/open-engine.ts';
import type { PreparedWorkload } from '../workloads/prepared-workload.ts';
import { auditModel } from './audit-model.ts';
import type { ProofAnswer } from './job.ts';
import { loadOptionsOf } from './load-options.ts';
import {
  type AccuracyProof,
  answersProof,
  type FidelityProof,
  fidelityItems,
  fidelityProof,
  itemsOfQuery,
  noReference,
  type ProofSubject,
  recorderOf,
  textAccuracyOf,
  timesProof,
} from './proof-subject.ts';
import { proveToggles } from './prove-toggles.ts';

/** The proof of a workload that one model serves. */
export async function proveModelWorkload(subject: ProofSubject): Promise<ProofAnswer> {
  const { job, backend, items } = subject;
  const { workload } = job;
  const { batchSize } = job.case.axes;
  const options = loadOptionsOf(job.case);

  const sessions = await loadSessions(backend, workload, options);
  const pipeline = await openSingle(workload, sessions, batchSize);
  const query = await pipeline.prepare(await itemsOfQuery(items, batchSize, 0));
  const recorder = recorderOf(subject);
  const accuracy = await accuracyOf(subject, sessions, pipeline, recorder);
  const answers = await answersProof(
    recorder,
    () => openSingle(withTwoClasses(workload), sessions, batchSize),
    subject,
  );
  const fidelity = await fidelityOf(subject, pipeline);
  const audits = await auditModel(subject, pipeline);
  await sessions.dispose();

  const configuration = await proveConfiguration({
    backend,
    modelPath: workload.model.path,
    options,
    workFolder: job.workFolder,
    feeds: query.feeds,
  });
  const { effective, nothingToFuse } = await proveToggles(configuration, subject);
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

/** A single class does not tell how close the second one came. */
function withTwoClasses(workload: PreparedWorkload): PreparedWorkload {
  const { postprocess } = workload;
  if (postprocess.kind !== 'classify') return workload;
  return { ...workload, postprocess: { ...postprocess, topK: Math.max(2, postprocess.topK) } };
}

async function accuracyOf(
  subject: ProofSubject,
  sessions: Sessions,
  pipeline: Pipeline,
  recorder: AnswerRecorder,
): Promise<AccuracyProof> {
  const { case: planned, workload, policy } = subject.job;
  const { metric, inputs, preprocess, postprocess } = workload;
  if (metric.kind === null) {
    return { accuracy: null, accuracyReason: { code: metric.code, need: metric.need, have: null } };
  }
  if (metric.kind === 'character_accuracy' || metric.kind === 'box_recall') {
    return textAccuracyOf(metric.kind, pipeline, subject, recorder);
  }
  const session = sessions.byName.get(null);
  if (session === undefined) throw new Error(`The model of ${workload.name} was not loaded.`);
  const accuracy = await measureAccuracy(
    { session, batchSize: planned.axes.batchSize, inputs, preprocess, postprocess },
    subject.items,
    { metric: metric.kind, limit: policy.accuracyItems },
    (answer) => recorder.add(answer),
  );
  return { accuracy, accuracyReason: null };
}

/** Agreement with the reference: 32-bit floats and the graph as it stands in the file, in a session beside the candidate's. */
async function fidelityOf({ job, reference, items }: ProofSubject, candidate: Pipeline): Promise<FidelityProof> {
  const { batchSize } = job.case.axes;
  let sessions: Sessions;
  try {
    sessions = await loadSessions(reference, job.source, referenceOptions(loadOptionsOf(job.case)));
  } catch (error) {
    return noReference(reference, errorText(error));
  }
  try {
    let pipeline: Pipeline;
    try {
      pipeline = await openSingle(job.source, sessions, batchSize);
    } catch (error) {
      return noReference(reference, errorText(error));
    }
    const measured = await measureFidelity({ candidate, reference: pipeline, batchSize }, items, fidelityItems);
    return fidelityProof(measured, reference, '');
  } finally {
    await sessions.dispose();
  }
}
