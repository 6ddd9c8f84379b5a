import { InputError } from '../kernel/errors.ts';
import type { PreparedWorkload } from './prepared-workload.ts';

/** Throws `BATCH_FIXED` when the model cannot take queries of that many items, because none of its inputs has a dimension for them. */
export function checkBatchSize(workload: Pick<PreparedWorkload, 'name' | 'inputs'>, batchSize: number): void {
  if (batchSize === 1 || workload.inputs.some(({ batchAxis }) => batchAxis !== null)) return;
  const shapes = workload.inputs.map(({ name, itemShape }) => `${name} ${itemShape.join('×') || 'scalar'}`).join(', ');
  throw new InputError(
    'BATCH_FIXED',
    `The model of "${workload.name}" takes one item a query: none of its inputs (${shapes}) has a dynamic dimension in front that could hold ${batchSize}. Use --batch-size 1, or export the model with a dynamic batch dimension.`,
  );
}
