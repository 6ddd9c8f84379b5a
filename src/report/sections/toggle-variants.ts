import type { VariantRecord } from '../../results/events.ts';
import { formatBytes, formatCount } from '../../units/format.ts';
import { describeShort, type ListedCase, listedCases } from '../case-sets.ts';
import { displayName } from '../display-name.ts';
import type { ReportInput } from '../input.ts';
import { words } from '../plain-reasons.ts';
import { type Cell, cell, column, headCell, row, type Table, table } from './section.ts';

/** What hygiene, fusion and precision made of the models, one row a file; none where every model was measured as it is. */
export function variantTables(input: ReportInput): Table[] {
  const all = listedCases(input);
  const files = new Map<string, { variant: VariantRecord; cases: ListedCase[] }>();
  for (const listed of all) {
    const { variant } = listed.one;
    if (variant === null || variant === undefined) continue;
    const known = files.get(variant.sha256) ?? { variant, cases: [] };
    files.set(variant.sha256, known);
    known.cases.push(listed);
  }
  if (files.size === 0) return [];
  const numeric = { numeric: true };
  const caption = 'What was made of the models before they were loaded';
  return [
    table(
      caption,
      [
        column('Where'),
        column('Done, in order'),
        column('Nodes', { ...numeric, unit: 'before → after' }),
        column('Joined', numeric),
        column('Converted', numeric),
        column('Left in fp32'),
        column('Ranges from'),
        column('Size', numeric),
      ],
      [...files.values()].map(({ variant, cases }) => variantRow(variant, describeShort(cases, all))),
      { folded: caption },
    ),
  ];
}

function variantRow({ sha256, steps, nodes, fused, passes, conversion, bytes }: VariantRecord, where: string) {
  const changes = Object.entries(passes).filter(([, times]) => times > 0);
  const none = cell('–', { tone: 'none' });
  return row([
    headCell(where, `SHA-256 ${displayName(sha256, 16)}`),
    cell(displayName(steps.join(', '), 160)),
    cell(`${formatCount(nodes.before)} → ${formatCount(nodes.after)}`, { tone: 'number' }),
    cell(formatCount(fused), {
      tone: 'number',
      note: changes.map(([name, times]) => `${displayName(name, 40)} ${formatCount(times)}`).join(', '),
    }),
    conversion === null
      ? none
      : cell(formatCount(conversion.converted), { tone: 'number', note: displayName(conversion.method, 80) }),
    conversion === null ? none : keptCell(conversion.kept),
    conversion === null || conversion.calibration === null
      ? none
      : cell(displayName(conversion.calibration.data, 90), {
          note: `SHA-256 ${displayName(conversion.calibration.sha256, 16)}`,
        }),
    cell(formatBytes(bytes), { tone: 'number', sort: bytes }),
  ]);
}

function keptCell(kept: NonNullable<VariantRecord['conversion']>['kept']): Cell {
  const reasons = Object.entries(kept).filter(([, count]) => count > 0);
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return cell('none');
  return cell(
    reasons.map(([reason, count]) => `${formatCount(count)} ${words(reason.replaceAll('_', ' '))}`).join(', '),
  );
}
