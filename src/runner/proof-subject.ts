import type { Backend } from '../engine/backends/backend.ts';
import type { Pipeline } from '../engine/pipeline.ts';
import { answeredItems } from '../engine/proof/answered-items.ts';
import type { Fidelity } from '../engine/proof/fidelity.ts';
import { AnswerRecorder } from '../engine/proof/item-answers.ts';
import type { ConfigurationProof } from '../engine/proof/prove-configuration.ts';
import { measureBoxRecall, measureCharacterAccuracy } from '../engine/proof/text-accuracy.ts';
import type { Proof, Reason } from '../results/events.ts';
import type { Items } from '../workloads/load-items.ts';
import type { ProofJob } from './job.ts';

/** What a proof is taken of, and what it needs. */
export interface ProofSubject {
  readonly job: ProofJob;
  readonly backend: Backend;
  /** Runs the reference that fidelity is taken against. */
  readonly reference: Backend;
  readonly items: Items;
}

export type AccuracyProof = Pick<Proof, 'accuracy' | 'accuracyReason'>;
export type FidelityProof = Pick<Proof, 'fidelity' | 'fidelityReason'>;
export type AnswersProof = Pick<Proof, 'answers' | 'answersReason'>;

/** Agreement of outputs shows in a few items; the figure is no accuracy. */
export const fidelityItems = 16;

/** The items of a query, the first being query 0; they start again where they end. */
export function itemsOfQuery(items: Items, batchSize: number, query: number) {
  const first = query * batchSize;
  return Promise.all(Array.from({ length: batchSize }, (_, index) => items.item((first + index) % items.count)));
}

/** Accuracy of text and boxes: of the pipeline's answers as they are. */
export async function textAccuracyOf(
  metric: 'character_accuracy' | 'box_recall',
  pipeline: Pipeline,
  { job, items }: ProofSubject,
  recorder: AnswerRecorder,
): Promise<AccuracyProof> {
  const measure = metric === 'character_accuracy' ? measureCharacterAccuracy : measureBoxRecall;
  const accuracy = await measure(pipeline, job.case.axes.batchSize, items, job.policy.accuracyItems, (answer) =>
    recorder.add(answer),
  );
  return { accuracy, accuracyReason: null };
}

/** Takes down the answers of a case. */
export function recorderOf({ job }: ProofSubject): AnswerRecorder {
  const { workload, case: planned } = job;
  return new AnswerRecorder({ precision: planned.axes.precision, postprocess: workload.postprocess });
}

/**
 * What was answered: in the pass over the data that took the accuracy, or where there was none, to the items that fidelity is taken of. `pipeline`
 * has to answer the second best class, too.
 */
export async function answersProof(
  recorder: AnswerRecorder,
  pipeline: () => Promise<Pipeline>,
  { job, items }: ProofSubject,
): Promise<AnswersProof> {
  const { postprocess } = job.workload;
  if (postprocess.kind === 'none') {
    return { answers: null, answersReason: { code: 'NO_ANSWERS', need: 'a postprocess that answers', have: 'none' } };
  }
  const ofAccuracy = recorder.result();
  if (ofAccuracy !== null) return { answers: ofAccuracy, answersReason: null };
  const opened = await pipeline();
  for await (const { answer } of answeredItems(opened, job.case.axes.batchSize, items, fidelityItems)) {
    recorder.add(answer);
  }
  return { answers: recorder.result(), answersReason: null };
}

/** Where the time of a query goes in the graph, as it is recorded. */
export function timesProof({
  operatorProfile,
}: ConfigurationProof): Pick<Proof, 'operatorProfile' | 'operatorProfileReason'> {
  if (operatorProfile !== null) return { operatorProfile, operatorProfileReason: null };
  const need = 'a backend that profiles its operators';
  return { operatorProfile: null, operatorProfileReason: { code: 'NO_OPERATOR_PROFILE', need, have: null } };
}

/** The fidelity as it is recorded; null: all outputs were zeros. `what` was compared with the reference. */
export function fidelityProof(measured: Fidelity | null, reference: Backend, what: string): FidelityProof {
  if (measured === null) {
    const need = 'an output that is not zero everywhere';
    return { fidelity: null, fidelityReason: { code: 'OUTPUTS_ZERO', need, have: 'zeros only' } };
  }
  const { cosine, sqnrDb, sqnrReason, items } = measured;
  const fidelityReason: Reason | null = sqnrReason === null ? null : { code: sqnrReason, need: null, have: null };
  return {
    fidelity: { cosine, sqnrDb, items, reference: `fp32 on ${reference.name}, graph as in the file${what}` },
    fidelityReason,
  };
}

/** What the candidate runs, the reference may not: then there is nothing to compare with. */
export function noReference(reference: Backend, have: string): FidelityProof {
  const need = `a model that ${reference.name} can load`;
  return { fidelity: null, fidelityReason: { code: 'NO_REFERENCE', need, have } };
}
