import type { Case } from '../results/run.ts';
import { formatPercent } from '../units/format.ts';

/** The accuracy of a case in as few characters as a chart has room for, `99.2 %`; none where the data has no labels. */
export function qualityTexts({ accuracy }: Case): string[] {
  return accuracy === null ? [] : [formatPercent(accuracy.value)];
}
