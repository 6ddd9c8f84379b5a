import type { ReportRun } from '../../src/report/input.ts';
import type { VariantRecord } from '../../src/results/events.ts';
import { type ToggleSketch, toggleRun } from '../analysis/toggle-run.ts';
import { sketchRun } from './fixtures.ts';

/** A run of one workload whose cases differ in toggles. */
export function toggledRun(sketches: readonly ToggleSketch[]): ReportRun {
  return sketchRun('toggled', [], toggleRun(sketches));
}

export const int8Variant: VariantRecord = {
  sha256: '8f'.repeat(32),
  bytes: 25_600_000,
  steps: ['hygiene', 'fusion', 'int8 static, min_max'],
  passes: { 'fold-batch-norm': 53, 'join-relu': 33, 'dead-code': 0 },
  fused: 86,
  nodes: { before: 175, after: 89 },
  conversion: {
    method: 'static, min_max',
    converted: 54,
    kept: { OPERATOR_UNSUITED: 2, WEIGHT_NOT_CONSTANT: 1 },
    worstDecibels: 31.2,
    calibration: { data: '512 items of the training split', items: 512, sha256: 'ca'.repeat(32) },
  },
};

/** fp32 and int8, unfused and fused, in two rounds, the second of which was slower altogether. */
export function fourCells(): ReportRun {
  const accuracy = (value: number) => ({ metric: 'top1', value, items: 2000, reference: null });
  const int8 = { variant: int8Variant, accuracy: accuracy(0.9875), precisionSupport: 'native' };
  const fp32 = { variant: null, accuracy: accuracy(0.99), precisionSupport: 'native' };
  return toggledRun([
    { fusion: 'off', times: [0.08, 0.16], changes: fp32 },
    { times: [0.06, 0.12], changes: fp32 },
    { precision: 'int8', fusion: 'off', times: [0.04, 0.08], changes: int8 },
    { precision: 'int8', times: [0.02, 0.04], changes: int8 },
  ]);
}
