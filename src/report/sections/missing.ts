import type { Reason } from '../../results/events.ts';
import type { Case } from '../../results/run.ts';
import { runLetter } from '../charts/panels.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { plainPath, plainReason } from '../plain-reasons.ts';
import { cell, column, headCell, row, type Section, section, table } from './section.ts';

interface Gap {
  readonly code: string;
  readonly reasons: Reason[];
  readonly paths: Set<string>;
  readonly cases: Map<string, string>;
}

/** Everything that is not known and why, in plain words: equal gaps of several cases in one row. */
export function missingSection(input: ReportInput): Section {
  const several = input.runs.length > 1;
  const byPath = new Map<string, Gap>();
  let total = 0;
  input.runs.forEach(({ run }, index) => {
    for (const one of run.cases) {
      total += 1;
      for (const [path, reason] of Object.entries(one.reasons)) {
        const name = JSON.stringify([reason.code, path]);
        const gap: Gap = byPath.get(name) ?? {
          code: reason.code,
          reasons: [],
          paths: new Set([path]),
          cases: new Map(),
        };
        byPath.set(name, gap);
        gap.reasons.push(reason);
        gap.cases.set(`${index} ${one.key}`, `${several ? `${runLetter(index)}: ` : ''}${displayName(one.id, 70)}`);
      }
    }
  });
  const rows = merged([...byPath.values()]).map((gap) =>
    row([headCell([...gap.paths].map(plainPath).join(', ')), cell(inWords(gap)), cell(whichCases(gap, total))]),
  );
  return section('missing', 'What is not known', {
    lead: 'What could not be measured is empty, never zero and never an estimate. Each gap has its reason.',
    tables:
      rows.length === 0
        ? []
        : [table('Gaps and their reasons', [column('What'), column('Why'), column('Where')], rows)],
    notes: rows.length === 0 ? ['Nothing: every figure of every case is there.'] : [],
  });
}

/** Gaps with the same reason in the same cases become one row. */
function merged(gaps: readonly Gap[]): Gap[] {
  const rows = new Map<string, Gap>();
  for (const gap of gaps) {
    const name = JSON.stringify([gap.code, [...gap.cases.keys()], summary(gap.reasons)]);
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

function whichCases(gap: Gap, total: number): string {
  if (gap.cases.size === total) return total === 1 ? 'the case' : `all ${total} cases`;
  const shown = [...gap.cases.values()].slice(0, 4);
  const rest = gap.cases.size - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more of ${total}` : ''}`;
}

/** How many things of a case are not known: for the line under the answer. */
export function gapsOf(one: Case): number {
  return Object.keys(one.reasons).length;
}
