import { InputError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import { generator } from '../../stats/random.ts';
import { readyStep } from '../augment/augmenter.ts';
import { problemOf } from '../augment/specification.ts';
import { decodeWhole } from '../preprocess/decode.ts';
import { createNormalization } from '../preprocess/normalization.ts';
import type { Picture } from '../preprocess/picture.ts';
import { resizePicture } from '../preprocess/resize-picture.ts';
import { writePicture } from '../preprocess/write-picture.ts';
import type { OperatorInput } from './operator-file.ts';
import { type TensorForm, type TimedOperator, timedOperatorNames, timedOperators } from './timed-operators.ts';

/** The values that one call made, and their shape. */
export interface OperatorOutput {
  readonly type: 'float32' | 'uint8';
  readonly dims: readonly number[];
  readonly data: Float32Array | Uint8Array;
}

/** Runs the operator once; `item` is the seed of what it draws. Its promise is there only where the operator itself waits. */
export type RunOperator = (item: number) => Promise<OperatorOutput> | OperatorOutput;

/**
 * An operator on its data, ready to be called again and again.
 * @throws InputError `OPERATOR_INVALID`, `AUGMENT_INVALID` naming the operator and the parameter.
 */
export function createOperator(input: OperatorInput): RunOperator {
  const { operator, parameters, encoded } = input;
  const known = knownOperator(operator);
  const [picture, ...others] = input.pictures;
  switch (known.stage) {
    case 'decode':
      if (encoded === null) throw invalid(operator, 'expected an encoded image to decode, got none');
      return async () => ofPicture(await decodeWhole(encoded, () => operator));
    case 'resize': {
      const source = required(operator, picture);
      const { width, height } = sizeOf(operator, known, parameters);
      return async () => ofPicture(await resizePicture(source, width, height, known.kernel));
    }
    case 'tensor':
      return tensorWriter(required(operator, picture), known);
    case 'augment': {
      const source = required(operator, picture);
      const step = readyStep({ operator, probability: 1, parameters });
      if (others.length < step.others) {
        throw invalid(operator, `expected ${step.others} other pictures to mix in, got ${others.length}`);
      }
      return (item) => ofPicture(step.run(source, generator(item), others));
    }
  }
}

/** The whole of a picture into a tensor of its size, into the same memory every time. */
function tensorWriter(picture: Picture, { color, layout, normalize, type }: TensorForm): RunOperator {
  const { width, height } = picture;
  const normalization = createNormalization(normalize, color);
  const channels = normalization.tables.length;
  const length = width * height * channels;
  const data = type === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
  const dims = layout === 'nchw' ? [channels, height, width] : [height, width, channels];
  const tensorLayout = { width, height, color, layout, padding: 0 };
  const output = { type, dims, data };
  return () => {
    writePicture(picture, tensorLayout, normalization, data, 0);
    return output;
  };
}

function ofPicture({ pixels, width, height, channels }: Picture): OperatorOutput {
  return { type: 'uint8', dims: [height, width, channels], data: pixels };
}

function sizeOf(operator: string, known: TimedOperator, given: OperatorInput['parameters']) {
  const value = (name: string): number => {
    const parameter = known.parameters[name];
    if (parameter === undefined) throw new RangeError(`The operator ${operator} has no ${name}.`);
    const chosen = given[name] ?? parameter.default;
    const problem = problemOf(parameter, chosen);
    if (problem !== null) throw invalid(`${operator} ${name}`, problem);
    if (typeof chosen !== 'number')
      throw invalid(`${operator} ${name}`, 'expected one number, got what to draw one from');
    return chosen;
  };
  return { width: value('width'), height: value('height') };
}

function knownOperator(name: string): TimedOperator {
  const found = timedOperators.get(name);
  if (found !== undefined) return found;
  const near = nearest(name, timedOperatorNames);
  const hint = near === null ? '' : ` Did you mean "${near}"?`;
  throw invalid(name, `expected a known operator.${hint} Known: ${timedOperatorNames.join(', ')}`);
}

function required(operator: string, picture: Picture | undefined): Picture {
  if (picture === undefined) throw invalid(operator, 'expected a picture, got none');
  return picture;
}

function invalid(where: string, message: string): InputError {
  return new InputError('OPERATOR_INVALID', `operator ${where}: ${message}.`);
}
