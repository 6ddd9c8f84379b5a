import type { ClassifySettings } from '../settings.ts';
import { type Answer, noAnswer } from './answer.ts';
import { refuseNonFinite } from './finite.ts';
import { chosenOutput, type FloatOutput, floatOutput, invalid, type Outputs, wrongShape } from './outputs.ts';
import { type Scores, softmax } from './softmax.ts';
import { topK } from './top-k.ts';

/**
 * The best classes of each item. The scores of item i are row i of the output: its first dimension is the batch, and all others
 * together are the classes, so that `[N, 1000]` and `[N, 1000, 1, 1]` are the same.
 * @throws InputError `POSTPROCESS_INVALID`; the function made throws it, too, and `OUTPUT_NOT_FINITE`.
 */
export function createClassify(
  settings: ClassifySettings,
  outputNames: readonly string[],
  batchSize: number,
): (outputs: Outputs) => readonly Answer[] {
  const name = chosenOutput('output', settings.output, outputNames, 0);
  if (!Number.isInteger(settings.topK) || settings.topK < 1) {
    throw invalid('top_k', `expected a whole number from 1 on, got ${settings.topK}.`);
  }
  // Made when the first output tells the number of classes, then used for every query.
  let probabilities = new Float64Array(0);

  return (outputs) => {
    const output = floatOutput('classify', outputs, name);
    const classes = classCount(output, batchSize);
    if (settings.softmax && probabilities.length !== classes) probabilities = new Float64Array(classes);
    const answers = new Array<Answer>(batchSize);
    for (let item = 0; item < batchSize; item++) {
      const offset = item * classes;
      refuseNonFinite(output.data, offset, classes, name, item);
      if (settings.softmax) {
        softmax(output.data, offset, classes, probabilities);
        answers[item] = best(probabilities, 0, classes, settings.topK);
      } else {
        answers[item] = best(output.data, offset, classes, settings.topK);
      }
    }
    return answers;
  };
}

function best(scores: Scores, offset: number, count: number, k: number): Answer {
  const classes = topK(scores, offset, count, k);
  return { ...noAnswer, classes, scores: classes.map((index) => scores[offset + index] as number), classCount: count };
}

function classCount(output: FloatOutput, batchSize: number): number {
  const { data, dims } = output;
  const fits = dims[0] === batchSize || (batchSize === 1 && dims.length === 1);
  if (!fits || data.length === 0) throw wrongShape('classify', output, `[${batchSize}, classes]`);
  return data.length / batchSize;
}
