import { type Case, type VerdictFamily, verdictFamilies } from '../results/run.ts';

/** What a machine without a sensor, or a workload without labels, cannot have: there, nothing to judge is no doubt. */
const mayBeMissing: ReadonlySet<VerdictFamily> = new Set(['energy', 'accuracy']);

/**
 * What keeps measured cases from being valid, each once with the number of cases: `steadyState degraded (TREND_UP) in 2 cases`. A family
 * that was not judged is a doubt too, but for energy and accuracy.
 */
export function strictDoubts(cases: readonly Case[]): string[] {
  const counts = new Map<string, number>();
  for (const { verdicts, reasons } of cases) {
    for (const family of verdictFamilies) {
      const verdict = verdicts[family] ?? null;
      if (verdict === 'valid' || (verdict === null && mayBeMissing.has(family))) continue;
      const code = reasons[`verdicts.${family}`]?.code ?? 'NOT_RECORDED';
      const doubt = `${family} ${verdict ?? 'not judged'} (${code})`;
      counts.set(doubt, (counts.get(doubt) ?? 0) + 1);
    }
  }
  return [...counts].map(([doubt, count]) => `${doubt} in ${count} ${count === 1 ? 'case' : 'cases'}`);
}
