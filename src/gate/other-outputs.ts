import type { RowReason } from './decision.ts';
import type { Pair } from './pair.ts';

/** Whether base and head answered otherwise; false where one of them told nothing. */
export function differInOutputs({ base, head }: Pair): boolean {
  if (base.outcome === 'failed' || head.outcome === 'failed') return false;
  return base.outputs !== null && head.outputs !== null && base.outputs !== head.outputs;
}

/** Of a pair that did: the hashes, and how many items differ where that is known. */
export function outputsReason({ base, head }: Pair): RowReason {
  const hash = (arm: Pair['base']) => (arm.outcome === 'measured' ? (arm.outputs ?? '').slice(0, 12) : '');
  const differing = head.outcome === 'measured' ? head.differing : undefined;
  const items = differing === undefined ? '' : `; ${differing.items} of ${differing.of} items`;
  return { code: 'OUTPUTS_DIFFER', need: `base: ${hash(base)}`, have: `head: ${hash(head)}${items}` };
}
