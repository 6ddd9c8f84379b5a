import type { Reason } from '../results/events.ts';
import type { Case, Run } from '../results/run.ts';
import { type SpeedEffect, type SpeedMeasure, speedEffect, speedMeasure } from './speed-effect.ts';
import { type Interaction, interactionsOf } from './toggle-interactions.ts';
import { type Ladder, laddersOf } from './toggle-ladders.ts';
import { hasUsualHygiene, hasUsualLayout, type ToggleGroup, toggleGroups } from './toggles.ts';
import { isInvalidForSpeed } from './verdicts/judge-case.ts';

/** What precision, hygiene, fusion and layout do to cases that are alike in everything else. */
export interface ToggleEffects {
  readonly measure: SpeedMeasure;
  /** What the others are compared with: a case of `cases`. */
  readonly reference: Case;
  readonly cells: readonly ToggleCell[];
  readonly ladders: readonly Ladder[];
  readonly interactions: readonly Interaction[];
}

/** One case of a group beside the reference of it. */
export interface ToggleCell {
  readonly one: Case;
  /** How many times as fast as the reference. Of the reference itself 1, without an interval. */
  readonly speed: SpeedEffect;
  /** Size of the model files over that of the reference's. */
  readonly size: Compared;
  /** Peak memory of the process over that of the reference's; what the process holds without a model is in both. */
  readonly memory: Compared;
  /** Accuracy less that of the reference, in points: 0.01 is a point of a hundred. */
  readonly accuracy: Compared;
}

/** A figure of a case and how it compares; `reason` says why it does not. */
export interface Compared {
  readonly value: number | null;
  readonly against: number | null;
  readonly reason: Reason | null;
}

/**
 * What the toggles of a run do, one entry a group of cases that differ in nothing else. A run that compares with a bare loop ranks nothing,
 * and has none.
 */
export function toggleEffects(run: Pick<Run, 'cases' | 'policy'>): ToggleEffects[] {
  if (run.policy.bareLoop === 'interleaved') return [];
  return toggleGroups(run.cases).flatMap((group) => {
    const reference = referenceOf(group);
    if (reference === null) return [];
    return [
      {
        measure: speedMeasure(reference.scenario),
        reference,
        cells: group.cases.map((one) => cellOf(one, reference, run)),
        ladders: laddersOf(group, run),
        interactions: interactionsOf(group, run),
      },
    ];
  });
}

/**
 * The measured case that others are compared with: 32-bit floats with fusion on and the usual layout and hygiene, else the same with fusion
 * off, else the first. What is invalid is no reference.
 */
export function referenceOf({ cases }: ToggleGroup): Case | null {
  const standing = cases.filter((one) => one.status === 'ok' && !isInvalidForSpeed(one));
  const plain = standing.filter((one) => one.axes.precision === 'fp32' && hasUsualHygiene(one) && hasUsualLayout(one));
  return (
    plain.find(({ axes }) => axes.fusion === 'on') ??
    plain.find(({ axes }) => axes.fusion === 'off') ??
    standing[0] ??
    null
  );
}

/** Bytes of the model files that the engine loaded; null: the workload was not prepared. */
export function modelBytes({ variant, model }: Case): number | null {
  return variant?.bytes ?? model?.bytes ?? null;
}

function cellOf(one: Case, reference: Case, run: Pick<Run, 'policy'>): ToggleCell {
  const isReference = one.key === reference.key;
  return {
    one,
    speed: isReference
      ? { value: 1, low: null, high: null, rounds: 0, reason: { code: 'IS_REFERENCE', need: null, have: null } }
      : speedEffect(
          [
            { one: reference, weight: 1 },
            { one, weight: -1 },
          ],
          run,
        ),
    size: ratioOf(one, reference, modelBytes, 'model'),
    memory: ratioOf(one, reference, ({ memory }) => memory.peakRssBytes, 'memory.peakRssBytes'),
    accuracy: accuracyOf(one, reference),
  };
}

function ratioOf(one: Case, reference: Case, figure: (of: Case) => number | null, path: string): Compared {
  const own = one.status === 'ok' ? figure(one) : null;
  const other = figure(reference);
  if (own === null) return { value: null, against: null, reason: whyNull(one, path) };
  if (other === null || other === 0) return { value: own, against: null, reason: whyNull(reference, path) };
  return { value: own, against: own / other, reason: null };
}

function accuracyOf(one: Case, reference: Case): Compared {
  if (one.accuracy === null) return { value: null, against: null, reason: whyNull(one, 'accuracy') };
  const { value, metric } = one.accuracy;
  if (reference.accuracy === null) return { value, against: null, reason: whyNull(reference, 'accuracy') };
  if (reference.accuracy.metric !== metric)
    return {
      value,
      against: null,
      reason: { code: 'METRICS_DIFFER', need: reference.accuracy.metric, have: metric },
    };
  return { value, against: value - reference.accuracy.value, reason: null };
}

function whyNull({ reasons, status }: Case, path: string): Reason {
  const given = reasons[path] ?? (status === 'ok' ? undefined : reasons.status);
  if (given !== undefined) return given;
  return { code: status === 'ok' ? 'NOT_RECORDED' : `CASE_${status.toUpperCase()}`, need: null, have: null };
}
