import { InputError } from '../kernel/errors.ts';
import type { Session } from './backends/backend.ts';
import type { PipelineInput } from './pipeline-input.ts';
import type { Preprocessor } from './preprocess/preprocessor.ts';
import type { PreprocessSettings } from './settings.ts';

/**
 * Refuses inputs that are not those of the model, and a batch that it cannot take.
 * @throws InputError `INPUT_MISMATCH` or `BATCH_UNSUPPORTED`.
 */
export function checkInputs(session: Session, inputs: readonly PipelineInput[], batchSize: number): void {
  const expected = session.inputs.map(({ name }) => name).join(', ');
  for (const { name } of inputs) {
    if (!session.inputs.some((spec) => spec.name === name)) {
      throw new InputError('INPUT_MISMATCH', `Expected inputs of the model (${expected}), got "${name}".`);
    }
  }
  for (const spec of session.inputs) {
    const input = inputs.find(({ name }) => name === spec.name);
    if (input === undefined)
      throw new InputError(
        'INPUT_MISMATCH',
        `Expected all inputs of the model (${expected}), but "${spec.name}" is missing.`,
      );
    if (input.type !== spec.type) {
      throw new InputError(
        'INPUT_MISMATCH',
        `Input "${spec.name}": the model expects ${spec.type}, the workload gives ${input.type}.`,
      );
    }
    const fixed = input.batchAxis === null ? null : spec.shape[input.batchAxis];
    if (typeof fixed === 'number' && fixed !== batchSize) {
      throw new InputError(
        'BATCH_UNSUPPORTED',
        `Input "${spec.name}" of the model has a fixed batch of ${fixed}, and the case asks for ${batchSize}. Export the model with a dynamic batch, or use --batch-size ${fixed}.`,
      );
    }
  }
  if (batchSize > 1 && inputs.every(({ batchAxis }) => batchAxis === null)) {
    throw new InputError(
      'BATCH_UNSUPPORTED',
      `No input of the model has a batch dimension, and the case asks for a batch of ${batchSize}. Use --batch-size 1.`,
    );
  }
}

/**
 * Preprocessing fills one float or byte input, item after item, in the shape that it produces.
 * @throws InputError `INPUT_MISMATCH`.
 */
export function checkPreprocess(
  session: Session,
  preprocessor: Preprocessor,
  inputs: readonly PipelineInput[],
  settings: PreprocessSettings,
): void {
  const [input, ...more] = inputs;
  if (input === undefined || more.length > 0) {
    throw new InputError(
      'INPUT_MISMATCH',
      `Preprocessing of images fills one input, but the model has ${inputs.length}. Give the data as .npy files instead.`,
    );
  }
  const produced = preprocessor.itemShape ?? preprocessor.shapeIn(preprocessor.largestFrame);
  const fits =
    input.batchAxis === null
      ? sameShape(input.itemShape, produced)
      : input.batchAxis === 0 && sameShape(input.itemShape.slice(1), produced);
  if (!fits) {
    throw new InputError(
      'INPUT_MISMATCH',
      `Input "${input.name}" of the model takes items of shape [${input.itemShape.join(', ')}], but the preprocessing makes [${produced.join(', ')}]. Adapt its width, height, color and layout.`,
    );
  }
  if (preprocessor.itemShape === null) checkDynamicSides(session, input, settings);
  const bytes = input.type === 'uint8' && settings.normalize.kind === 'none';
  if (input.type !== 'float32' && !bytes) {
    throw new InputError(
      'INPUT_MISMATCH',
      `Input "${input.name}" of the model is ${input.type}; preprocessing makes float32, or uint8 with normalize none.`,
    );
  }
}

/** Sides that follow the images must be dynamic in the model, too. */
function checkDynamicSides(session: Session, input: PipelineInput, { resize, layout }: PreprocessSettings): void {
  const shape = session.inputs.find(({ name }) => name === input.name)?.shape ?? [];
  const first = shape.length - (layout === 'nchw' ? 2 : 3);
  const follows = resize.mode === 'dynamic' && resize.side === 'height' ? ['width'] : ['height', 'width'];
  for (const [offset, side] of (['height', 'width'] as const).entries()) {
    const fixed = shape[first + offset];
    if (typeof fixed !== 'number' || !follows.includes(side)) continue;
    throw new InputError(
      'INPUT_MISMATCH',
      `Input "${input.name}" of the model has a fixed ${side} of ${fixed}, but resize mode dynamic gives every query a ${side} of its own. Export the model with a dynamic ${side}, or use mode letterbox.`,
    );
  }
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}
