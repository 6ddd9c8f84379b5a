import { DynoError, InputError } from '../../kernel/errors.ts';
import type { PostprocessSettings } from '../settings.ts';
import { type Answer, noAnswer } from './answer.ts';
import { type Scores, softmax } from './softmax.ts';
import { topK } from './top-k.ts';

/** An output of a model as far as it matters here: any backend's tensor is one. */
export interface OutputTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** From the raw outputs of a query, by name, to an answer for each of its items. */
export type Postprocessor = (outputs: Readonly<Record<string, OutputTensor>>) => readonly Answer[];

/**
 * The postprocessing that `settings` describe, for queries of `batchSize` items.
 *
 * `classify` reads the scores of item i from row i of the output: its first dimension is the batch, and all others together
 * are the classes, so `[N, 1000]` and `[N, 1000, 1, 1]` are the same.
 *
 * The postprocessor throws `OUTPUT_NOT_FINITE` when a score is NaN or infinite: a figure for a model that computes nonsense
 * would be worthless.
 * @throws InputError `POSTPROCESS_INVALID` when the output that is asked for does not exist or its scores are no classes.
 */
export function createPostprocessor(
  settings: PostprocessSettings,
  outputNames: readonly string[],
  batchSize: number,
): Postprocessor {
  if (settings.kind === 'none') {
    const none = new Array<Answer>(batchSize).fill(noAnswer);
    return () => none;
  }
  if (settings.kind !== 'classify')
    throw new InputError('POSTPROCESS_INVALID', `postprocess kind: ${settings.kind} is not built yet.`);
  const name = settings.output ?? outputNames[0] ?? '';
  if (!outputNames.includes(name)) {
    throw new InputError(
      'POSTPROCESS_INVALID',
      `postprocess output: expected one of ${outputNames.join(', ')}, got "${name}". Name the output that holds the scores.`,
    );
  }
  if (!Number.isInteger(settings.topK) || settings.topK < 1) {
    throw new InputError(
      'POSTPROCESS_INVALID',
      `postprocess topK: expected a whole number from 1 on, got ${settings.topK}.`,
    );
  }
  // Made when the first output tells the number of classes, then used for every query.
  let probabilities = new Float64Array(0);

  return (outputs) => {
    const { scores, classes } = scoresOf(outputs[name], name, batchSize);
    if (settings.softmax && probabilities.length !== classes) probabilities = new Float64Array(classes);
    const answers = new Array<Answer>(batchSize);
    for (let item = 0; item < batchSize; item++) {
      const offset = item * classes;
      refuseNonFinite(scores, offset, classes, name, item);
      if (settings.softmax) {
        softmax(scores, offset, classes, probabilities);
        answers[item] = answer(probabilities, 0, classes, settings.topK);
      } else {
        answers[item] = answer(scores, offset, classes, settings.topK);
      }
    }
    return answers;
  };
}

function answer(scores: Scores, offset: number, count: number, k: number): Answer {
  const classes = topK(scores, offset, count, k);
  return { ...noAnswer, classes, scores: classes.map((index) => scores[offset + index] as number), classCount: count };
}

function scoresOf(
  output: OutputTensor | undefined,
  name: string,
  batchSize: number,
): { scores: Scores; classes: number } {
  if (output === undefined)
    throw new DynoError('OUTPUT_MISSING', `Expected the output "${name}", but the run did not return it.`);
  const { data, dims } = output;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw new InputError(
      'POSTPROCESS_INVALID',
      `postprocess classify: expected scores of type float32 or float64, but the output "${name}" is ${output.type}. Name another output, or use kind none.`,
    );
  }
  const fits = dims[0] === batchSize || (batchSize === 1 && dims.length === 1);
  if (!fits || data.length === 0) {
    throw new InputError(
      'POSTPROCESS_INVALID',
      `postprocess classify: expected an output of shape [${batchSize}, classes], but "${name}" is [${dims.join(', ')}]. Name another output, or use kind none.`,
    );
  }
  return { scores: data, classes: data.length / batchSize };
}

function refuseNonFinite(scores: Scores, offset: number, count: number, name: string, item: number): void {
  for (let index = offset; index < offset + count; index++) {
    // The difference of a finite number with itself is 0; of NaN and of an infinity it is NaN.
    const score = scores[index] as number;
    if (score - score !== 0) {
      throw new DynoError(
        'OUTPUT_NOT_FINITE',
        `The output "${name}" of item ${item} of the query holds ${score} at place ${index - offset}. Expected finite numbers only: check the model, its precision and its preprocessing.`,
      );
    }
  }
}
