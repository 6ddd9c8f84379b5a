import type { SpeedEffect } from '../../analysis/speed-effect.ts';
import type { Interaction } from '../../analysis/toggle-interactions.ts';
import type { Ladder } from '../../analysis/toggle-ladders.ts';
import { interactionName, interactionText, leavesOneOut } from '../../analysis/toggle-text.ts';
import { togglesOf } from '../../analysis/toggles.ts';
import { formatCount, formatNumber, formatRatio } from '../../units/format.ts';
import { displayName } from '../display-name.ts';
import type { NamedEffects } from '../named-effects.ts';
import { plainReason } from '../plain-reasons.ts';
import { type Cell, cell, column, headCell, row, type Table, table } from './section.ts';

/** The steps of a group that multiply to their total, and how two toggles work together; tables without rows are left out. */
export function stepTables({ title, effects, labels }: NamedEffects, folds: boolean): Table[] {
  const { ladders } = effects;
  // A plan that crosses no toggles asks for no interaction: only one that does is told what it lacks.
  const crossed = effects.interactions.some(({ effect }) => effect.reason?.code !== 'NO_SUCH_CASE');
  const interactions = crossed ? effects.interactions : [];
  const tables = [
    ...ladders.map((ladder, index) => ladderTable(ladder, index, title, labels)),
    ...(interactions.length === 0 ? [] : [interactionTable(interactions, title)]),
  ];
  return folds ? tables.map((one) => ({ ...one, folded: one.caption })) : tables;
}

/** A ratio of speeds with its interval; coloured only where the interval leaves 1 out. */
export function speedCell(effect: SpeedEffect): Cell {
  const { value, low, high, reason, rounds } = effect;
  const why = reason === null ? `Of ${formatCount(rounds)} rounds.` : plainReason(reason);
  if (value === null) return cell('–', { tone: 'number none', note: why });
  if (low === null || high === null) return cell(formatRatio(value), { tone: 'number', sort: value, note: why });
  const tone = !leavesOneOut(effect) ? '' : low > 1 ? ' good' : ' bad';
  return cell(`${formatRatio(value)} (${formatNumber(low)} to ${formatNumber(high)})`, {
    tone: `number${tone}`,
    sort: value,
    note: tone === '' ? `${why} The interval holds 1: no difference is shown.` : why,
  });
}

function ladderTable({ steps, total }: Ladder, index: number, title: string, labels: NamedEffects['labels']): Table {
  const label = ({ key }: { key: string }) => labels.get(key) ?? '';
  const rows = steps.map(({ from, to, toggles, speed }) => {
    const [before, after] = [togglesOf(from), togglesOf(to)];
    const changes = toggles.map((name) => `${name} ${displayName(before[name], 14)} → ${displayName(after[name], 14)}`);
    return row([headCell(changes.join(', ')), cell(label(from)), cell(label(to)), speedCell(speed)]);
  });
  const [first, last] = [steps[0], steps.at(-1)];
  if (first !== undefined && last !== undefined && steps.length > 1) {
    rows.push(row([headCell('all of them'), cell(label(first.from)), cell(label(last.to)), speedCell(total)], 'total'));
  }
  const caption = `${title}: step by step${index === 0 ? '' : `, way ${index + 1}`}`;
  const columns = [
    column('What is set'),
    column('From'),
    column('To'),
    column('Times as fast', { numeric: true, unit: '95 %' }),
  ];
  return table(caption, columns, rows);
}

function interactionTable(interactions: readonly Interaction[], title: string): Table {
  return table(
    `${title}: together against alone`,
    [column('Toggles'), column('Gain with / without', { numeric: true, unit: '95 %' }), column('In words')],
    interactions.map((one) => {
      const { effect, at } = one;
      const words = interactionText(one) ?? (effect.reason === null ? '–' : plainReason(effect.reason));
      const ratio = speedCell(effect);
      return row([
        headCell([displayName(interactionName(one), 60), ...(at === '' ? [] : [displayName(at, 40)])].join(', ')),
        // More or less than the product is neither good nor bad.
        { ...ratio, tone: effect.value === null ? 'number none' : 'number' },
        cell(words, { tone: effect.value === null ? 'none prose' : 'prose' }),
      ]);
    }),
  );
}
