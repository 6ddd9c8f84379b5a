import { DynoError, InputError } from '../../kernel/errors.ts';
import type { Scores } from './softmax.ts';

/** An output of a model as far as it matters here: any backend's tensor is one. */
export interface OutputTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint>;
}

/** The raw outputs of a query by name. */
export type Outputs = Readonly<Record<string, OutputTensor>>;

export interface FloatOutput {
  readonly name: string;
  readonly data: Scores;
  readonly dims: readonly number[];
}

/**
 * The name of the output that an option asks for; of the one at `position` where it asks for none.
 * @throws InputError `POSTPROCESS_INVALID` when the model has no such output.
 */
export function chosenOutput(
  option: string,
  asked: string | null,
  outputNames: readonly string[],
  position: number,
): string {
  const name = asked ?? outputNames[position];
  if (name !== undefined && outputNames.includes(name)) return name;
  const got = name === undefined ? `a model with ${outputNames.length} and no name` : `"${name}"`;
  throw invalid(
    option,
    `expected one of ${outputNames.join(', ')}, got ${got}. Name the output that holds the ${option === 'boxes' ? 'boxes' : 'scores'}.`,
  );
}

/**
 * An output that holds 32- or 64-bit floats.
 * @throws DynoError `OUTPUT_MISSING`; InputError `POSTPROCESS_INVALID` for another type.
 */
export function floatOutput(kind: string, outputs: Outputs, name: string): FloatOutput {
  const output = outputs[name];
  if (output === undefined)
    throw new DynoError('OUTPUT_MISSING', `Expected the output "${name}", but the run did not return it.`);
  const { data, dims } = output;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw invalid(
      kind,
      `expected scores of type float32 or float64, but the output "${name}" is ${output.type}. Name another output, or use kind none.`,
    );
  }
  return { name, data, dims };
}

/** The error for an output whose shape a kind cannot read. `expected` names it, such as `[2, classes]`. */
export function wrongShape(kind: string, { name, dims }: FloatOutput, expected: string): InputError {
  return invalid(
    kind,
    `expected an output of shape ${expected}, but "${name}" is [${dims.join(', ')}]. Name another output, or use kind none.`,
  );
}

/** An error in the settings of the postprocessing; `option` is the key as it stands in a suite. */
export function invalid(option: string, message: string): InputError {
  return new InputError('POSTPROCESS_INVALID', `postprocess ${option}: ${message}`);
}
