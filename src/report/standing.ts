import { isInvalidForSpeed, isNotInEffect } from '../analysis/verdicts/judge-case.ts';
import { type Case, type Verdict, type VerdictFamily, verdictFamilies } from '../results/run.ts';
import { displayName } from './display-name.ts';
import { standingMark } from './marks.ts';

/** What the verdicts of a case come to: the worst of its families, and the codes that led to it. */
export interface Standing {
  /** null: nothing has been judged. */
  readonly verdict: Verdict | null;
  /** Codes of the findings that led to `degraded` or `invalid`, each once; empty otherwise. */
  readonly codes: readonly string[];
}

/** Verdict of one family; null where it was not judged, or in a result of a version that did not have the family. */
export function verdictOf(one: Case, family: VerdictFamily): Verdict | null {
  const given = one.verdicts[family] ?? null;
  // Results of older versions judged nothing, and knew already what did not take effect.
  if (given === null && family === 'configuration' && isNotInEffect(one)) return 'invalid';
  return given;
}

/**
 * How a case stands over all families: invalid when its latency and throughput count nowhere (the rule of the answer itself), degraded when
 * anything else speaks against a figure of it. An energy that cannot be trusted says nothing of the latency.
 */
export function standingOf(one: Case): Standing {
  const given = verdictFamilies.flatMap((family) => {
    const verdict = verdictOf(one, family);
    if (verdict === null) return [];
    const codes = verdict === 'valid' ? [] : codesOf(one, family, verdict);
    return [{ verdict: verdict === 'invalid' && family === 'energy' ? ('degraded' as const) : verdict, codes }];
  });
  const worst = (['invalid', 'degraded', 'valid'] as const).find((name) =>
    given.some(({ verdict }) => verdict === name),
  );
  if (worst === undefined) return { verdict: null, codes: [] };
  const codes = given.filter(({ verdict }) => verdict === worst).flatMap((one) => one.codes);
  return { verdict: worst, codes: [...new Set(codes)] };
}

/** Is shown struck out, and counts for no best, no front and no ratio. */
export function isInvalid(one: Case): boolean {
  return isInvalidForSpeed(one);
}

/** `invalid: OVER_SATURATED`, `degraded: DRIFTING_UP, CLOCK_FELL`, `valid`; empty where nothing was judged. */
export function standingText(one: Case): string {
  const { verdict, codes } = standingOf(one);
  if (verdict === null) return '';
  return codes.length === 0 ? verdict : `${verdict}: ${codes.map((code) => displayName(code, 40)).join(', ')}`;
}

/** The rows of cases that may be called best or worst: those that are not invalid, or all when every one is. */
export function counted<T extends { readonly one: Case }>(rows: readonly T[]): readonly T[] {
  const standing = rows.filter(({ one }) => !isInvalid(one));
  return standing.length === 0 ? rows : standing;
}

/** A label of a chart with the mark of its case in front; what is valid or not judged needs none. */
export function markedLabel(one: Case, label: string): string {
  const { verdict } = standingOf(one);
  return verdict === 'invalid' || verdict === 'degraded' ? `${standingMark[verdict]} ${label}` : label;
}

/** What the marks in charts of these cases mean; empty where there are none. */
export function markNotes(cases: readonly Case[]): string[] {
  const has = (name: Verdict) => cases.some((one) => standingOf(one).verdict === name);
  const texts = [
    ...(has('invalid') ? [`${standingMark.invalid} and struck out: invalid, drawn faint, and counted nowhere.`] : []),
    ...(has('degraded') ? [`${standingMark.degraded}: degraded, to be read with what the verdicts say of it.`] : []),
  ];
  return texts.length === 0 ? [] : [texts.join(' ')];
}

function codesOf(one: Case, family: VerdictFamily, severity: Verdict): string[] {
  const found = (one.findings ?? []).filter((finding) => finding.family === family && finding.severity === severity);
  if (found.length > 0) return found.map(({ code }) => code);
  const reason = Object.hasOwn(one.reasons, `verdicts.${family}`) ? one.reasons[`verdicts.${family}`] : undefined;
  if (reason !== undefined && reason.code !== 'NOT_JUDGED_YET') return [reason.code];
  return family === 'configuration' && isNotInEffect(one) ? ['NOT_IN_EFFECT'] : [];
}
