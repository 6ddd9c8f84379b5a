import type { Fleet } from '../../../tco/model/fleet.ts';
import type { OptionYear } from '../../../tco/model/option-cost.ts';
import { type Chart, fitted } from '../../charts/figure.ts';
import { chartWidth, color } from '../../charts/theme.ts';
import { percentText } from '../../percent-text.ts';
import { fleetColor } from '../colours.ts';
import { countText, listText } from '../texts.ts';
import type { ShownOption, TcoView } from '../view.ts';

const roles = ['serving', 'redundant', 'spares'] as const;

/** Machines of each year, one chart an option, all to one scale. */
export function fleetCharts(view: TcoView): Chart[] {
  const most = Math.max(...view.options.flatMap(({ years }) => years.map(({ fleet }) => fleet.total)));
  const used = roles.filter((role) => view.options.some(({ years }) => years.some(({ fleet }) => fleet[role] > 0)));
  return view.options.map((option, place) => fleetChart(option, place, most, used));
}

function fleetChart(option: ShownOption, place: number, most: number, used: readonly (typeof roles)[number][]): Chart {
  const values = option.years.flatMap(({ year, fleet }) =>
    roles.map((role, order) => ({ year, role, order, machines: fleet[role] })),
  );
  const totals = option.years.map(({ year, fleet }) => ({ year, total: fleet.total, text: String(fleet.total) }));
  const x = { field: 'year', type: 'ordinal', axis: { title: 'year', labelAngle: 0, ticks: false } } as const;
  const scale = { domain: [0, most * 1.12], nice: false };
  const axis = { title: 'machines', tickCount: Math.min(4, most), format: ',d', tickMinStep: 1 };
  return {
    id: `fleet-${place}`,
    title: option.label,
    summary: fleetSummary(option),
    legend: used.map((role) => ({ label: role, color: fleetColor[role], shape: 'square', dash: '' })),
    numbered: [],
    provenance: option.kind === 'owned' ? 'own machines' : 'rented machines, at the peak',
    spec: {
      ...fitted,
      width: chartWidth,
      height: 150,
      layer: [
        {
          data: { values },
          mark: { type: 'bar', width: { band: 0.62 } },
          encoding: {
            x,
            y: { field: 'machines', type: 'quantitative', stack: 'zero', scale, axis },
            color: {
              field: 'role',
              type: 'nominal',
              scale: { domain: [...roles], range: roles.map((role) => fleetColor[role]) },
              legend: null,
            },
            order: { field: 'order', type: 'quantitative' },
            tooltip: [
              { field: 'year', title: 'Year' },
              { field: 'role', title: 'Machines that are' },
              { field: 'machines', title: 'Number', format: ',d' },
            ],
          },
        },
        ...(option.years.length > 12
          ? []
          : [
              {
                data: { values: totals },
                mark: { type: 'text' as const, dy: -7, fontSize: 11, color: color.ink },
                encoding: {
                  x,
                  y: { field: 'total', type: 'quantitative' as const, scale, axis },
                  text: { field: 'text', type: 'nominal' as const },
                },
              },
            ]),
      ],
    },
  };
}

function fleetSummary({ years }: ShownOption): string {
  const first = years[0];
  const last = years.at(-1);
  if (first === undefined || last === undefined) return '';
  const used = `On average ${percentText(last.utilisation)} of what the serving machines could do is used in year ${last.year}.`;
  if (first.fleet.total === last.fleet.total && years.every(({ fleet }) => fleet.total === first.fleet.total)) {
    return `${fleetText(first)} in every year. ${used}`;
  }
  return `${fleetText(first)} in year 1, ${fleetText(last)} in year ${last.year}. ${used}`;
}

/** `4 machines (2 serving, 1 redundant and 1 spare)`. */
function fleetText({ fleet }: Pick<OptionYear, 'fleet'>): string {
  const total = countText(fleet.total, 'machine');
  return fleet.total === fleet.serving ? total : `${total} (${rolesText(fleet)})`;
}

/** `2 serving, 1 redundant and 1 spare`. */
export function rolesText({ serving, redundant, spares, total }: Fleet): string {
  if (serving === total) return 'all serving';
  return listText([
    `${serving} serving`,
    ...(redundant > 0 ? [`${redundant} redundant`] : []),
    ...(spares > 0 ? [`${spares} spare`] : []),
  ]);
}
