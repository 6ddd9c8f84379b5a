import type { Reason } from '../../results/events.ts';
import { verdictFamilies } from '../../results/run.ts';
import { describeCases, type ListedCase, listedCases } from '../case-sets.ts';
import type { ReportInput } from '../input.ts';
import { plainPath, plainReason, words } from '../plain-reasons.ts';
import { cell, column, headCell, row, type Section, section, table } from './section.ts';

interface Gap {
  readonly code: string;
  readonly reasons: Reason[];
  readonly paths: Set<string>;
  readonly cases: ListedCase[];
}

/** Everything that is not known of the measured cases and why, in plain words: equal gaps of several cases in one row. */
export function missingSection(input: ReportInput): Section {
  // What was not measured at all has a section of its own.
  const all = listedCases(input).filter(({ one }) => one.status === 'ok');
  const byPath = new Map<string, Gap>();
  for (const listed of all) {
    for (const [path, reason] of Object.entries(listed.one.reasons)) {
      if (aboutParts.test(path) || noGap.has(reason.code) || isJudged(listed.one, path)) continue;
      const name = JSON.stringify([reason.code, path]);
      const gap: Gap = byPath.get(name) ?? { code: reason.code, reasons: [], paths: new Set([path]), cases: [] };
      byPath.set(name, gap);
      gap.reasons.push(reason);
      gap.cases.push(listed);
    }
  }
  const rows = merged([...byPath.values()]).map((gap) =>
    row([headCell(named([...gap.paths])), cell(inWords(gap)), cell(describeCases(gap.cases, all))]),
  );
  return section('missing', 'What is not known', {
    lead: 'Of the cases that were measured. What could not be found out is empty, never zero and never an estimate; each gap has its reason.',
    tables:
      rows.length === 0
        ? []
        : [table('Gaps and their reasons', [column('What'), column('Why'), column('Where')], rows)],
    notes: rows.length === 0 ? ['Nothing: every figure of every measured case is there.'] : [],
  });
}

/** Gaps of single rounds and devices repeat those of their case, and the rounds have a table of their own. */
const aboutParts = /^(rounds|energy\.devices)\./;

/** Nothing was to be found: no rate was searched, a rate that was tried kept the limit, a file was left as it is, a toggle had nothing to do. */
const noGap = new Set([
  'NOT_SEARCHED',
  'WITHIN_LIMIT',
  'AS_IN_FILE',
  'NOT_CONVERTED',
  'NEEDS_NO_DATA',
  'NO_DIFFERENCE',
  'NO_GRAPH',
  'NOT_ON_DEVICE',
]);

/** The reason of a verdict that was given is what led to it, and no gap. */
function isJudged({ verdicts }: ListedCase['one'], path: string): boolean {
  return verdictFamilies.some((family) => path === `verdicts.${family}` && verdicts[family] !== null);
}

/** The paths in words; the verdicts, when all are missing for the same reason, in one. */
function named(paths: readonly string[]): string {
  const verdicts = paths.filter((path) => path.startsWith('verdicts.'));
  const others = paths.filter((path) => !path.startsWith('verdicts.'));
  return [
    ...others.map(plainPath),
    ...(verdicts.length > 2
      ? [`verdicts on ${verdicts.map((path) => words(path.slice('verdicts.'.length))).join(', ')}`]
      : verdicts.map(plainPath)),
  ].join(', ');
}

/** Gaps with the same reason in the same cases become one row. */
function merged(gaps: readonly Gap[]): Gap[] {
  const rows = new Map<string, Gap>();
  for (const gap of gaps) {
    const name = JSON.stringify([gap.code, gap.cases.map(({ name }) => name), summary(gap.reasons)]);
    const known = rows.get(name);
    if (known === undefined) rows.set(name, gap);
    else for (const path of gap.paths) known.paths.add(path);
  }
  return [...rows.values()];
}

function inWords(gap: Gap): string {
  const { least, most, need } = summary(gap.reasons);
  if (gap.code === 'TOO_FEW_SAMPLES' && least !== null && most !== null && least !== most) {
    return `Too few queries to stand on: ${need} are needed, these cases have ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')}.`;
  }
  const texts = [...new Set(gap.reasons.map(plainReason))];
  return texts.length <= 3
    ? texts.join(' ')
    : `${texts.slice(0, 3).join(' ')} And ${texts.length - 3} more of this kind.`;
}

function summary(reasons: readonly Reason[]): { need: string; least: number | null; most: number | null } {
  const have = reasons.flatMap((reason) => (typeof reason.have === 'number' ? [reason.have] : []));
  const need = [
    ...new Set(
      reasons.map((reason) =>
        typeof reason.need === 'number' ? reason.need.toLocaleString('en-US') : String(reason.need),
      ),
    ),
  ].join(' or ');
  if (have.length === 0) return { need, least: null, most: null };
  return { need, least: have.reduce((a, b) => Math.min(a, b)), most: have.reduce((a, b) => Math.max(a, b)) };
}
