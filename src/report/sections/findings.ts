import type { VerdictFinding } from '../../results/run.ts';
import { describeShort, type ListedCase } from '../case-sets.ts';
import { displayName, displayText } from '../display-name.ts';
import { standingMark } from '../marks.ts';
import { plainReason, words } from '../plain-reasons.ts';
import { cell, column, headCell, row, type Table, table } from './section.ts';

/** Findings of one kind: they share severity, family, code and what to do. */
interface Kind {
  readonly first: VerdictFinding;
  readonly messages: Set<string>;
  readonly cases: Set<ListedCase>;
}

const severities = ['invalid', 'degraded', 'note'] as const;
const signs = { ...standingMark, note: '·' } as const;
const tones = { invalid: 'bad', degraded: 'warn', note: '' } as const;

/** What speaks against the figures, each code once with its cases and its next step; what changes no verdict in a table that unfolds. */
export function findingTables(all: readonly ListedCase[]): Table[] {
  const kinds = [...kindsOf(all).values()].sort(
    (a, b) =>
      severities.indexOf(a.first.severity) - severities.indexOf(b.first.severity) || b.cases.size - a.cases.size,
  );
  const against = kinds.filter(({ first }) => first.severity !== 'note');
  const notes = kinds.filter(({ first }) => first.severity === 'note');
  const columns = [column('Finding'), column('What was found'), column('Where'), column('What to do')];
  const rows = (some: readonly Kind[]) => some.map((kind) => findingRow(kind, all));
  return [
    ...(against.length === 0 ? [] : [table('What speaks against figures, the worst first', columns, rows(against))]),
    ...(notes.length === 0
      ? []
      : [
          table('To be known; changes no verdict', columns, rows(notes), {
            folded: notes.length === 1 ? 'One thing to be known' : `${notes.length} things to be known`,
          }),
        ]),
  ];
}

function kindsOf(all: readonly ListedCase[]): Map<string, Kind> {
  const kinds = new Map<string, Kind>();
  for (const listed of all) {
    for (const finding of listed.one.findings ?? []) {
      const name = JSON.stringify([finding.severity, finding.family, finding.code]);
      const kind = kinds.get(name) ?? { first: finding, messages: new Set(), cases: new Set() };
      kinds.set(name, kind);
      kind.messages.add(finding.message);
      kind.cases.add(listed);
    }
  }
  return kinds;
}

function findingRow({ first, messages, cases }: Kind, all: readonly ListedCase[]) {
  const { severity, family, code, nextStep } = first;
  const [message = ''] = messages;
  const others = messages.size - 1;
  const said = `${displayText(message.replaceAll('`', ''), 400)}${others > 0 ? ` (and ${others} more like it)` : ''}`;
  return row([
    headCell(`${signs[severity]} ${displayName(code, 60)}`, plainReason({ code, need: first.need, have: first.have })),
    cell(`${severity === 'note' ? '' : `${severity}, `}${words(family)}: ${said}`, { tone: tones[severity] }),
    cell(describeShort([...cases], all)),
    cell(displayText(nextStep.replaceAll('`', ''), 400)),
  ]);
}
