import type { Case } from '../../results/run.ts';
import { runLetter } from '../charts/panels.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { reasonAt } from './case-table.ts';
import { type Cell, cell, column, headCell, row, type Section, section, table } from './section.ts';

const families = [
  { key: 'load', name: 'Load', asks: 'Was the load sent when it was due?' },
  { key: 'steadyState', name: 'Steady state', asks: 'Did the figures settle, or do they drift?' },
  { key: 'telemetry', name: 'Telemetry', asks: 'Was the machine watched without gaps, and undisturbed?' },
  { key: 'energy', name: 'Energy', asks: 'Does the energy come from a sensor that covers the window?' },
  { key: 'accuracy', name: 'Accuracy', asks: 'Are the answers still right?' },
  { key: 'configuration', name: 'Configuration', asks: 'Did what was asked for take effect?' },
] as const;

type Verdict = Case['verdicts'][(typeof families)[number]['key']];
const tones = { valid: 'good', degraded: 'warn', invalid: 'bad' } as const;

/** Whether the figures may be relied on, family by family. What nobody has judged says so. */
export function verdictSection(input: ReportInput): Section {
  const cases = input.runs.flatMap(({ run }, index) =>
    run.cases.filter((one) => one.status === 'ok').map((one) => ({ one, run: runLetter(index) })),
  );
  const judged = cases.some(({ one }) => Object.values(one.verdicts).some((verdict) => verdict !== null));
  const overview = table(
    'Verdicts by family',
    [column('Family'), column('Question'), column('Verdict')],
    families.map(({ key, name, asks }) =>
      row([headCell(name), cell(asks), cell(counted(cases.map(({ one }) => one.verdicts[key])))]),
    ),
  );
  const several = input.runs.length > 1;
  const each = table(
    'Verdicts of each case',
    [column('Case'), ...families.map(({ name }) => column(name))],
    cases.map(({ one, run }) =>
      row([
        headCell(`${several ? `${run}: ` : ''}${displayName(one.id, 90)}`),
        ...families.map(({ key }) => verdictCell(one, key)),
      ]),
    ),
    { folded: `Verdicts of each of the ${cases.length} cases` },
  );
  return section('verdicts', 'Verdicts', {
    lead: judged
      ? 'Whether the figures may be relied on, and for what.'
      : 'None of these figures has been judged yet. “Not judged yet” is neither good nor bad: nobody has looked.',
    tables: judged ? [overview, each] : [overview],
  });
}

function counted(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return 'no case was measured';
  const names = ['valid', 'degraded', 'invalid', null] as const;
  const counts = names
    .map((name) => ({ name: name ?? 'not judged yet', count: verdicts.filter((verdict) => verdict === name).length }))
    .filter(({ count }) => count > 0);
  return counts.length === 1 ? (counts[0]?.name ?? '') : counts.map(({ name, count }) => `${count} ${name}`).join(', ');
}

function verdictCell(one: Case, key: (typeof families)[number]['key']): Cell {
  const verdict = one.verdicts[key];
  if (verdict === null) return cell('not judged yet', { tone: 'none' });
  return cell(verdict, { tone: tones[verdict], note: verdict === 'valid' ? '' : reasonAt(one, `verdicts.${key}`) });
}
