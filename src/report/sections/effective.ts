import type { Reason } from '../../results/events.ts';
import type { Case } from '../../results/run.ts';
import { describeCases, type ListedCase, listedCases } from '../case-sets.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { plainReason, words } from '../plain-reasons.ts';
import { type Cell, cell, column, headCell, row, type Section, section, table } from './section.ts';

interface Setting {
  readonly field: string;
  readonly requested: string | number | boolean | null;
  readonly effective: string | number | boolean | null;
  readonly evidence: string | null;
  /** Why it is not known, or why there is nothing to know. */
  readonly why: Reason | null;
  readonly cases: ListedCase[];
}

/** What was asked for beside what took effect, with the evidence for it; equal lines of several cases in one row. */
export function effectiveSection(input: ReportInput): Section {
  const all = listedCases(input).filter(({ one }) => Object.keys(one.effective).length > 0);
  const settings = new Map<string, Setting>();
  for (const listed of all) {
    for (const setting of settingsOf(listed.one)) {
      const name = JSON.stringify([
        ...[setting.field, setting.requested, setting.effective, setting.evidence],
        setting.why?.code ?? null,
      ]);
      const known = settings.get(name) ?? { ...setting, cases: [] };
      settings.set(name, known);
      known.cases.push(listed);
    }
  }
  // Fields in the order in which they first came, the rows of one field together.
  const fields = [...new Set([...settings.values()].map(({ field }) => field))];
  const rows = fields
    .flatMap((field) => [...settings.values()].filter((setting) => setting.field === field))
    .map((setting) => settingRow(setting, all));
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
      why: one.reasons[`effective.${field}.value`] ?? null,
    };
  });
}

function settingRow(setting: Setting, all: readonly ListedCase[]) {
  const { requested, effective, evidence, why, cases } = setting;
  return row([
    headCell(words(setting.field)),
    requested === null
      ? cell('–', { tone: 'none', note: 'Nothing was asked for.' })
      : cell(displayName(String(requested), 60)),
    effectiveCell(requested, effective, why),
    evidence === null
      ? cell('–', { tone: 'none' })
      : cell(displayName(evidence, 60), { tone: evidence === 'unverified' ? 'warn' : '' }),
    cell(describeCases(cases, all)),
  ]);
}

function effectiveCell(requested: Setting['requested'], effective: Setting['effective'], why: Reason | null): Cell {
  if (effective === null) return unknownCell(why);
  const text = displayName(String(effective), 60);
  if (requested === null) return cell(text);
  return String(requested) === String(effective)
    ? cell(`${text} ✓`, { tone: 'good' })
    : cell(`${text}, not as asked`, { tone: 'bad' });
}

/** A toggle of the graph may have nothing to do: that is known, and is no gap. */
function unknownCell(why: Reason | null): Cell {
  if (why === null) return cell('not known', { tone: 'none' });
  const known = { NO_DIFFERENCE: 'makes no difference', NO_GRAPH: 'has no graph', NOT_ON_DEVICE: 'not on a device' };
  const text = known[why.code as keyof typeof known] ?? 'not known';
  return cell(text, { tone: 'none', note: plainReason(why) });
}
