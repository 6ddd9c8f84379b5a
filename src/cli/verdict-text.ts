import { type Case, type Verdict, type VerdictFinding, verdictFamilies } from '../results/run.ts';

/** The worst verdict of a case with its code, `degraded: CPU_STEAL`; `valid` where nothing speaks against it, and a dash where nothing was judged. */
export function verdictText(one: Case): string {
  if (one.status !== 'ok') return '';
  const worst = worstOf(one);
  if (worst === null) return '–';
  const family = verdictFamilies.find((name) => one.verdicts[name] === worst);
  const code = one.reasons[`verdicts.${family}`]?.code;
  return worst === 'valid' || code === undefined ? worst : `${worst}: ${code}`;
}

function worstOf({ verdicts }: Case): Verdict | null {
  const given = Object.values(verdicts);
  return (['invalid', 'degraded', 'valid'] as const).find((verdict) => given.includes(verdict)) ?? null;
}

const severities: readonly VerdictFinding['severity'][] = ['invalid', 'degraded', 'note'];

/** What was found of the measured cases, the worst first: each code once, with the cases it is of, its first message, and what to do. */
export function findingLines(cases: readonly Case[]): string[] {
  const found = cases
    .filter(({ status }) => status === 'ok')
    .flatMap((one) => (one.findings ?? []).map((finding) => ({ id: one.id, finding })));
  return severities.flatMap((severity) => {
    const codes = new Set(found.flatMap(({ finding }) => (finding.severity === severity ? [finding.code] : [])));
    return [...codes].flatMap((code) => linesOf(found.filter(({ finding }) => finding.code === code)));
  });
}

function linesOf(same: readonly { readonly id: string; readonly finding: VerdictFinding }[]): string[] {
  const [first] = same;
  if (first === undefined) return [];
  const { severity, code, message, nextStep } = first.finding;
  const others = new Set(same.map(({ id }) => id)).size - 1;
  const more = others === 0 ? '' : ` and ${others} more`;
  return [`${severity}: ${code}: ${first.id}${more}: ${message}`, `  what to do: ${nextStep}`];
}
