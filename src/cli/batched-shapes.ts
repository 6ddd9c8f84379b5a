import { InputError } from '../kernel/errors.ts';
import { shapeText } from '../workloads/input-shapes.ts';
import type { PreparedInput } from '../workloads/prepared-workload.ts';

/**
 * The shapes of a query of so many items. Inputs without the batch are fed as they are with every query. Throws `BATCH_UNSUPPORTED` where there is
 * no other.
 */
export function batchedShapes(inputs: readonly PreparedInput[], batchSize: number): Record<string, readonly number[]> {
  if (batchSize > 1 && inputs.every(({ batchAxis }) => batchAxis === null)) {
    const shapes = inputs.map(({ name, itemShape }) => `${name} ${shapeText(itemShape)}`).join(', ');
    throw new InputError(
      'BATCH_UNSUPPORTED',
      `--batch-size ${batchSize}: expected an input with a dimension for the batch, got ${shapes}. Leave the option out.`,
    );
  }
  return Object.fromEntries(
    inputs.map(({ name, itemShape, batchAxis }) => [
      name,
      batchAxis === null ? itemShape : itemShape.with(batchAxis, batchSize),
    ]),
  );
}

/** A count above 0 as typed for an option; null where it was left out. Throws `OPTION_INVALID`. */
export function countOf(option: string, typed: string | undefined): number | null {
  if (typed === undefined) return null;
  const count = Number(typed);
  if (/^\d+$/.test(typed) && Number.isSafeInteger(count) && count > 0) return count;
  throw new InputError('OPTION_INVALID', `${option}: expected a whole number above 0, got ${JSON.stringify(typed)}.`);
}
