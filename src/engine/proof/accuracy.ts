import { DynoError, InputError } from '../../kernel/errors.ts';
import { createPipeline, type PipelineOptions } from '../pipeline.ts';
import type { Answer } from '../postprocess/answer.ts';
import { answeredItems, type ProofItems } from './answered-items.ts';

/** Items with the class that each belongs to. */
export interface LabelledItems extends ProofItems {
  label(index: number): number | null;
}

export interface Accuracy {
  readonly metric: 'top1' | 'top5';
  /** Share of the items whose class is among the first one or five answers. */
  readonly value: number;
  readonly items: number;
  readonly correct: number;
}

/**
 * Runs at most `limit` labelled items through the whole pipeline and counts right answers. When there are more items, they are
 * taken at even distances, so that data in the order of their classes give all classes.
 * @param options The pipeline to build; of its postprocessing, as many answers are taken as the metric needs, at least two.
 * @param onAnswer Told each answer.
 * @throws DynoError `LABELS_MISSING`, `LABELS_INVALID` when the model has no such class, and what the pipeline throws.
 */
export async function measureAccuracy(
  options: PipelineOptions,
  items: LabelledItems,
  settings: { readonly metric: 'top1' | 'top5'; readonly limit: number },
  onAnswer: (answer: Answer) => void = () => {},
): Promise<Accuracy> {
  const { metric, limit } = settings;
  const { batchSize, postprocess } = options;
  if (postprocess.kind !== 'classify') {
    throw new InputError(
      'POSTPROCESS_INVALID',
      `metric ${metric}: expected a postprocess of kind classify, got ${postprocess.kind}. Set it, or leave out the metric.`,
    );
  }
  const topK = metric === 'top1' ? 1 : 5;
  const pipeline = await createPipeline({ ...options, postprocess: { ...postprocess, topK: Math.max(2, topK) } });
  let total = 0;
  let correct = 0;
  for await (const { index, answer } of answeredItems(pipeline, batchSize, items, limit)) {
    // How many classes there are is known only now: a model need not tell the shape of its output.
    if (total === 0) checkLabels(items, answer.classCount);
    total += 1;
    if (answer.classes.slice(0, topK).includes(labelOf(items, index))) correct += 1;
    onAnswer(answer);
  }
  return { metric, value: correct / total, items: total, correct };
}

/** A label without a class cannot be answered right, and an accuracy of such would blame the model. Null ones are for `labelOf`. */
function checkLabels(items: LabelledItems, classCount: number): void {
  for (let index = 0; index < items.count; index++) {
    const label = items.label(index);
    if (label === null || (Number.isInteger(label) && label >= 0 && label < classCount)) continue;
    throw new InputError(
      'LABELS_INVALID',
      `Item ${index} of the data has the label ${label}, but the model has ${classCount} classes: expected a whole number from 0 to ${classCount - 1}. Count classes from 0, and take the labels and the output (postprocess output) of the same model.`,
    );
  }
}

function labelOf(items: LabelledItems, index: number): number {
  const label = items.label(index);
  if (label === null)
    throw new DynoError('LABELS_MISSING', `Expected a label for every item, but item ${index} has none.`);
  return label;
}
