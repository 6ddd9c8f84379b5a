import type { Case } from '../../results/run.ts';
import { runLetter } from '../charts/panels.ts';
import { displayName, displayText } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { reasonAt } from './case-table.ts';
import { type Failure, type Section, section } from './section.ts';

const order = ['failed', 'interrupted', 'skipped'] as const;

/** The cases that have no figures, and why; null when all have. Failed ones first. */
export function failureSection(input: ReportInput): Section | null {
  const several = input.runs.length > 1;
  const failures = input.runs.flatMap(({ run }, index) =>
    run.cases
      .filter((one) => one.status !== 'ok')
      .map((one) => ({ one, run: several ? `run ${runLetter(index)}: ` : '' })),
  );
  if (failures.length === 0) return null;
  failures.sort(
    (a, b) =>
      order.indexOf(a.one.status as (typeof order)[number]) - order.indexOf(b.one.status as (typeof order)[number]),
  );
  return section('not-measured', 'What was not measured', {
    kind: 'failures',
    lead: 'These cases were asked for and have no figures. The others are not touched by it: each case runs in processes of its own.',
    failures: failures.map(({ one, run }) => failureOf(one, run)),
  });
}

function failureOf(one: Case, run: string): Failure {
  const { cause } = one;
  const facts =
    cause === null
      ? []
      : [
          cause.code,
          cause.exitCode === null ? '' : `exit code ${cause.exitCode}`,
          cause.signal === null ? '' : `signal ${cause.signal}`,
        ];
  return {
    case: `${run}${displayName(one.id, 120)}`,
    status: one.status,
    message: cause === null ? reasonAt(one, 'status') : displayText(cause.message, 1500),
    facts: facts
      .filter((text) => text !== '')
      .map((text) => displayName(text, 80))
      .join(' · '),
    tail: cause === null ? '' : displayText(cause.stderrTail.trim(), 4000),
  };
}
