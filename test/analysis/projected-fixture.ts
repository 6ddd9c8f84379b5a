import type { RunEvent } from '../../src/results/events.ts';
import type { ProjectionOutcome, ProjectionRecord } from '../../src/results/projection-record.ts';

/** Projections of cases that were never asked for, for tests that work out what must come of them. */
export function projectedEvent(
  outcome: ProjectionOutcome,
  changes: Partial<ProjectionRecord> = {},
): Extract<RunEvent, { type: 'case.projected' }> {
  return {
    at: '2026-11-21T21:46:00.000Z',
    t: 0,
    type: 'case.projected',
    id: 'digits/nvidia-a100-sxm4-80gb/mlperf/fp32/offline',
    key: 'projected-a',
    beside: ['key-a'],
    profile: 'nvidia-a100-sxm4-80gb',
    stack: 'mlperf',
    asked: {
      model: 'resnet50-v1.5',
      cost: 'published',
      scenario: 'Offline',
      precision: 'fp32',
      unit: 'samples/s per accelerator',
    },
    inputs: { evidence: 'e1', profile: 'p1', cost: 'c1', sha256: 's1' },
    outcome,
    ...changes,
  };
}

export const offline: ProjectionOutcome = {
  value: 2000,
  low: 1000,
  high: 4000,
  level: 0.9,
  unit: 'samples/s per accelerator',
  nearest: 'device',
  modelDevices: 26,
};

export const alone: ProjectionOutcome = { ...offline, value: 2, low: 1, high: 4, unit: 'ms (p90)' };

export const refused: ProjectionOutcome = {
  refused: 'nothing is known of it; a figure would help',
  code: 'NO_SUPPORT',
};
