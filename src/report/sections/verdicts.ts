import { type Case, type Verdict, type VerdictFamily, verdictFamilies } from '../../results/run.ts';
import { describeShort, type ListedCase, listedCases } from '../case-sets.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { standingMark } from '../marks.ts';
import { plainReason } from '../plain-reasons.ts';
import { standingOf, verdictOf } from '../standing.ts';
import { reasonAt } from './case-cells.ts';
import { findingTables } from './findings.ts';
import { type Cell, cell, column, headCell, row, type Section, section, type Table, table } from './section.ts';

const families: Readonly<Record<VerdictFamily, { readonly name: string; readonly asks: string }>> = {
  load: { name: 'Load', asks: 'Did the load arrive as the scenario says, long enough, and did the system keep up?' },
  client: {
    name: 'Client',
    asks: 'Was the load generator on time, so that the system was measured and not the client?',
  },
  steadyState: { name: 'Steady state', asks: 'Did the figures settle, or do they drift?' },
  telemetry: { name: 'Telemetry', asks: 'Was the machine watched without gaps, and undisturbed?' },
  energy: { name: 'Energy', asks: 'Does the energy come from a sensor that covers the window?' },
  accuracy: { name: 'Accuracy', asks: 'Are the answers still right?' },
  configuration: { name: 'Configuration', asks: 'Did what was asked for take effect?' },
  integrity: {
    name: 'Integrity',
    asks: 'Did the inputs vary, was nothing answered from memory, was the device ours alone?',
  },
};

const tones = { valid: 'good', degraded: 'warn', invalid: 'bad' } as const;

/** So many cases have a row each in the open; more are grouped by their verdicts, and listed one by one in a table that unfolds. */
const mostRows = 12;

/** Whether the figures may be relied on: family by family for each case, and everything that speaks against them with what to do. */
export function verdictSection(input: ReportInput): Section {
  const all = listedCases(input).filter(({ one }) => one.status === 'ok');
  const judged = all.some(({ one }) => standingOf(one).verdict !== null);
  const overview = table(
    'Verdicts by family',
    [column('Family'), column('Question'), column('Verdict')],
    verdictFamilies.map((family) =>
      row([
        headCell(families[family].name),
        cell(families[family].asks),
        cell(counted(all.map(({ one }) => verdictOf(one, family)))),
      ]),
    ),
    judged ? { folded: 'What each family asks' } : {},
  );
  if (!judged) {
    return section('verdicts', 'Verdicts', {
      lead: 'None of these figures has been judged yet. “Not judged yet” is neither good nor bad: nobody has looked.',
      tables: [overview],
    });
  }
  return section('verdicts', 'Verdicts', {
    lead: `${standingSummary(all.map(({ one }) => one))} Each family of figures is judged by itself: an energy that cannot be trusted says nothing of a latency.`,
    tables: [...findingTables(all), ...matrixTables(all), ...notJudgedTable(all), overview],
    notes: [
      `${standingMark.valid} valid: nothing speaks against it. ${standingMark.degraded} degraded: to be read with what was found. ${standingMark.invalid} invalid: is struck out, and counts for no fastest case, no front and no ratio. – not judged: there was nothing to judge, and the reason says why. A verdict is of one family of figures; a finding is what led to it, with a code that does not change between versions.`,
    ],
  });
}

/** `6 of 8 cases valid; 2 degraded: DRIFTING_UP.` */
export function standingSummary(cases: readonly Case[]): string {
  const standings = cases.map(standingOf);
  const of = (name: Verdict | null) => standings.filter(({ verdict }) => verdict === name);
  const valid = of('valid').length;
  const others = (['invalid', 'degraded'] as const).flatMap((name) => {
    const some = of(name);
    if (some.length === 0) return [];
    const codes = [...new Set(some.flatMap((standing) => standing.codes))].map((code) => displayName(code, 40));
    const more = codes.length > 4 ? ` and ${codes.length - 4} more` : '';
    return [`${some.length} ${name}${codes.length === 0 ? '' : `: ${codes.slice(0, 4).join(', ')}${more}`}`];
  });
  const notJudged = of(null).length;
  const first =
    valid === cases.length && cases.length > 1
      ? `All ${cases.length} cases valid`
      : `${valid} of ${cases.length} ${cases.length === 1 ? 'case' : 'cases'} valid`;
  return `${[first, ...others, ...(notJudged === 0 ? [] : [`${notJudged} not judged`])].join('; ')}.`;
}

function matrixTables(all: readonly ListedCase[]): Table[] {
  const columns = [column('Case'), ...verdictFamilies.map((family) => column(families[family].name))];
  const rowsOf = (groups: readonly (readonly ListedCase[])[], name: (group: readonly ListedCase[]) => Cell) =>
    groups.flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      return [row([name(group), ...verdictFamilies.map((family) => verdictCell(first.one, family))])];
    });
  const each = rowsOf(
    all.map((one) => [one]),
    ([listed]) => headCell(listed?.short ?? '', listed?.name ?? ''),
  );
  if (all.length <= mostRows) return [table('Verdicts of each case', columns, each)];
  const groups = new Map<string, ListedCase[]>();
  for (const listed of all) {
    const name = JSON.stringify(verdictFamilies.map((family) => verdictOf(listed.one, family)));
    groups.set(name, [...(groups.get(name) ?? []), listed]);
  }
  return [
    table(
      'Verdicts, cases with the same ones together',
      columns,
      rowsOf([...groups.values()], (some) => groupCell(some, all)),
    ),
    table('Verdicts of each case', columns, each, { folded: `Verdicts of each of the ${all.length} cases` }),
  ];
}

/** Names a group by what its cases share; where that takes a list of names, by their number. */
function groupCell(some: readonly ListedCase[], all: readonly ListedCase[]): Cell {
  const text = describeShort(some, all);
  return some.length > 3 && text.includes(' more of ')
    ? headCell(`${some.length} of ${all.length} cases`, text)
    : headCell(text);
}

function verdictCell(one: Case, family: VerdictFamily): Cell {
  const verdict = verdictOf(one, family);
  if (verdict === null) return cell('– not judged', { tone: 'none sign', note: reasonAt(one, `verdicts.${family}`) });
  const text = `${standingMark[verdict]} ${verdict}`;
  if (verdict === 'valid') return cell(text, { tone: `${tones.valid} sign` });
  const found = (one.findings ?? []).filter((finding) => finding.family === family && finding.severity === verdict);
  const note = found.map(({ code, message }) => `${displayName(code, 40)}: ${displayName(message, 200)}`).join(' ');
  return cell(text, { tone: `${tones[verdict]} sign`, note: note === '' ? reasonAt(one, `verdicts.${family}`) : note });
}

/** Families that were not judged and why, equal reasons in one row. */
function notJudgedTable(all: readonly ListedCase[]): Table[] {
  const gaps = new Map<string, { why: string; families: Set<VerdictFamily>; cases: Set<ListedCase> }>();
  for (const family of verdictFamilies) {
    for (const listed of all) {
      if (verdictOf(listed.one, family) !== null) continue;
      const reason = listed.one.reasons[`verdicts.${family}`];
      const why = reason === undefined ? 'The result does not say why.' : plainReason(reason);
      const gap = gaps.get(why) ?? { why, families: new Set(), cases: new Set() };
      gaps.set(why, gap);
      gap.families.add(family);
      gap.cases.add(listed);
    }
  }
  if (gaps.size === 0) return [];
  const rows = [...gaps.values()].map(({ why, families: of, cases }) =>
    row([
      headCell([...of].map((family) => families[family].name).join(', ')),
      cell(why),
      cell(describeShort([...cases], all)),
    ]),
  );
  return [table('What was not judged, and why', [column('Family'), column('Why'), column('Where')], rows)];
}

function counted(verdicts: readonly (Verdict | null)[]): string {
  if (verdicts.length === 0) return 'no case was measured';
  const names = ['valid', 'degraded', 'invalid', null] as const;
  const counts = names
    .map((name) => ({ name: name ?? 'not judged yet', count: verdicts.filter((verdict) => verdict === name).length }))
    .filter(({ count }) => count > 0);
  return counts.length === 1 ? (counts[0]?.name ?? '') : counts.map(({ name, count }) => `${count} ${name}`).join(', ');
}
