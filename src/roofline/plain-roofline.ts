import { type Cell, idealSeconds, roofOf } from './cell.ts';
import type { Evidence } from './evidence.ts';

/**
 * What the plain roofline with one efficiency projects, seconds an item: the geometric mean of the efficiencies of the same model, precision and
 * scenario on other devices. Null where there are none. It stands beside the projections to show what they add.
 */
export function plainRooflineSeconds(cell: Cell, evidence: readonly Evidence[]): number | null {
  const roof = roofOf(cell);
  const alike = evidence.filter(
    ({ stack, model, precision, scenario }) =>
      stack === cell.stack && model.id === cell.model.id && precision === cell.precision && scenario === cell.scenario,
  );
  if (roof === null || alike.length === 0) return null;
  const mean = alike.reduce((sum, { logEfficiency }) => sum + logEfficiency, 0) / alike.length;
  return idealSeconds(cell, roof) / Math.exp(mean);
}
