import { energyNotes, energyText, idleText, leastCoverage } from '../../analysis/energy-text.ts';
import type { Case } from '../../results/run.ts';
import { figureText, reasonAt } from './case-cells.ts';
import { type Cell, cell, column, type TableColumn } from './section.ts';

interface EnergyColumn extends TableColumn {
  readonly cell: (listed: { readonly one: Case }) => Cell;
}

/** Energy an item with what is to be known of it, the same above what is drawn at rest, and the mean power. */
export const energyColumns: readonly EnergyColumn[] = [
  {
    ...column('Energy an item', { numeric: true }),
    cell: ({ one }) => {
      if (one.energy === null) return none(one, 'energy');
      const { joulesPerItem, uncertainty } = one.energy;
      const text = energyText(joulesPerItem, uncertainty, leastCoverage(one.energy));
      const note = [...energyNotes(one.energy), ...travelNotes(one)].join(', ');
      return cell(text, { sort: joulesPerItem, tone: 'number', note });
    },
  },
  {
    ...column('Above rest', { numeric: true }),
    cell: ({ one }) => {
      const above = one.energy?.idleSubtracted ?? null;
      if (above === null) return none(one, 'energy.idleSubtracted');
      const { joulesPerItem, uncertainty } = above;
      return cell(energyText(joulesPerItem, uncertainty), {
        sort: joulesPerItem,
        tone: 'number',
        note: idleText(above),
      });
    },
  },
  {
    ...column('Power', { numeric: true, unit: 'W' }),
    cell: ({ one }) =>
      one.energy === null
        ? none(one, 'energy')
        : cell(figureText(one.energy.meanPowerWatts, 3), { sort: one.energy.meanPowerWatts, tone: 'number' }),
  },
];

/** The clock of such an engine stands still while tensors travel to it; what the devices draw meanwhile is drawn for the item all the same. */
function travelNotes({ transport }: Case): string[] {
  return transport?.inLatency === false ? ['with what was drawn while tensors travelled to the engine'] : [];
}

function none(one: Case, path: string): Cell {
  return cell('–', { note: reasonAt(one, path), tone: 'number none' });
}
