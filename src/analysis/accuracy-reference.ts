import type { Proof } from '../results/events.ts';
import type { CaseHistory } from './case-history.ts';
import { hasUsualHygiene, hasUsualLayout } from './toggles.ts';

/** Accuracy that a case's own is compared with. */
export type AccuracyReference = Pick<NonNullable<Proof['accuracy']>, 'metric' | 'value'>;

/**
 * The accuracy of the same workload at 32-bit floats with fusion on, on `ort-cpu`, as the same run took it: at the case's own batch size
 * where there is one, since the answers of some workloads depend on it, and rather with the usual hygiene and layout than with others.
 * null: the run has no such case, or none that was proven.
 */
export function accuracyReference(
  { planned }: CaseHistory,
  histories: readonly CaseHistory[],
): AccuracyReference | null {
  const references = histories.filter(
    ({ planned: { workload, axes }, proof }) =>
      workload === planned.workload &&
      axes.backend === 'ort-cpu' &&
      axes.precision === 'fp32' &&
      axes.fusion === 'on' &&
      proof !== null &&
      proof.proof.accuracy !== null,
  );
  const isAlike = (one: CaseHistory) => one.planned.axes.batchSize === planned.axes.batchSize;
  const isUsual = ({ planned: one }: CaseHistory) => hasUsualHygiene(one) && hasUsualLayout(one);
  const best =
    references.find((one) => isAlike(one) && isUsual(one)) ??
    references.find(isAlike) ??
    references.find(isUsual) ??
    references[0];
  const accuracy = best?.proof?.proof.accuracy ?? null;
  return accuracy === null ? null : { metric: accuracy.metric, value: accuracy.value };
}
