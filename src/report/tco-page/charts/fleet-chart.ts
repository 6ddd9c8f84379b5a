import type { Fleet } from '../../../tco/model/fleet.ts';
import { type Chart, fitted } from '../../charts/figure.ts';
import { chartWidth, color } from '../../charts/theme.ts';
import { fleetColor } from '../colours.ts';
import { type FleetStretch, fleetRoles, fleetStretches, rolesUsed } from '../fleet-stretches.ts';
import { countText, exactText, listText } from '../texts.ts';
import type { ShownOption, TcoView } from '../view.ts';
import { nameLayers } from './named-rows.ts';

/** Height of a line: a name, or the bar of some years. */
const lineStep = 18;
/** Bars that are drawn; of more, those of the first and the last years. */
const mostBars = 40;

/** Machines of each year, bars of all options to one scale; years with the same fleet are one bar. */
export function fleetChart({ options }: TcoView): Chart {
  const all = options.map(({ years }) => fleetStretches(years));
  const isShort = all.flat().length > mostBars;
  const drawn = all.map((stretches) => (isShort ? firstAndLast(stretches) : stretches));
  const used = rolesUsed(options);
  const most = Math.max(...all.flat().map(({ fleet }) => fleet.total));
  const lines = drawn.flatMap((stretches, place) => [
    `${place}|`,
    ...stretches.map(({ years }) => lineOf(place, years)),
  ]);
  const bars = drawn.flatMap((stretches, place) =>
    stretches.flatMap(({ years, fleet }) =>
      used.map((role, order) => ({
        line: lineOf(place, years),
        option: options[place]?.label ?? '',
        years,
        role,
        order,
        machines: fleet[role],
      })),
    ),
  );
  const totals = drawn.flatMap((stretches, place) =>
    stretches.map(({ years, fleet }) => ({
      line: lineOf(place, years),
      total: fleet.total,
      text: exactText(fleet.total),
    })),
  );
  const y = {
    field: 'line',
    type: 'nominal' as const,
    sort: null,
    scale: { domain: lines, padding: 0 },
    axis: {
      title: 'year',
      titleAngle: 0,
      titleAlign: 'right' as const,
      titleX: -8,
      titleY: -6,
      ticks: false,
      domain: false,
      grid: false,
      labelExpr: "split(datum.label, '|')[1]",
    },
  };
  const scale = { domain: [0, most * 1.12], nice: false };
  const axis = { title: 'machines', tickCount: Math.min(5, most), format: ',d', tickMinStep: 1 };
  return {
    id: 'fleet',
    title: 'Machines of each year',
    summary: options
      .map(summaryOf)
      .join(' ')
      .concat(isShort ? ' Years between the first and the last ones are in the table.' : ''),
    legend: used.map((role) => ({ label: role, color: fleetColor[role], shape: 'square', dash: '' })),
    numbered: [],
    provenance: 'rented ones at the peak',
    spec: {
      ...fitted,
      width: chartWidth,
      height: lines.length * lineStep + 46,
      layer: [
        {
          data: { values: bars },
          mark: { type: 'bar', height: lineStep - 6 },
          encoding: {
            y,
            x: { field: 'machines', type: 'quantitative', stack: 'zero', scale, axis },
            color: {
              field: 'role',
              type: 'nominal',
              scale: { domain: [...fleetRoles], range: fleetRoles.map((role) => fleetColor[role]) },
              legend: null,
            },
            order: { field: 'order', type: 'quantitative' },
            tooltip: [
              { field: 'option', title: 'Option' },
              { field: 'years', title: 'Year' },
              { field: 'role', title: 'Machines that are' },
              { field: 'machines', title: 'Number', format: ',d' },
            ],
          },
        },
        {
          data: { values: totals },
          mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: color.ink },
          encoding: {
            y,
            x: { field: 'total', type: 'quantitative', scale, axis },
            text: { field: 'text', type: 'nominal' },
          },
        },
        ...nameLayers(
          options.map(({ label }, place) => ({ line: `${place}|`, title: label, isMarked: false })),
          y,
          3,
        ),
      ],
    },
  };
}

/** The name of a line: its option, and what stands at the axis. */
function lineOf(place: number, years: string): string {
  return `${place}|${years}`;
}

function firstAndLast(stretches: readonly FleetStretch[]): FleetStretch[] {
  return stretches.filter((_, index) => index === 0 || index === stretches.length - 1);
}

function summaryOf({ label, years }: ShownOption): string {
  const [first] = years;
  const last = years.at(-1);
  if (first === undefined || last === undefined) return '';
  const isSame = years.every(({ fleet }) => fleet.total === first.fleet.total);
  if (isSame) return `${label}: ${fleetText(first.fleet)} in every year.`;
  return `${label}: ${fleetText(first.fleet)} in year ${first.year}, ${fleetText(last.fleet)} in year ${last.year}.`;
}

/** `4 machines (2 serving, 1 redundant and 1 spare)`. */
function fleetText(fleet: Fleet): string {
  const total = countText(fleet.total, 'machine');
  return fleet.total === fleet.serving ? total : `${total} (${rolesText(fleet)})`;
}

/** `2 serving, 1 redundant and 1 spare`. */
export function rolesText({ serving, redundant, spares, total }: Fleet): string {
  if (serving === total) return 'all serving';
  return listText([
    `${exactText(serving)} serving`,
    ...(redundant > 0 ? [`${exactText(redundant)} redundant`] : []),
    ...(spares > 0 ? [`${exactText(spares)} spare`] : []),
  ]);
}
