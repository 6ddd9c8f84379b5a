import { memoryLine, projectedNeedText } from '../../analysis/memory-text.ts';
import type { Case } from '../../results/run.ts';
import { describeCases, type ListedCase, listedCases } from '../case-sets.ts';
import { displayName, displayText } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { reasonAt } from './case-cells.ts';
import { type Failure, type Section, section } from './section.ts';

const order: readonly Case['status'][] = ['failed', 'interrupted', 'skipped'];

/** More causes than these are no longer read one by one. */
const mostCauses = 40;

/** The cases that have no figures, and why, those with the same cause together; null when all have. Failed ones first. */
export function failureSection(input: ReportInput): Section | null {
  const all = listedCases(input);
  const byCause = new Map<string, { failure: Omit<Failure, 'case'>; cases: ListedCase[] }>();
  for (const listed of all) {
    if (listed.one.status === 'ok') continue;
    const failure = failureOf(listed.one);
    const name = JSON.stringify(failure);
    const known = byCause.get(name) ?? { failure, cases: [] };
    byCause.set(name, known);
    known.cases.push(listed);
  }
  if (byCause.size === 0) return null;
  const rank = (status: string) => (order as readonly string[]).indexOf(status);
  const causes = [...byCause.values()].sort((a, b) => rank(a.failure.status) - rank(b.failure.status));
  const left = causes.slice(mostCauses).reduce((sum, { cases }) => sum + cases.length, 0);
  return section('not-measured', 'What was not measured', {
    kind: 'failures',
    lead: 'These cases were asked for and have no figures. The others are not touched by it: each case runs in processes of its own.',
    failures: causes.slice(0, mostCauses).map(({ failure, cases }) => ({
      ...failure,
      case: cases.length === 1 ? (cases[0]?.name ?? '') : describeCases(cases, all),
    })),
    notes: left === 0 ? [] : [`${left} more cases with other causes are in the table and in the data.`],
  });
}

function failureOf(one: Case): Omit<Failure, 'case'> {
  const { cause, status } = one;
  if (cause === null)
    return { status, memory: '', message: reasonAt(one, 'status'), facts: '', meaning: '', remedy: '', tail: '' };
  const { explanation, memory } = cause;
  const known = explanation === undefined ? '' : `${explanation.title}: ${explanation.meaning}`;
  // What was worked out for this case, rather than what is advised of the error.
  const remedies = memory?.remedies ?? (explanation === undefined ? [] : [explanation.remedy]);
  const facts = [
    cause.code,
    cause.exitCode === null ? '' : `exit code ${cause.exitCode}`,
    cause.signal === null ? '' : `signal ${cause.signal}`,
  ];
  return {
    status,
    memory: memory === undefined ? '' : displayText(`Out of memory: ${memoryLine(memory)}.`, 500),
    message: displayText(cause.message, 1500),
    facts: facts
      .filter((text) => text !== '')
      .map((text) => displayName(text, 80))
      .join(' · '),
    meaning: displayText(
      [known, memory === undefined ? '' : projectedNeedText(memory)].filter(Boolean).join(' '),
      1500,
    ),
    remedy: displayText(remedies.join(' '), 1500),
    tail: displayText(cause.stderrTail.trim(), 4000),
  };
}
