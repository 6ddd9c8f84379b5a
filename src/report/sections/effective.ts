import type { Case } from '../../results/run.ts';
import { runLetter } from '../charts/panels.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { words } from '../plain-reasons.ts';
import { type Cell, cell, column, headCell, row, type Section, section, table } from './section.ts';

interface Setting {
  readonly field: string;
  readonly requested: string | number | boolean | null;
  readonly effective: string | number | boolean | null;
  readonly evidence: string | null;
  readonly cases: string[];
}

/** What was asked for beside what took effect, with the evidence for it; equal lines of several cases in one row. */
export function effectiveSection(input: ReportInput): Section {
  const several = input.runs.length > 1;
  const settings = new Map<string, Setting>();
  let total = 0;
  input.runs.forEach(({ run }, index) => {
    for (const one of run.cases) {
      if (Object.keys(one.effective).length === 0) continue;
      total += 1;
      for (const setting of settingsOf(one)) {
        const { field, requested, effective, evidence } = setting;
        const name = JSON.stringify([field, requested, effective, evidence]);
        const known = settings.get(name) ?? { ...setting, cases: [] };
        settings.set(name, known);
        known.cases.push(`${several ? `${runLetter(index)}: ` : ''}${displayName(one.id, 70)}`);
      }
    }
  });
  // Fields in the order in which they first came, the rows of one field together.
  const fields = [...new Set([...settings.values()].map(({ field }) => field))];
  const rows = fields
    .flatMap((field) => [...settings.values()].filter((setting) => setting.field === field))
    .map((setting) => settingRow(setting, total));
  return section('effective', 'What was asked for and what took effect', {
    lead: 'A setting that is passed on is not yet a setting that works. Each line says how it is known: read from the optimised graph, counted in the process, or not verified.',
    tables:
      rows.length === 0
        ? []
        : [
            table(
              'Requested and effective settings',
              [column('Setting'), column('Requested'), column('Took effect'), column('Evidence'), column('Where')],
              rows,
            ),
          ],
    notes: rows.length === 0 ? ['No case has reported what took effect.'] : [],
  });
}

function settingsOf(one: Case): Omit<Setting, 'cases'>[] {
  const fields = [...new Set([...Object.keys(one.requested), ...Object.keys(one.effective)])];
  return fields.map((field) => {
    const effective = Object.hasOwn(one.effective, field) ? one.effective[field] : undefined;
    return {
      field,
      requested: Object.hasOwn(one.requested, field) ? (one.requested[field] ?? null) : null,
      effective: effective?.value ?? null,
      evidence: effective?.evidence ?? null,
    };
  });
}

function settingRow(setting: Setting, total: number) {
  const { requested, effective, evidence, cases } = setting;
  const where =
    cases.length === total
      ? `all ${total} cases`
      : `${cases.slice(0, 3).join(', ')}${cases.length > 3 ? ` and ${cases.length - 3} more of ${total}` : ''}`;
  return row([
    headCell(words(setting.field)),
    requested === null
      ? cell('–', { tone: 'none', note: 'Nothing was asked for.' })
      : cell(displayName(String(requested), 60)),
    effectiveCell(requested, effective),
    evidence === null
      ? cell('–', { tone: 'none' })
      : cell(displayName(evidence, 60), { tone: evidence === 'unverified' ? 'warn' : '' }),
    cell(where),
  ]);
}

function effectiveCell(requested: Setting['requested'], effective: Setting['effective']): Cell {
  if (effective === null) return cell('not known', { tone: 'none' });
  const text = displayName(String(effective), 60);
  if (requested === null) return cell(text);
  return String(requested) === String(effective)
    ? cell(`${text} ✓`, { tone: 'good' })
    : cell(`${text}, not as asked`, { tone: 'bad' });
}
