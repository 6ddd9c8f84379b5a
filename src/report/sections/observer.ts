import type { ObserverEffect } from '../../results/run.ts';
import { formatCount, formatNumber } from '../../units/format.ts';
import { type ListedCase, listedCases } from '../case-sets.ts';
import type { ReportInput } from '../input.ts';
import { signedPercent } from '../percent-text.ts';
import { reasonAt, rowsLeftOut } from './case-cells.ts';
import { type Cell, cell, column, headCell, row, type Section, section, table } from './section.ts';

/** What sampling the machine did to the latencies (at most `maxRows` cases); null where no case knows, as in older results. */
export function observerSection(input: ReportInput, maxRows: number): Section | null {
  const all = listedCases(input).filter(({ one }) => one.status === 'ok' && one.observer !== undefined);
  if (all.length === 0) return null;
  const numeric = { numeric: true };
  const columns = [
    column('Case'),
    column('Change of p50', numeric),
    column('Change of p99', numeric),
    column('Samples a second', numeric),
    column('Blocks', { ...numeric, unit: 'with, without' }),
  ];
  return section('observer', 'What watching did to the figures', {
    lead: `Sampling the machine takes time from what is measured. Within each window the sampler pauses in blocks, and queries with it are compared with queries without. ${overall(all)}`,
    tables: [
      table(
        'Observer effect',
        columns,
        all.slice(0, maxRows).map(observerRow),
        all.length > 8 ? { folded: `Observer effect of ${all.length} cases` } : {},
      ),
    ],
    notes: [
      'A change is the figure with sampling over that without, minus one, with its 95 % interval: where the interval holds 0, no effect is shown, and an effect as large as its ends cannot be excluded. Nothing is subtracted from any figure.',
      ...rowsLeftOut(all.length, maxRows, 'cases'),
    ],
  });
}

/** How many cases were disturbed, in a sentence. */
function overall(all: readonly ListedCase[]): string {
  const known = all.flatMap(({ one }) => one.observer ?? []);
  if (known.length === 0) return 'It could not be told in this run; the reasons are in the table.';
  const shown = (['p50', 'p99'] as const).map((key) => {
    const changed = known.filter((effect) => excludesZero(effect[key])).length;
    return `${key} in ${changed}`;
  });
  return `Of ${known.length} ${known.length === 1 ? 'case' : 'cases'} in which it can be told, a change of ${shown.join(' and of ')} is shown.`;
}

function excludesZero(change: ObserverEffect['p50']): boolean {
  return change !== null && (change.ci95[0] > 0 || change.ci95[1] < 0);
}

function observerRow({ name, short, one }: ListedCase) {
  const effect = one.observer ?? null;
  if (effect === null) {
    const none = cell('–', { tone: 'number none', note: reasonAt(one, 'observer') });
    return row([headCell(short, name), none, none, none, none]);
  }
  const change = (key: 'p50' | 'p99'): Cell => {
    const of = effect[key];
    if (of === null) return cell('–', { tone: 'number none', note: reasonAt(one, `observer.${key}`) });
    const [low, high] = of.ci95;
    return cell(`${signedPercent(of.change)} (${signedPercent(low)} to ${signedPercent(high)})`, {
      sort: of.change,
      tone: excludesZero(of) ? 'number warn' : 'number',
      note: excludesZero(of)
        ? 'The interval leaves 0 out: sampling changed it.'
        : 'The interval holds 0: no effect is shown.',
    });
  };
  return row([
    headCell(short, name),
    change('p50'),
    change('p99'),
    cell(formatNumber(effect.hertz), { sort: effect.hertz, tone: 'number' }),
    cell(`${formatCount(effect.blocks.on)}, ${formatCount(effect.blocks.off)}`, { tone: 'number' }),
  ]);
}
