import type { CtcSettings } from '../settings.ts';
import { type Answer, noAnswer } from './answer.ts';
import { decodeCtcByBeamSearch } from './ctc-beam-search.ts';
import { decodeCtc } from './ctc-greedy.ts';
import { refuseNonFinite } from './finite.ts';
import { chosenOutput, type FloatOutput, floatOutput, invalid, type Outputs, wrongShape } from './outputs.ts';
import { type Scores, softmax } from './softmax.ts';

/**
 * The line of text of each item, from scores `[N, steps, classes]`: class 0 is the blank, class i the i-th of `characters`.
 * @throws InputError `POSTPROCESS_INVALID`; the function made throws it, too, and `OUTPUT_NOT_FINITE`.
 */
export function createCtc(
  settings: CtcSettings,
  outputNames: readonly string[],
  batchSize: number,
): (outputs: Outputs) => readonly Answer[] {
  const { characters, beamWidth } = settings;
  const name = chosenOutput('output', settings.output, outputNames, 0);
  if (characters.length === 0) throw invalid('characters', 'expected at least one character, got none.');
  if (!Number.isInteger(beamWidth) || beamWidth < 1)
    throw invalid('beam_width', `expected a whole number from 1 on, got ${beamWidth}.`);
  let probabilities = new Float64Array(0);

  return (outputs) => {
    const output = floatOutput('ctc', outputs, name);
    const { steps, classes } = sizesOf(output, characters.length, batchSize);
    if (settings.softmax && probabilities.length < steps * classes) probabilities = new Float64Array(steps * classes);
    const answers = new Array<Answer>(batchSize);
    for (let item = 0; item < batchSize; item++) {
      const offset = item * steps * classes;
      refuseNonFinite(output.data, offset, steps * classes, name, item);
      if (settings.softmax) softmaxOfSteps(output.data, offset, steps, classes, probabilities);
      const [scores, start] = settings.softmax ? [probabilities, 0] : [output.data, offset];
      const { text, score } =
        beamWidth === 1
          ? decodeCtc(scores, start, steps, classes, characters)
          : decodeCtcByBeamSearch(scores, start, steps, classes, characters, beamWidth);
      answers[item] = { ...noAnswer, lines: [{ text, score, box: null }] };
    }
    return answers;
  };
}

function softmaxOfSteps(scores: Scores, offset: number, steps: number, classes: number, target: Float64Array): void {
  for (let step = 0; step < steps; step++) {
    softmax(scores, offset + step * classes, classes, target.subarray(step * classes, (step + 1) * classes));
  }
}

function sizesOf(output: FloatOutput, characters: number, batchSize: number): { steps: number; classes: number } {
  const { dims } = output;
  const [batch, steps = 0, classes = 0] = dims;
  if (dims.length !== 3 || batch !== batchSize) throw wrongShape('ctc', output, `[${batchSize}, steps, classes]`);
  if (classes !== characters + 1) {
    throw invalid(
      'characters',
      `expected ${classes - 1} characters, one for each of the ${classes} classes of the output "${output.name}" but the blank, got ${characters}. Take the character list of this model (a blank at its end counts as a character, too).`,
    );
  }
  return { steps, classes };
}
