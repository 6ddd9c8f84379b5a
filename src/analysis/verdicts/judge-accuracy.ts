import type { VerdictFinding } from '../../results/run.ts';
import { formatPercent } from '../../units/format.ts';
import { type Evidence, type Judgement, judged, notJudged } from './evidence.ts';
import { finding } from './verdict-codes.ts';

/**
 * Whether the answers are still right (M27 of the measuring rules): the case's quality metric against its share of the reference, and against
 * the least that the suite asks for. What has no labels, or no trained weights, has no accuracy to judge.
 */
export function judgeAccuracy({ figures: { accuracy }, limits, reasons }: Evidence): Judgement {
  if (accuracy === null) return notJudged(reasons.accuracy ?? { code: 'NOT_RECORDED', need: null, have: null });
  if (limits.accuracy === undefined) return notJudged({ code: 'NO_ACCURACY_LIMIT', need: null, have: null });
  const { ofReference, minimum } = limits.accuracy;
  const { value, reference, items, metric } = accuracy;
  const findings: VerdictFinding[] = [];
  if (minimum !== null && value < minimum) {
    const message = `${metric} is ${formatPercent(value)}, and the suite asks for ${formatPercent(minimum)}.`;
    findings.push(finding('ACCURACY_BELOW_MINIMUM', { need: minimum, have: value, message }));
  }
  if (reference === null) {
    const why = reasons['accuracy.reference'] ?? { code: 'NO_REFERENCE_IN_RUN', need: null, have: null };
    return minimum === null ? notJudged(why) : judged(findings);
  }
  // Any accuracy is at least a share of none.
  if (reference === 0) {
    const nothing = { code: 'REFERENCE_IS_ZERO', need: null, have: 0 };
    return minimum === null ? notJudged(nothing) : judged(findings);
  }
  const need = ofReference * reference;
  if (value < need) {
    const message = `${metric} is ${formatPercent(value)} of ${items} items, ${formatPercent(value / reference)} of the reference's ${formatPercent(reference)}; ${formatPercent(ofReference)} are asked for.`;
    findings.push(finding('ACCURACY_LOST', { need, have: value, message }));
  }
  // One item more or less is a larger step than the whole loss that is allowed.
  const decisive = (1 - ofReference) * reference * items;
  if (decisive < 1 && ofReference < 1) {
    const message = `One of ${items} items is ${formatPercent(1 / items)}, more than the loss that is allowed.`;
    const enough = Math.ceil(1 / ((1 - ofReference) * reference));
    findings.push(finding('ACCURACY_OF_FEW_ITEMS', { need: enough, have: items, message }));
  }
  return judged(findings);
}
